"""A table's file as rows of text: CSV as Excel and others write it, or a workbook. Nothing of it is trusted.

A workbook is looked at before it is opened: what it unpacks to is limited, and it may declare no entities.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from forms.base.refusal import Refusal
from forms.base.table import SEARCHED_ROWS, Rows, TableLayout

MOST_COLUMNS = 60
MOST_SHEETS = 20
LARGEST_UNPACKED = 40_000_000
MOST_PARTS = 500
EXCEL_ROWS = 1_048_576


class TableUnreadable(Refusal):
    """The file is neither a CSV nor a workbook that can be read (`name`)."""


class TableTooLarge(Refusal):
    """The file, or what it unpacks to, is too large (`megabytes` at most)."""


class TableTooLong(Refusal):
    """The table has too many lines (`most`)."""


class TableEmpty(Refusal):
    """The file holds no line (`name`)."""


def read_rows(content: bytes, name: str, layout: TableLayout) -> Rows:
    """The rows of a file that are not empty, each with its number, as text.

    The separator of a CSV, and the sheet of a workbook, are those that show most of the layout's headings.

    Raises TableUnreadable, TableTooLarge, TableTooLong or TableEmpty.
    """
    if len(content) > layout.largest_file:
        raise TableTooLarge(megabytes=layout.largest_file // 1_000_000)
    if content.startswith(b"PK"):
        rows = _workbook(content, name, layout)
    elif content.startswith(b"\xd0\xcf\x11\xe0") or name.lower().endswith((".xlsx", ".xlsm", ".ods", ".pdf")):
        raise TableUnreadable(name=name)  # Excel before 2007, or a workbook that is none
    else:
        rows = _csv(content, name, layout)
    if not rows:
        raise TableEmpty(name=name)
    return rows


def _csv(content: bytes, name: str, layout: TableLayout) -> Rows:
    text = _decoded(content)
    if "\0" in text:
        raise TableUnreadable(name=name)
    read = [_apart(text, separator, name, layout.most_rows) for separator in (";", ",", "\t")]
    return max(read, key=lambda rows: _headings_among(rows, layout))


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, otherwise Windows-1252, as Excel saves in French."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _apart(text: str, separator: str, name: str, most_rows: int) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _kept(((reader.line_num, cells[:MOST_COLUMNS]) for cells in reader), most_rows)
    except csv.Error:
        raise TableUnreadable(name=name) from None


def _kept(rows: Iterator[tuple[int, Sequence[str]]], most_rows: int) -> Rows:
    """Those that hold anything, as far as they do. Raises TableTooLong."""
    kept = []
    for number, cells in rows:
        width = max((position for position, cell in enumerate(cells, start=1) if cell.strip()), default=0)
        if width:
            kept.append((number, cells[:width]))
            if len(kept) > most_rows:
                raise TableTooLong(most=most_rows)
    return kept


def _headings_among(rows: Rows, layout: TableLayout) -> int:
    return max((layout.known_among(cells) for _, cells in rows[:SEARCHED_ROWS]), default=0)


def _workbook(content: bytes, name: str, layout: TableLayout) -> Rows:
    """The sheet that has the most known headings, the first of several."""
    import openpyxl

    _look_inside(content, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [_kept(_cells(sheet), layout.most_rows) for sheet in book.worksheets[:MOST_SHEETS]]
        book.close()
    except Refusal:
        raise
    except Exception:  # a damaged workbook fails in many ways; each says the same to its owner
        raise TableUnreadable(name=name) from None
    return max(sheets, key=lambda rows: _headings_among(rows, layout), default=[])


def _look_inside(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise TableTooLarge(megabytes=LARGEST_UNPACKED // 1_000_000)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with packed.open(part) as opened:
                        start = opened.read(4096)
                    if b"<!" in start.replace(b"\0", b"").replace(b"<!--", b""):
                        raise TableUnreadable(name=name)  # no workbook declares a document type
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise TableUnreadable(name=name) from None


def _cells(sheet: Any) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that are not empty. Over a gap the library gives the same empty row again and again."""
    empty = None
    for number, cells in enumerate(islice(sheet.iter_rows(max_col=MOST_COLUMNS), EXCEL_ROWS), start=1):
        if cells is empty:
            continue
        if any(cell.value is not None for cell in cells):
            yield number, [_text(cell) for cell in cells]
        else:
            empty = cells


def _text(cell: Any) -> str:
    """A cell as somebody would type it; a date that is shown without its day is a month."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        shows_day = "d" in _bare_format(str(cell.number_format)) or "j" in str(cell.number_format)
        return day.isoformat() if shows_day else day.isoformat()[:7]
    if isinstance(value, bool | time):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _bare_format(number_format: str) -> str:
    """A number format without what it writes literally ([$-40C], "de", \\d)."""
    kept, quoted, bracket, skip = [], False, False, False
    for sign in number_format.lower():
        if skip:
            skip = False
        elif sign == "\\":
            skip = True
        elif sign == '"':
            quoted = not quoted
        elif sign in "[]":
            bracket = sign == "["
        elif not quoted and not bracket:
            kept.append(sign)
    return "".join(kept)
