"""A table of counts as people take it away: rows of JSON, CSV for Excel, a workbook, lines on a terminal."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from aggregates.report.table import TallyRow, TallyTable
from aggregates.tallies.query import PLACES
from forms.definition import measure as measure_table
from forms.places.place_map import NOW, THEN
from server.words.language import mark, number, translate
from server.words.sex_and_age import AGES, sex_label
from server.words.spreadsheet import HEADING, Cell, csv_file, number_format, open_workbook

NAMED = (*PLACES, "project")
"""Dimensions whose codes have names."""

HEADINGS = {
    "month": mark("Month"),
    "quarter": mark("Quarter"),
    "year": mark("Year"),
    "region": mark("Region"),
    "cercle": mark("Cercle"),
    "commune": mark("Commune"),
    "village": mark("Village"),
    "project": mark("Project"),
    "cso": mark("CSO"),
    "form": mark("Field sheet"),
    "activity": mark("Activity"),
    "setting": mark("Setting"),
    "programme": mark("Structured programme"),
    "mechanism": mark("Mechanism"),
    "category": mark("Category"),
    "sex": mark("Sex"),
    "age_band": mark("Age band"),
    "value": mark("Number"),
    "provisional": mark("Provisional"),
    "verified": mark("Verified"),
    "sheets": mark("Sheets"),
}
WORDS = {
    **{measure.code: measure.english for measure in measure_table.ALL.values()},
    "contacts": mark("attendances"),
    "first_time": mark("new persons (declared)"),
    "events": mark("events"),
    "direct": mark("reached directly"),
    "indirect": mark("reached indirectly"),
    "media": mark("media reach"),
    "provisional": mark("provisional"),
    "verified": mark("verified"),
    THEN: mark("the map of then"),
    NOW: mark("the map of today"),
}
FIGURES = ("value", "provisional", "verified", "sheets")
HIDDEN = "< 5"
"""In place of a number that is too small to be told, or that would give one away."""
DOES_NOT_ADD = mark("does not add up")
"""In place of a number that would add up what does not add up over time."""
ADDS_WITHIN = {
    "year": mark("New persons are counted once a calendar year: they add up within one year only."),
    "month": mark("This is a state at a date: it is never added up over time."),
}
TOTAL = mark("Total")
NOT_STATED = mark("Not stated")


@dataclass(frozen=True, slots=True)
class About:
    """What a table's reader must know beside its numbers."""

    first_month: str = ""
    last_month: str = ""
    last_roll_up: str | None = None
    on_map: str = THEN
    """By which map places lie where they do (`forms.places.place_map`)."""
    number: str = ""
    """Of the report, by which the table comes back as it was; "" for what has none."""


def row_objects(table: TallyTable, rows: Sequence[TallyRow] | None = None) -> list[dict[str, Any]]:
    """The rows as objects: each dimension's code under its name, and `…_name` where a name exists."""
    return [_object(table, row) for row in (table.rows if rows is None else rows)]


def write_table(table: TallyTable, file_format: str, *, language: str, about: About) -> bytes:
    """The table as a file, "csv" or "xlsx"."""
    return _xlsx(table, language, about) if file_format == "xlsx" else _csv(table, language)


