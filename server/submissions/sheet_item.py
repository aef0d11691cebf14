"""One sheet as lists show it: its place, date and people in words, and where it can be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g

from aggregates.flags import flags
from aggregates.tallies.tally_queries import names_of_places
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from server.identity.accounts import names_of
from server.web.address import address_part
from server.web.route import Asking
from server.words import days
from server.words.flag_sentence import flag_title
from server.words.language import mark
from sync.counting.summary import Summary
from sync.lists.inbox_pages import InboxRow
from sync.reading.legible import activity_in_words

STATES = {
    "todo": mark("to decide"),
    "": mark("all"),
    "received": mark("received"),
    "edited": mark("edited"),
    "hasIssues": mark("to be corrected"),
    "approved": mark("approved"),
    "rejected": mark("rejected"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One sheet in a list."""

    row: InboxRow
    form: str
    """Title of its form, in the version it was filled with."""
    place: str
    activity: str
    animator: str
    address: str
    day: str
    """Of the event, in words; "–" where the sheet tells none."""
    received: str
    """The day it came, in words."""
    flags: tuple[str, ...] = ()
    """Titles of the flags that somebody has still to decide."""

    @property
    def name(self) -> str:
        """What the sheet is called in a list: its place."""
        return self.place or self.form

    @property
    def summary(self) -> Summary:
        """Its date, codes and numbers."""
        return self.row.summary

    @property
    def seen(self) -> str:
        """What a decision on it says that its maker saw."""
        return f"{self.row.id}.{self.row.version}.{self.row.state}"


def items(asking: Asking, rows: Sequence[InboxRow]) -> list[Item]:
    """These sheets in the reader's language, in their order. They are of forms that the asker may read."""
    db = asking.db
    people = names_of(db)
    forms = {form.id: form for form in definitions.forms_of(db, asking.the_project.id)}
    places = names_of_places(db, sorted({row.summary.place for row in rows}))
    flagged = flags.of_submissions(db, [row.id for row in rows])
    zone, language = asking.here.settings.zone, g.language
    told = []
    for row in rows:
        definition = definitions.load_definition(db, row.definition_id)
        told.append(
            Item(
                row,
                definition.title,
                places.get(row.summary.place, row.summary.place),
                activity_in_words(definition, row.summary.activity, language),
                people.get(row.submitter_id or 0, ""),
                sheet_address(forms[row.form_id], row.instance_id),
                day_in_words(row.summary.event_date),
                day_in_words(days.day_of(row.created_at, zone), pattern="d MMM y"),
                tuple(flag_title(flag, language) for flag in flagged.get(row.id, ()) if flag.is_open),
            )
        )
    return told


def day_in_words(day: str, *, pattern: str = "EEE d MMM y") -> str:
    """An ISO date in the reader's language, with its weekday; as it was answered where it is none."""
    return days.day_in_words(g.language, day, pattern) or "–"


def sheet_address(form: Form, instance_id: str) -> str:
    """Where a sheet is looked at."""
    return f"/projects/{form.project_id}/sheets/{address_part(form.xml_form_id)}/{address_part(instance_id)}"


def readable_forms(asking: Asking, db: Database) -> dict[int, Form]:
    """The published forms whose sheets the asker may read here; confidential ones have a place of their own."""
    return {
        form.id: form
        for form in definitions.forms_of(db, asking.the_project.id)
        if form.current_definition_id is not None
        and not form.is_confidential
        and not definitions.load_definition(db, form.current_definition_id).is_notice
        and asking.asker.reach("submission.list", form.project_id, form) is not None
    }
