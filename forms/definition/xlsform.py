"""Where things stand in an XLSForm workbook, so that an error can name the row and the column."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Where a question stands in the spreadsheet."""

    sheet: str
    row: int
    columns: Mapping[str, str]
    """Column letter by header."""


def locate(content: bytes, *, file_type: str) -> dict[str, SheetRow]:
    """Where each question stands, by its path below the root; {} for what is no .xlsx workbook."""
    if file_type != ".xlsx":
        return {}
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
    survey = next((name for name in workbook.sheetnames if name.lower() == "survey"), None)
    if survey is None:
        return {}
    rows = workbook[survey].iter_rows(values_only=True)
    header = [str(cell or "").strip() for cell in next(rows, ())]
    columns = {name: get_column_letter(number) for number, name in enumerate(header, start=1) if name}
    found: dict[str, SheetRow] = {}
    around: list[str] = []
    for number, cells in enumerate(rows, start=2):
        row = {name: str(cell or "").strip() for name, cell in zip(header, cells, strict=False)}
        kind = row.get("type", "").replace("_", " ")
        if kind.startswith("end "):
            del around[-1:]
        elif row.get("name"):
            path = "/".join(["", *around, row["name"]])
            found[path] = SheetRow(survey, number, columns)
            if kind.startswith("begin "):
                around.append(row["name"])
    workbook.close()
    return found