def text_table(table: TallyTable, *, language: str, about: About) -> str:
    """The table as lines for a terminal, with subtotals, and what the numbers are."""
    headings = _headings(table, language)
    lines = [
        headings,
        *([*labels, *_figures(row, language)] for labels, row in _with_subtotals(table, language)),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    left = len(table.by) or 1
    text = [
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    rule = "─" * max(map(len, text))
    notes = describe(table, language, about)
    return "\n".join([notes[0], rule, text[0], rule, *text[1:], rule, *notes[1:]])


def headings_of(table: TallyTable, language: str) -> list[str]:
    """The headings of a table's columns: its dimensions, then its figures."""
    return _headings(table, language)


def labels_and_figures(table: TallyTable, language: str) -> list[list[str]]:
    """The lines of a table with its subtotals, as they read."""
    return [[*labels, *_figures(row, language)] for labels, row in _with_subtotals(table, language)]


def kind_in_words(table: TallyTable, language: str) -> list[str]:
    """What is counted: measure, unit, reach and subset; the numbers of two kinds are never added."""
    words = [table.measure, table.unit, *([table.reach] if table.unit != "events" else [])]
    return [*(translate(language, WORDS[word]) for word in words), *([table.subset] if table.subset else [])]


def describe(table: TallyTable, language: str, about: About) -> list[str]:
    """What is counted, of which period and state: a figure is never shown without its unit (§ 2.5)."""

    def said(message: str, **facts: Any) -> str:
        return translate(language, message, **facts)

    lines = [" · ".join([*kind_in_words(table, language), said(WORDS[table.status])])]
    if about.first_month or about.last_month:
        lines.append(
            said(
                mark("Period: {first} to {last}"),
                first=about.first_month or "…",
                last=about.last_month or "…",
            )
        )
    if about.on_map == NOW:
        lines.append(said(mark("Places lie where they are on the map of today.")))
    if table.left_out:
        lines.append(
            said(mark("Outside the age bands, not counted: {count}"), count=number(language, table.left_out))
        )
    if table.is_suppressed:
        lines.append(
            said(
                mark(
                    "Counts of 1 to 4 are hidden, and others from which they could be found; all that is shown is "
                    "rounded down to fives."
                )
            )
        )
    if table.adds_within:
        lines.append(said(ADDS_WITHIN[table.adds_within]))
    if about.number:
        lines.append(said(mark("Number of the report: {number}"), number=about.number))
    at = about.last_roll_up
    lines.append(
        said(mark("Last roll-up: {at}"), at=at.replace("T", " ")[:16] + " UTC")
        if at
        else said(mark("No roll-up has run yet: start it with `fiche rollup`."))
    )
    return lines


def _object(table: TallyTable, row: TallyRow) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for dimension, key, name in zip(table.by, row.keys, row.names, strict=False):
        told[dimension] = int(key) if dimension == "project" and key else key
        if dimension in NAMED:
            told[f"{dimension}_name"] = name
    is_told = row.adds and not row.is_hidden
    figures = {name: getattr(row, name) if is_told else None for name in FIGURES}
    more = {"suppressed": row.is_hidden} if table.is_suppressed else {}
    return told | figures | more | ({"adds_up": row.adds} if table.adds_within else {})


def _headings(table: TallyTable, language: str) -> list[str]:
    names = [*(table.by or ("",)), "value", "provisional", "verified", "sheets"]
    return [translate(language, HEADINGS[name]) if name else "" for name in names]


def _labels(table: TallyTable, row: TallyRow, language: str) -> list[str]:
    """What the row is about, in words: men and women are told apart from boys and girls."""
    keys = dict(zip(table.by, row.keys, strict=False))
    labels = []
    for dimension, name in zip(table.by, row.names, strict=False):
        if dimension == "sex":
            labels.append(sex_label(keys, table.bands, language))
        elif dimension == "age_band":
            key = keys["age_band"]
            labels.append(translate(language, AGES[key]) if key in AGES else key)
        else:
            labels.append(name or translate(language, NOT_STATED))
    return labels


def _with_subtotals(table: TallyTable, language: str) -> Iterable[tuple[list[str], TallyRow]]:
    """Rows in order, each group followed by its subtotal, the grand total last."""
    subtotals = {row.keys: row for row in table.subtotals}
    total = translate(language, TOTAL)
    width = len(table.by) or 1
    for position, row in enumerate(table.rows):
        yield _labels(table, row, language) or [total], row
        following = table.rows[position + 1].keys if position + 1 < len(table.rows) else ()
        for length in range(len(table.by) - 1, -1, -1):
            if following[:length] == row.keys[:length] and following:
                break
            if length and table.by[length - 1 : length + 1] == ("sex", "age_band"):
                continue  # people stand as men, women, boys, girls: there is no run of one sex to add up
            if table.by:
                subtotal = subtotals[row.keys[:length]]
                labels = [*_labels(table, subtotal, language), total]
                yield [*labels, *[""] * (width - len(labels))], subtotal
    if not table.rows:
        yield [total, *[""] * (width - 1)], table.subtotals[-1]


def _figures(row: TallyRow, language: str) -> list[str]:
    return [
        (told or "–") if isinstance(told, str) else number(language, int(told or 0))
        for told in _numbers(row, language)
    ]


def _numbers(row: TallyRow, language: str) -> list[Cell]:
    if row.is_hidden:
        return [HIDDEN] * len(FIGURES)
    if not row.adds:
        return [
            *[translate(language, DOES_NOT_ADD)] * (len(FIGURES) - 1),
            "" if row.sheets is None else row.sheets,
        ]
    return ["" if (told := getattr(row, name)) is None else told for name in FIGURES]


def _csv(table: TallyTable, language: str) -> bytes:
    """Codes stand beside names, and commas between the cells, so that programs can read it too."""
    headings = _headings(table, language)[-4:]
    columns: list[str] = []
    for dimension in table.by:
        heading = translate(language, HEADINGS[dimension])
        columns += [heading, translate(language, mark("{heading} (code)"), heading=heading)]
    rows: list[list[Cell]] = [[*columns, *headings]]
    for row in table.rows:
        told = zip(_labels(table, row, language), row.keys, strict=True)
        rows.append([*chain.from_iterable(told), *_numbers(row, language)])
    return csv_file(rows, separator=",")


def _xlsx(table: TallyTable, language: str, about: About) -> bytes:
    buffer = io.BytesIO()
    with open_workbook(buffer, is_written_downwards=True) as book:
        add_counts(book, table, language)
        add_about(book, describe(table, language, about), language)
    return buffer.getvalue()


def add_counts(book: Any, table: TallyTable, language: str) -> None:
    """Add the sheet with every row of a table, a number a line, ready to be filtered."""
    sheet = book.add_worksheet(translate(language, mark("Counts")))
    bold = book.add_format({**HEADING, "text_wrap": True})
    figure = book.add_format({"num_format": number_format(language)})
    strong = book.add_format({"num_format": number_format(language), "bold": True, "top": 1})
    strong_text = book.add_format({"bold": True, "top": 1})
    headings = _headings(table, language)
    left = len(headings) - 4
    sheet.set_column(0, left - 1, 24)
    sheet.set_column(left, left + 3, 14)
    sheet.write_row(0, 0, headings, bold)
    sheet.freeze_panes(1, 0)
    line = 0
    for line, row in enumerate(table.rows, start=1):
        sheet.write_row(line, 0, _labels(table, row, language))
        sheet.write_row(line, left, _numbers(row, language), figure)
    if line:
        sheet.autofilter(0, 0, line, len(headings) - 1)
    grand = table.subtotals[-1]
    sheet.write_row(line + 1, 0, [translate(language, TOTAL), *[""] * (left - 1)], strong_text)
    sheet.write_row(line + 1, left, _numbers(grand, language), strong)


def add_about(book: Any, lines: Sequence[str], language: str) -> None:
    """Add the sheet that says what the numbers are."""
    notes = book.add_worksheet(translate(language, mark("About")))
    notes.set_column(0, 0, 90)
    for line, text in enumerate(lines):
        notes.write_string(line, 0, text)
