"""What phones sent and was not taken: shown beside its sheet with what is different, taken over or left, with a reason.

`of_sheet` is what the page of one sheet shows of it (`_phone_edits.html`), `notice` what the inbox tells
(`_phone_edits_notice.html`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Response, g, request

from aggregates.tallies.tally_queries import names_of_places
from forms.base.by import By
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from server.base.refusals import AddressUnknown, InstanceUnknown
from server.base.whole_number import whole_number
from server.identity.accounts import names_of
from server.submissions.narrative import withheld
from server.submissions.sheet_item import items, readable_forms, sheet_address
from server.web.page import given, go, show
from server.web.route import Asking, Resource
from server.web.sent import sent_file
from server.words.language import translate_plural
from sync import audits
from sync.audits import About
from sync.instance.envelope import Part
from sync.instance.instance import parse_instance, scopes
from sync.intake import conflicts, notices, submissions
from sync.intake.conflicts import Kept
from sync.intake.receive import take_over
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery, InboxRow
from sync.reading.difference import Difference, differences
from sync.reading.difference_in_words import DifferenceInWords, differences_in_words

resource = Resource("phone_edits", "/projects/<segment:project_id>")
SHEET = "/sheets/<segment:form_id>/<segment:instance_id>/phone-edits"
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


@resource.get("/phone-edits", may="submission.update")
def waiting(asking: Asking) -> str:
    """The sheets of which a phone's correction waits to be settled, the longest wait first."""
    db = asking.db
    query = _query(asking, db)
    found = [
        (each, row)
        for each in conflicts.waiting(db, asking.the_project.id, asking.reach.csos)
        if (row := inbox_pages.find(db, query, each.form_id, each.instance_id))
    ]
    told = zip((each for each, _ in found), items(asking, [row for _, row in found]), strict=True)
    return show("phone_edits.html", asking, project=asking.the_project, sheets=list(told))


@resource.get(SHEET, may="submission.update")
def of_one_sheet(asking: Asking, instance_id: str) -> str:
    """What was put aside of one sheet, with what is different."""
    row = _row(asking, asking.db, instance_id)
    return show(
        "phone_edits_of_sheet.html",
        asking,
        project=asking.the_project,
        item=items(asking, [row])[0],
        phone_edits=of_sheet(asking, asking.the_form, row),
    )


@resource.get(f"{SHEET}/<segment:number>/files/<segment:name>", may="submission.update")
def file(asking: Asking, instance_id: str, number: str, name: str) -> Response:
    """A picture that came with it."""
    row = _row(asking, asking.db, instance_id)
    kept = _kept(asking.db, row.id, number)
    part = next((each for each in conflicts.files_of(asking.db, kept.id) if each.name == name), None)
    if part is None:
        raise AddressUnknown
    return sent_file(asking.here.blobs.path(part.blob.sha256), part.media_type, name, etag=part.blob.md5)


@resource.post(f"{SHEET}/<segment:number>/use", may="submission.update")
def use(asking: Asking, instance_id: str, number: str) -> Any:
    """Let the phone's version become the sheet; every version before it stays."""
    form, new_id = asking.the_form, f"uuid:{uuid4()}"

    def work(db: Database) -> str:
        row = _row(asking, db, instance_id)
        kept = _kept(db, row.id, number)
        if str(row.version) != given("version"):
            return "late"  # somebody changed the sheet: what was compared is not there any more
        actor_id = asking.asker.id
        if not take_over(db, kept, form=form, instance_id=new_id, actor_id=actor_id, now=asking.now):
            return "late"
        _audit(asking, db, kept, "used")
        return "used"

    return go(_after(form, instance_id, asking.write(work)))


@resource.post(f"{SHEET}/<segment:number>/leave", may="submission.update")
def leave(asking: Asking, instance_id: str, number: str) -> Any:
    """Leave the sheet as it is; the phone's version stays in its history, with the reason."""
    reason = given("reason")

    def work(db: Database) -> str:
        kept = _kept(db, _row(asking, db, instance_id).id, number)
        if not reason:
            return "reason"
        actor_id = asking.asker.id
        if not conflicts.resolve(db, kept.id, "left", reason=reason, actor_id=actor_id, now=asking.now):
            return "late"
        _audit(asking, db, kept, "left", notes=reason)
        return "left"

    return go(_after(asking.the_form, instance_id, asking.write(work)))


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
        tuple(each for each in told if not each.kept.outcome),
        tuple(each for each in told if each.kept.outcome),
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
    for kept in every:
        instance = parse_instance(kept.xml)
        found = definitions.find_definition(db, form.id, instance.version)
        known = (definitions.load_definition(db, found.id), definition) if found else (definition,)
        different: list[DifferenceInWords] = []
        if not kept.outcome:
            repeats = frozenset(repeat.path for one in known for repeat in one.repeats)
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
            f"{sheet_address(form, row.instance_id)}/phone-edits/{kept.id}",
        )


def _words(changed: Sequence[Difference]) -> set[str]:
    texts = (text for each in changed for text in (each.old, each.new) if text)
    return {word for text in texts if len(text) < 200 for word in text.split()}


def _query(asking: Asking, db: Database) -> InboxQuery:
    return InboxQuery(tuple(readable_forms(asking, db)), asking.reach.csos)


def _row(asking: Asking, db: Database, instance_id: str) -> InboxRow:
    """The sheet of the address, if it is among those that the asker may see. Raises InstanceUnknown."""
    row = inbox_pages.find(db, _query(asking, db), asking.the_form.id, instance_id)
    if row is None:
        raise InstanceUnknown(instance_id=instance_id)
    return row


def _kept(db: Database, submission_id: int, number: str) -> Kept:
    """What was put aside of this very sheet. Raises AddressUnknown."""
    key = whole_number(number)
    kept = None if key is None else conflicts.find(db, key)
    if kept is None or kept.submission_id != submission_id:
        raise AddressUnknown
    return kept


def _after(form: Form, instance_id: str, outcome: str) -> str:
    return f"{sheet_address(form, instance_id)}?phone_edit={outcome}#phone-edits"


def _audit(asking: Asking, db: Database, kept: Kept, outcome: str, *, notes: str | None = None) -> None:
    audits.append(
        db,
        "submission.conflict.settle",
        By(asking.asker.id, asking.now),
        About(asking.the_form.id, kept.submission_id, asking.the_project.id),
        details={"instanceId": kept.instance_id, "kind": kept.kind, "outcome": outcome},
        notes=notes,
    )
