"""Counts as a workbook: the view as the page shows it, every number in a line of its own, and what they are."""

import io
from collections.abc import Sequence
from itertools import chain

from aggregates.report.pivot import Figure, Pivot, PivotLine
from aggregates.report.table import TallyTable
from forms.definition.age_scheme import AgeScheme
from server.counts.words import column_heading, dimension_in_words, line_heading
from server.words.language import mark, translate
from server.words.spreadsheet import CSV, HEADING, XLSX, number_format, open_workbook
from server.words.table_file import DOES_NOT_ADD, HEADINGS, HIDDEN, TOTAL, WORDS, add_about, add_counts

OVERVIEW = mark("Overview")
MEDIA_TYPES = {"csv": CSV, "xlsx": XLSX}
"""The files in which counts are given out."""


def write_pivot(
    laid: Pivot, table: TallyTable, *, statuses: Sequence[str], notes: Sequence[str], language: str
) -> bytes:
    """A workbook of a view; `statuses` are the ones shown, a block of columns each. `notes` say what it is."""
    buffer = io.BytesIO()
    with open_workbook(buffer, is_written_downwards=True) as book:
        _add_overview(book, laid, table.bands, statuses, notes, language)
        add_counts(book, table, language)
        add_about(book, notes, language)
    return buffer.getvalue()


def _add_overview(
    book: object, laid: Pivot, scheme: AgeScheme, statuses: Sequence[str], notes: Sequence[str], language: str
) -> None:
    sheet = book.add_worksheet(translate(language, OVERVIEW))  # type: ignore[attr-defined]
    numbers = number_format(language)
    formats = {
        name: book.add_format(told)  # type: ignore[attr-defined]
        for name, told in {
            "title": {"bold": True},
            "head": {**HEADING, "text_wrap": True, "valign": "top"},
            "text": {},
            "figure": {"num_format": numbers},
            "group": {"bold": True, "top": 1},
            "group figure": {"bold": True, "top": 1, "num_format": numbers},
        }.items()
    }
    left = max(1, len(laid.rows))
    width = len(laid.columns) + 1
    sheet.set_column(0, left - 1, 24)
    sheet.set_column(left, left + width * len(statuses), 12)
    line = 0
    for note in notes[:2]:
        sheet.write_string(line, 0, note, formats["title"])
        line += 1
    sheet.write_row(line, left, chain.from_iterable(
        [translate(language, WORDS[status]).capitalize(), *[""] * (width - 1)] for status in statuses
    ), formats["head"])  # fmt: skip
    dimensions = [translate(language, HEADINGS[row]) for row in laid.rows]
    headings = [
        " ".join(filter(None, column_heading(laid.across, column, scheme, language)))
        for column in laid.columns
    ]
    total, sheets = translate(language, TOTAL), HEADINGS["sheets"]
    sheet.write_row(
        line + 1, 0, [*(dimensions or [dimension_in_words((), language)]), *[*headings, total] * len(statuses)],
        formats["head"],
    )  # fmt: skip
    sheet.write_string(line + 1, left + width * len(statuses), translate(language, sheets), formats["head"])
    sheet.freeze_panes(line + 2, left)
    line += 2
    for row in (*laid.lines, laid.grand):
        words = line_heading(laid.rows, row, language)
        is_group = len(row.keys) < len(laid.rows) or not row.keys
        labels = [*words, *([total] if is_group and len(words) < left else [])]
        sheet.write_row(
            line, 0, [*labels, *[""] * (left - len(labels))], formats["group" if is_group else "text"]
        )
        shown = chain.from_iterable(_numbers(row, status, language) for status in statuses)
        kind = formats["group figure" if is_group else "figure"]
        sheet.write_row(line, left, [*shown, HIDDEN if row.total.is_hidden else _sheets(row, statuses)], kind)
        line += 1


def _numbers(line: PivotLine, status: str, language: str) -> list[int | str]:
    return [_shown(figure, status, language) for figure in (*line.figures, line.total)]


def _shown(figure: Figure, status: str, language: str) -> int | str:
    if figure.is_hidden:
        return HIDDEN
    return figure.of(status) if figure.adds else translate(language, DOES_NOT_ADD)


def _sheets(line: PivotLine, statuses: Sequence[str]) -> int | str:
    sheets = line.verified_sheets if list(statuses) == ["verified"] else line.sheets
    return "" if sheets is None else sheets
