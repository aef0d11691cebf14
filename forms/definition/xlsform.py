"""Where things stand in an XLSForm workbook, so that an error can name the row and the column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Where a question stands in the spreadsheet."""

    sheet: str
    row: int
    columns: Mapping[str, str]
    """Column letter by header."""


MOST_ROWS = 20_000
MOST_COLUMNS = 200
"""That are looked through: a workbook of some kB may say that it has 17,000 million cells."""


def locate(content: bytes, *, file_type: str) -> dict[str, SheetRow]:
    """Where each question stands, by its path below the root, and under "" the settings.

    Gives {} for what is no .xlsx workbook. It is read within limits: what stands beyond is not located.
    """
    if file_type != ".xlsx":
        return {}
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
    names = {name.lower(): name for name in workbook.sheetnames}
    found: dict[str, SheetRow] = {}
    for wanted in ("settings", "survey"):
        if wanted not in names:
            continue
        sheet = workbook[names[wanted]]
        rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
        header = [str(cell or "").strip() for cell in next(rows, ())]
        columns = {name: get_column_letter(number) for number, name in enumerate(header, start=1) if name}
        if wanted == "settings":
            found[""] = SheetRow(names[wanted], 2, columns)
        else:
            found |= _questions(rows, names[wanted], header, columns)
    workbook.close()
    return found


def _questions(
    rows: Iterator[tuple[object, ...]], sheet: str, header: list[str], columns: Mapping[str, str]
) -> dict[str, SheetRow]:
    found: dict[str, SheetRow] = {}
    around: list[str] = []
    for number, cells in enumerate(rows, start=2):
        row = {name: str(cell or "").strip() for name, cell in zip(header, cells, strict=False)}
        kind = row.get("type", "").replace("_", " ")
        if kind.startswith("end "):
            del around[-1:]
        elif row.get("name"):
            path = "/".join(["", *around, row["name"]])
            found[path] = SheetRow(sheet, number, columns)
            if kind.startswith("begin "):
                around.append(row["name"])
    return found
