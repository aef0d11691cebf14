"""Reminders as a file: CSV with one line for each thing, or a workbook with a sheet for each kind."""

import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from server.reminders.reminding import Reminders
from server.reminders.text import message_to
from server.words.days import day_of
from server.words.language import mark, translate
from server.words.spreadsheet import HEADING, Cell, csv_file, open_workbook

MISSING = mark("Missing sheets")
SILENT = mark("Phones")
CORRECT = mark("To be corrected")
MESSAGES = mark("Messages")


def reminder_tables(
    reminders: Reminders, language: str, zone: ZoneInfo
) -> list[tuple[str, list[str], list[list[Cell]]]]:
    """The kinds of reminders: name, headings, rows. Days are those of a zone."""

    def said(*texts: str) -> list[str]:
        return [translate(language, text) for text in texts]

    yes, no = said(mark("yes"), mark("no"))
    missing: list[list[Cell]] = [
        [
            session.cso.shown, session.animator, session.place, session.month, session.day, session.activity,
            session.count, yes if session.is_overdue else no,
        ]
        for session in reminders.missing
    ]  # fmt: skip
    silent: list[list[Cell]] = [
        [
            silence.cso.shown, silence.animator, day_of(silence.last_seen, zone),
            "" if silence.days is None else silence.days,
            yes if silence.is_long else no,
        ]
        for silence in reminders.silences
    ]  # fmt: skip
    correct: list[list[Cell]] = [
        [
            correction.sheet.cso.shown, correction.animator, correction.place, correction.sheet.event_date,
            correction.activity, correction.sheet.reason, day_of(correction.sheet.since, zone),
        ]
        for correction in reminders.to_correct
    ]  # fmt: skip
    messages: list[list[Cell]] = [
        [reminder.cso.shown, reminder.animator, message_to(reminder, language)]
        for reminder in reminders.personal()
    ]
    names = said(MISSING, SILENT, CORRECT, MESSAGES)
    return [
        (
            names[0],
            said(
                mark("CSO"), mark("Animator"), mark("Place"), mark("Month"), mark("Planned day"), mark("Activity"),
                mark("Missing"), mark("Overdue"),
            ),
            missing,
        ),
        (
            names[1],
            said(mark("CSO"), mark("Animator"), mark("Last sheet"), mark("Days since"), mark("To be reminded")),
            silent,
        ),
        (
            names[2],
            said(
                mark("CSO"), mark("Animator"), mark("Place"), mark("Date of the event"), mark("Activity"),
                mark("Reason"), mark("Sent back on"),
            ),
            correct,
        ),
        (names[3], said(mark("CSO"), mark("Animator"), mark("Message")), messages),
    ]  # fmt: skip


def reminder_csv(reminders: Reminders, language: str, zone: ZoneInfo) -> bytes:
    """What is to be reminded of, one line each: kind, organisation, animator, place, day, number, why."""
    headings = (
        mark("Kind"), mark("CSO"), mark("Animator"), mark("Place"), mark("Month"), mark("Day"), mark("Activity"),
        mark("Number"), mark("Overdue"), mark("Reason"),
    )  # fmt: skip
    yes = translate(language, mark("yes"))
    missing, silent, correct = (translate(language, text) for text in (MISSING, SILENT, CORRECT))
    rows: list[Sequence[Cell]] = [[translate(language, heading) for heading in headings]]
    rows += [
        (missing, session.cso.shown, session.animator, session.place, session.month, session.day, session.activity,
         session.count, yes if session.is_overdue else "", "")
        for session in reminders.missing
    ]  # fmt: skip
    for silence in reminders.silent:
        days: Cell = "" if silence.days is None else silence.days
        rows.append(
            (
                silent,
                silence.cso.shown,
                silence.animator,
                "",
                "",
                day_of(silence.last_seen, zone),
                "",
                days,
                yes,
                "",
            )
        )
    rows += [
        (correct, correction.sheet.cso.shown, correction.animator, correction.place, correction.sheet.event_date[:7],
         correction.sheet.event_date, correction.activity, 1, "", correction.sheet.reason)
        for correction in reminders.to_correct
    ]  # fmt: skip
    return csv_file(rows)


def reminder_workbook(reminders: Reminders, language: str, zone: ZoneInfo) -> bytes:
    """A sheet for each kind, and the messages to the animators."""
    buffer = io.BytesIO()
    with open_workbook(buffer) as book:
        bold = book.add_format(HEADING)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, headings, rows in reminder_tables(reminders, language, zone):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.set_column(0, len(headings) - 1, 20)
            if name == translate(language, MESSAGES):
                sheet.set_column(2, 2, 90)
            sheet.write_row(0, 0, headings, bold)
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, int):
                        sheet.write_number(number, column, cell, wrapped)
                    else:
                        sheet.write_string(number, column, cell, wrapped)
    return buffer.getvalue()
