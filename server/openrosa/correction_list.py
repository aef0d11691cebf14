"""The list of sheets to correct that one phone is given as a file of its notice form: its own sheets and nobody else's.

The same sheets give the same bytes: phones fetch the file again when its hash has changed, and only then (OR-25).
"""

import csv
import io

from aggregates.tallies.tally_queries import names_of_places
from forms.base.moment import read
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import DefinitionRow
from server.identity.accounts import names_of
from server.settings.settings import Settings
from server.web.access import Asker
from server.words.days import day_in_words, day_of
from server.words.language import mark, moment, translate
from sync.intake import notices
from sync.intake.notices import Correction
from sync.reading.legible import activity_in_words

LIST = "a_corriger.csv"
DAY = "d MMMM y"
COLUMNS = (
    "name",
    "label",
    "place",
    "date",
    "activity",
    "reason",
    "asked_by",
    "asked_on",
    "form",
    "instance_name",
    "sent",
    "editable",
)
NOTHING = "rien"
"""Name of the one row of an empty list: form engines refuse a list without rows, and the form would not open."""


def own_list(db: Database, asker: Asker, row: DefinitionRow, settings: Settings) -> bytes | None:
    """The list of the phone that asks, where this version is of a notice that names it.

    None for a person, a program, or another form: they get the file that the form was published with, which is empty.
    """
    account = asker.account
    if account is None or not asker.is_phone or account.project_id is None:
        return None
    definition = definitions.load_definition(db, row.id)
    if not definition.is_notice or LIST not in definition.media:
        return None
    return list_of(db, account.project_id, account.id, account.language or settings.language, settings)


def list_of(db: Database, project_id: int, phone_id: int, language: str, settings: Settings) -> bytes:
    """The list of one phone."""
    found = notices.of_phone(db, project_id, phone_id)
    places = names_of_places(db, sorted({correction.place for correction in found}))
    people = names_of(db) if found else {}
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for correction in found:
        writer.writerow(_row(db, correction, places, people, language, settings))
    if not found:
        writer.writerow({"name": NOTHING, "label": translate(language, mark("Nothing to correct"))})
    return table.getvalue().encode()


def _row(
    db: Database,
    correction: Correction,
    places: dict[str, str],
    people: dict[int, str],
    language: str,
    settings: Settings,
) -> dict[str, str]:
    definition = definitions.load_definition(db, correction.definition_id)
    place = places.get(correction.place, correction.place)
    day = day_in_words(language, correction.event_date, DAY)
    activity = activity_in_words(definition, correction.activity, language)
    asked_on = day_of(correction.asked_at, settings.zone)
    told = {
        "name": correction.instance_id,
        "label": " · ".join(filter(None, (day, place, activity)))
        or correction.instance_name
        or definition.title,
        "place": place or "–",
        "date": day or "–",
        "activity": activity,
        "reason": correction.reason
        or translate(language, mark("Ask your coordinator what is to be corrected.")),
        "asked_by": people.get(correction.asked_by or 0, "") or translate(language, mark("your coordinator")),
        "asked_on": day_in_words(language, asked_on, DAY),
        "form": definition.title,
        "instance_name": correction.instance_name or definition.title,
        "sent": moment(language, read(correction.sent_at), settings.zone),
        "editable": "oui" if definition.client_editable else "non",
    }
    # one line each: a line break inside a cell is right in CSV, and yet not every reader takes it
    return {name: " ".join(text.split()) for name, text in told.items()}
