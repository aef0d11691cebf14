"""The compilation sheet as a workbook: a sheet a block, the same rows and totals, to be printed on A4 across."""

import io
from datetime import datetime
from typing import Any

from aggregates.compilation.workflow import Step
from forms.base.formula import harmless
from forms.base.moment import read
from server.compilation import words
from server.compilation.compiling import MonthShown
from server.compilation.table import Reader, ShownBlock, ShownRow, shown_blocks
from server.words.language import mark, moment
from server.words.spreadsheet import HEADING, number_format, open_workbook

A4 = 9
LONGEST_NAME = 31
"""Of a sheet in Excel."""
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
NAMES = {
    "sessions": mark("1 Places"),
    "activities": mark("1 Activities"),
    "states": mark("1 States"),
    "trainings": mark("1 Trainings"),
    "members": mark("Members"),
    "changes": mark("5 Changes"),
    "missing": mark("6 Missing"),
    "checks": mark("7 Checks"),
    "adjustments": mark("Adjustments"),
}


def workbook(shown: MonthShown, reader: Reader, status: str, now: datetime, number: str = "") -> bytes:
    """The sheet of a status as XLSX. Texts that a spreadsheet would take for formulas get an apostrophe."""
    buffer = io.BytesIO()
    with open_workbook(buffer) as book:
        formats = _formats(book, reader)
        _about(book, formats, [*about(shown, reader, status, now, number), *phones_seen(shown, reader)])
        for block in shown_blocks(shown.month.compilation(status), reader, with_codes=True):
            _block(book, formats, block, shown, reader)
    return buffer.getvalue()


def about(
    shown: MonthShown, reader: Reader, status: str, now: datetime, number: str = ""
) -> list[tuple[str, str]]:
    """What the sheet is of, as pairs of a label and a text."""
    header, said = shown.month.header, reader.said
    submitted, validated = shown.last("submit"), shown.last("validate")

    def signed(step: Step | None) -> str:
        return f"{step.actor_name}, {_moment(step.taken_at, reader)}" if step else "–"

    received = str(header.received)
    if header.expected is not None:
        received = f"{received} / {said(mark('{count} expected'), count=header.expected)}"
    pairs = [
        (mark("CSO"), reader.organisation(header)),
        (mark("Project"), header.project),
        (mark("Month"), reader.month(header.month)),
        (mark("Cercles"), ", ".join(header.cercles) or "–"),
        (mark("State"), said(words.STATES[shown.state])),
        (mark("Numbers"), said(mark("verified") if status == "verified" else mark("provisional"))),
        (mark("Sheets received"), received),
        (mark("Not decided yet"), str(header.undecided)),
        (mark("Open flags"), str(header.open_flags)),
        (mark("Prepared by"), signed(submitted)),
        (mark("Validated by"), signed(validated)),
        (mark("Made on"), moment(reader.language, now, reader.zone)),
        *([(mark("Number of the report"), number)] if number else []),
        *([(mark("Digest of the snapshot"), shown.digest)] if shown.digest else []),
    ]
    return [(said(label), text) for label, text in pairs]


def phones_seen(shown: MonthShown, reader: Reader) -> list[tuple[str, str]]:
    """When each phone was last seen, as one pair like those of `about`: of a large CSO a long text."""
    never = reader.said(mark("never"))
    phones = [
        f"{phone.name}{reader.colon}{_moment(phone.last_seen, reader) if phone.last_seen else never}"
        for phone in shown.month.header.phones
    ]
    return [(reader.said(mark("Last synchronisation of each phone")), " · ".join(phones) or "–")]


def _moment(text: str, reader: Reader) -> str:
    return moment(reader.language, read(text), reader.zone)


def _formats(book: Any, reader: Reader) -> dict[str, Any]:
    figures = {"num_format": number_format(reader.language)}
    heading = {**HEADING, "text_wrap": True, "valign": "bottom", "border": 1}
    strong = {"bold": True, "bg_color": "#F0F3F0", "top": 1}
    text = {"valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "heading": book.add_format(heading),
        "group": book.add_format({**heading, "align": "center"}),
        "row": book.add_format(figures),
        "row text": book.add_format(text),
        "strong": book.add_format({**figures, **strong}),
        "strong text": book.add_format({**text, **strong}),
        "label": book.add_format({"bold": True, "valign": "top"}),
        "note": book.add_format({"italic": True, "font_color": "#54655E"}),
    }


def _about(book: Any, formats: dict[str, Any], pairs: list[tuple[str, str]]) -> None:
    sheet = book.add_worksheet()
    _print_setup(sheet, "")
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 80)
    for line, (label, text) in enumerate(pairs):
        sheet.write_string(line, 0, label, formats["label"])
        sheet.write_string(line, 1, harmless(text), formats["row text"])


def _block(book: Any, formats: dict[str, Any], block: ShownBlock, shown: MonthShown, reader: Reader) -> None:
    name = reader.said(NAMES.get(block.key, block.key)).translate(FORBIDDEN)[:LONGEST_NAME]
    sheet = book.add_worksheet(name)
    header = shown.month.header
    _print_setup(
        sheet, f"{header.cso} · {reader.month(header.month)} · {reader.said(words.STATES[shown.state])}"
    )
    sheet.write_string(0, 0, block.title, formats["title"])
    line = 2
    column = 0
    for text, width in block.groups:
        if width > 1:
            sheet.merge_range(line, column, line, column + width - 1, text, formats["group"])
        else:
            sheet.write_string(line, column, text, formats["group"])
        column += width
    line += bool(block.groups)
    for number, heading in enumerate(block.columns):
        sheet.write_string(line, number, heading.text, formats["heading"])
        sheet.set_column(number, number, _width(heading.kind, number))
    sheet.repeat_rows(2, line)
    sheet.freeze_panes(line + 1, 1)
    for row in block.rows:
        line += 1
        _row(sheet, formats, line, row)
    for note in block.notes:
        line += 1
        sheet.write_string(line + 1, 0, note, formats["note"])


def _row(sheet: Any, formats: dict[str, Any], line: int, row: ShownRow) -> None:
    style = "row" if row.kind == "row" else "strong"
    for number, cell in enumerate(row.cells):
        if cell.number is not None:
            sheet.write_number(line, number, cell.number, formats[style])
        else:
            sheet.write_string(line, number, harmless(cell.text), formats[f"{style} text"])


def _width(kind: str, number: int) -> int:
    if kind in ("flag", "misses"):
        return 60
    if kind in ("text", "person", "place") or number == 0:
        return 28
    return 13 if kind == "code" else 10


def _print_setup(sheet: Any, footer: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_header(f"&L{footer.replace('&', '&&')}&R&A")
    sheet.set_footer("&Cfiche&R&P / &N")
