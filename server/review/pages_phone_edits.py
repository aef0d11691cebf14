"""What phones sent and was not taken: shown beside its sheet with what is different, taken over or left, with a reason.

`of_sheet` is what the page of one sheet shows of it (`_phone_edits.html`), `notice` what the inbox tells
(`_phone_edits_notice.html`).
"""

from typing import Any
from uuid import uuid4

from flask import Response

from forms.base.by import By
from forms.base.sqlite import Database
from forms.catalogue.form import Form
from server.base.refusals import AddressUnknown
from server.base.whole_number import whole_number
from server.review.phone_edit import of_sheet
from server.submissions.lookup import InstanceUnknown
from server.submissions.sheet_item import items, readable_forms, sheet_address
from server.web.page import given, go, show
from server.web.route import Asking, Resource
from server.web.sent import sent_file
from sync import audits
from sync.audits import About
from sync.intake import conflicts
from sync.intake.conflicts import Kept
from sync.intake.receive import take_over
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery, InboxRow

resource = Resource("phone_edits", "/projects/<segment:project_id>")
SHEET = "/sheets/<segment:form_id>/<segment:instance_id>/phone-edits"


@resource.get("/phone-edits", may="submission.update")
def waiting(asking: Asking) -> str:
    """The sheets of which a phone's correction waits to be settled, the longest wait first."""
    db = asking.db
    query = _query(asking, db)
    found = [
        (edit, row)
        for edit in conflicts.waiting(db, asking.the_project.id, asking.reach.csos)
        if (row := inbox_pages.find(db, query, edit.form_id, edit.instance_id))
    ]
    told = zip((edit for edit, _ in found), items(asking, [row for _, row in found]), strict=True)
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
    part = next(
        (kept_file for kept_file in conflicts.files_of(asking.db, kept.id) if kept_file.name == name), None
    )
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


def _query(asking: Asking, db: Database) -> InboxQuery:
    return InboxQuery(tuple(readable_forms(asking, db)), asking.reach.csos)


def _row(asking: Asking, db: Database, instance_id: str) -> InboxRow:
    """The sheet of the address, if it is among those that the asker may see. Raises InstanceUnknown."""
    row = inbox_pages.find(db, _query(asking, db), asking.the_form.id, instance_id)
    if row is None:
        raise InstanceUnknown(instance_id=instance_id)
    return row


def _kept(db: Database, submission_id: int, number: str) -> Kept:
    """What was put aside of this very sheet, counted from the oldest, which is 1. Raises AddressUnknown.

    A number among all sheets would tell how much is put aside of others.
    """
    place = whole_number(number)
    oldest_first = conflicts.of_submission(db, submission_id)[::-1]
    if place is None or not 0 < place <= len(oldest_first):
        raise AddressUnknown
    return oldest_first[place - 1]


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
