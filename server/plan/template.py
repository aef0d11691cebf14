"""The plan as a file to fill in, or the present one to change: XLSX with lists to choose from, and CSV."""

import io
from collections.abc import Sequence

from aggregates.plan.column import ENGLISH, HEADINGS
from aggregates.plan.planned import Planned
from aggregates.plan.resolver import SEPARATOR, NameResolver
from forms.places.place import UNLISTED, LocatedPlace
from server.words.language import mark, translate
from server.words.spreadsheet import HEADING, csv_file, open_workbook

ACCENTED = {"activite": "activité", "seances": "séances", "garcons": "garçons"}
"""Headings are compared without accents and shown with them."""
MOST_CHOICES_ROWS = 2_000
"""So many rows of the template offer lists."""


def headings(language: str) -> list[str]:
    """The columns' headings in a language."""
    if language != "fr":
        return list(ENGLISH.values())
    return [ACCENTED.get(names[0], names[0]) for names in HEADINGS.values()]


def plan_csv(resolver: NameResolver, planned: Sequence[Planned], language: str) -> bytes:
    """The same columns as CSV, without the lists."""
    return csv_file([headings(language), *_rows(resolver, planned, language)])


def plan_workbook(resolver: NameResolver, planned: Sequence[Planned], language: str) -> bytes:
    """A workbook: the plan, and what its columns may hold on sheets of their own, to choose from."""
    buffer = io.BytesIO()
    with open_workbook(buffer) as book:
        bold = book.add_format(HEADING)
        as_text = book.add_format({"num_format": "@"})  # or Excel makes of 2020-03 what it likes
        sheet = book.add_worksheet(translate(language, mark("Plan")))
        sheet.write_row(0, 0, headings(language), bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 36)
        sheet.set_column(2, 2, 16)
        sheet.set_column(3, 4, 13, as_text)
        sheet.set_column(5, 6, 30)
        sheet.set_column(7, 7, 20)
        for number, cells in enumerate(_rows(resolver, planned, language), start=1):
            for column, cell in enumerate(cells):
                if column >= 8 and cell:
                    sheet.write_number(number, column, int(cell))
                else:
                    sheet.write_string(number, column, cell)
        for name, column, choices in _lists(resolver, language):
            if not choices:
                continue
            listed = book.add_worksheet(name)
            listed.set_column(0, 0, 50)
            listed.write_string(0, 0, name, bold)
            for number, choice in enumerate(choices, start=1):
                listed.write_string(number, 0, choice)
            sheet.data_validation(
                1,
                column,
                MOST_CHOICES_ROWS,
                column,
                {
                    "validate": "list",
                    "source": f"='{name}'!$A$2:$A${len(choices) + 1}",
                    "error_type": "warning",
                },
            )
        _explain(book, language)
    return buffer.getvalue()


def _lists(resolver: NameResolver, language: str) -> list[tuple[str, int, list[str]]]:
    """Sheets of choices: name, the column of the plan that they are for, and the choices."""
    order = list(HEADINGS)
    activities = {
        code: _activity(resolver, code, language) for form in resolver.forms for code in form.activities
    }
    reachable = sorted(resolver.reachable)
    return [
        (translate(language, mark("CSO")), order.index("cso"), sorted(resolver.reachable.values())),
        (translate(language, mark("Places")), order.index("place"), _places(resolver)),
        (translate(language, mark("Activities")), order.index("activity"), list(activities.values())),
        (
            translate(language, mark("Field sheets")),
            order.index("form"),
            [f"{plan_form.id}{SEPARATOR}{plan_form.titles[0]}" for plan_form in resolver.forms],
        ),
        (
            translate(language, mark("Animators")),
            order.index("animator"),
            sorted({name for cso in reachable for name in resolver.animators.get(cso, ())}),
        ),
    ]


def _places(resolver: NameResolver) -> list[str]:
    """The communes and villages of the CSOs in reach, each commune before its villages."""
    mine = [
        place
        for place in resolver.places
        if place.place.level in ("commune", "village")
        and not place.place.code.endswith(UNLISTED)
        and (resolver.reach is None or resolver.cso_of(place) in resolver.reachable)
    ]
    mine.sort(key=lambda each: (each.region, each.cercle, each.commune, each.place.level, each.place.name))
    return [resolver.place_in_words(candidate) for candidate in mine]


def _activity(resolver: NameResolver, code: str, language: str) -> str:
    for form in resolver.forms:
        if code in form.activities:
            labels = form.activities[code]
            return f"{code}{SEPARATOR}{labels[0] if language == 'fr' else labels[-1]}"
    return code


def _rows(resolver: NameResolver, planned: Sequence[Planned], language: str) -> list[list[str]]:
    """Lines of the plan as cells, in the order of the columns, as they may be read again."""
    by_code: dict[str, LocatedPlace] = {candidate.place.code: candidate for candidate in resolver.places}
    counts = ("sessions", "people", "men", "women", "boys", "girls")
    rows = []
    for session in planned:
        place = by_code.get(session.place)
        numbers = ["" if (value := getattr(session, name)) is None else str(value) for name in counts]
        rows.append(
            [
                resolver.reachable.get(session.cso, session.cso.shown),
                resolver.place_in_words(place) if place else session.place,
                "",
                session.month,
                session.day,
                _activity(resolver, session.activity, language) if session.activity else "",
                session.form,
                session.animator,
                *numbers,
            ]
        )
    return rows


def _explain(book: object, language: str) -> None:
    sheet = book.add_worksheet(translate(language, mark("Help")))  # type: ignore[attr-defined]
    sheet.set_column(0, 0, 110)
    for number, line in enumerate(HELP):
        sheet.write_string(number, 0, translate(language, line))


HELP = (
    mark("One line for each place and month, or for each session that has a day."),
    mark("The place is a code or a name; a name that several places bear needs the commune in its column."),
    mark("The month is written 2020-03 or 03/2020, a day 08/03/2020. A line with a day is one session."),
    mark("Sessions: how many; nothing stands for one. People: everybody, or men, women, boys and girls."),
    mark("Activity, field sheet and animator may be left empty: then any sheet of the place counts."),
    mark("Taking in a month again replaces the plan of that month and organisation; it can be undone."),
)
