"""What phones sent and was not taken, as its sheet's page (`_phone_edits.html`) and the inbox show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import g, request

from aggregates.tallies.tally_queries import names_of_places
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from server.identity.accounts import names_of
from server.submissions.narrative import withheld
from server.submissions.sheet_item import sheet_address
from server.web.route import Asking
from server.words.language import translate_plural
from sync.instance.envelope import Part
from sync.instance.instance import parse_instance, scopes
from sync.intake import conflicts, notices, submissions
from sync.intake.conflicts import Kept
from sync.lists.inbox_pages import InboxRow
from sync.reading.difference import Difference, differences
from sync.reading.difference_in_words import DifferenceInWords, differences_in_words

OUTCOMES = ("used", "left", "late", "reason")
"""What a page that follows a decision tells."""


@dataclass(frozen=True, slots=True)
class PhoneEdit:
    """One sheet that was put aside, as people look at it."""

    kept: Kept
    animator: str
    settled_by: str
    differences: tuple[DifferenceInWords, ...]
    """From the current version to this one; of what waits alone."""
    files: tuple[Part, ...]
    is_usable: bool
    """Whether its form version is here, so that it could become the sheet."""
    address: str


@dataclass(frozen=True, slots=True)
class PhoneEdits:
    """Everything that was put aside of a sheet, newest first."""

    waiting: tuple[PhoneEdit, ...]
    settled: tuple[PhoneEdit, ...]
    version: int
    """The sheet's version to which they are compared."""
    may_settle: bool
    outcome: str
    """What was just decided, "" where the page was opened otherwise."""
    read_at: str | None
    """When the animator opened the request to correct this sheet; None where there is none, or not yet."""


def count(asking: Asking) -> int:
    """How many phone edits wait for somebody who may settle them; 0 for those who may not."""
    reach = asking.asker.reach("submission.update", asking.the_project.id)
    return conflicts.count_unresolved(asking.db, asking.the_project.id, reach.csos) if reach else 0


def notice(asking: Asking) -> str:
    """What the inbox tells of them, "" where nothing waits."""
    waiting_edits = count(asking)
    language: str = g.language
    if not waiting_edits:
        return ""
    return translate_plural(
        language,
        "{count} correction sent by a phone waits to be looked at.",
        "{count} corrections sent by phones wait to be looked at.",
        waiting_edits,
    )


def of_sheet(asking: Asking, form: Form, row: InboxRow) -> PhoneEdits:
    """What was put aside of a sheet that the asker may see."""
    db = asking.db
    every = conflicts.of_submission(db, row.id)
    hidden = withheld(asking, db, form, cso=row.cso)
    told = list(_told(db, form, row, every, hidden)) if every else []
    may_settle = asking.asker.reach("submission.update", form.project_id, form) is not None
    outcome = request.args.get("phone_edit", "")
    return PhoneEdits(
        tuple(phone_edit for phone_edit in told if not phone_edit.kept.outcome),
        tuple(phone_edit for phone_edit in told if phone_edit.kept.outcome),
        row.version,
        may_settle,
        outcome if outcome in OUTCOMES else "",
        notices.read_at(db, row.id) if row.state == "hasIssues" else None,
    )


def _told(
    db: Database, form: Form, row: InboxRow, every: Sequence[Kept], hidden: frozenset[str]
) -> Iterator[PhoneEdit]:
    people = names_of(db)
    current, _ = submissions.current_version(db, row.id)
    now = parse_instance(submissions.version_xml(db, current.id))
    definition = definitions.load_definition(db, current.definition_id)
    for number, kept in zip(range(len(every), 0, -1), every, strict=True):
        instance = parse_instance(kept.xml)
        found = definitions.find_definition(db, form.id, instance.version)
        known = (definitions.load_definition(db, found.id), definition) if found else (definition,)
        different: list[DifferenceInWords] = []
        if not kept.outcome:
            repeats = frozenset(repeat.path for definition in known for repeat in definition.repeats)
            changed = differences(now, instance, repeats, withheld=hidden)
            different = differences_in_words(
                changed,
                known,
                g.language,
                names_of_places(db, sorted(_words(changed))),
                scopes(instance, known[0]),
            )
        yield PhoneEdit(
            kept,
            people.get(kept.submitter_id or 0, "–"),
            people.get(kept.settled_by or 0, "–"),
            tuple(different),
            conflicts.files_of(db, kept.id),
            found is not None,
            f"{sheet_address(form, row.instance_id)}/phone-edits/{number}",
        )


def _words(changed: Sequence[Difference]) -> set[str]:
    texts = (text for difference in changed for text in (difference.old, difference.new) if text)
    return {word for text in texts if len(text) < 200 for word in text.split()}
