"""What files for spreadsheets have in common: media types, CSV as Excel opens it, workbooks."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from forms.base.formula import harmless

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""By which Excel knows UTF-8."""
SEPARATOR = ";"
"""What Excel in French looks for between the cells of a CSV; with commas it shows each line in one cell."""
HEADING = {"bold": True, "bg_color": "#E3EFE9", "bottom": 1}
"""How headings look in every workbook."""
Cell = str | int


def csv_file(rows: Iterable[Sequence[Cell]], *, separator: str = SEPARATOR) -> bytes:
    """Rows as a whole CSV file, no text in it a formula."""
    return BYTE_ORDER_MARK + csv_lines(rows, separator=separator)


def csv_lines(rows: Iterable[Sequence[Cell]], *, separator: str = SEPARATOR) -> bytes:
    """Rows as lines of a CSV file that is sent while it is made; the byte order mark goes before the first."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode()


def open_workbook(buffer: io.BytesIO, *, is_written_downwards: bool = False) -> Any:
    """A workbook to be written: no text in it becomes a formula or a link.

    One that is written from top to bottom, row by row, takes no memory for what was written.
    """
    import xlsxwriter

    options = {
        "in_memory": True,
        "constant_memory": is_written_downwards,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    return xlsxwriter.Workbook(buffer, options)


def number_format(language: str) -> str:
    """How a workbook shows whole numbers."""
    return "# ##0" if language == "fr" else "#,##0"
