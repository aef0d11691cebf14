"""/v1/projects/P/forms/F/submissions: listing, sending, editing, reviewing and deleting submissions."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from flask import Response, redirect, request

from forms.base.by import By
from forms.base.sqlite import Database
from forms.places.csos import find_cso
from server.identity.accounts import names_of
from server.intake.take import (
    XML_TYPES,
    EditWithoutDeprecatedId,
    InstanceIdExists,
    read_alone,
    refuse_other_form,
    refuse_other_submission,
    take_within_budget,
)
from server.submissions.lookup import BASE, XML, change_tag, find, representation_of
from server.submissions.schema import (
    DeviceQuery,
    Move,
    Review,
    Several,
    SeveralReviews,
    Submission,
    SubmissionQuery,
)
from server.web import representation
from server.web.address import address_part, submission_path
from server.web.answer import tagged
from server.web.edge import own_address
from server.web.route import Asking, Resource, stream
from server.web.schema import Actor
from server.web.sent import sent_xml
from sync.intake import submissions
from sync.intake.receive import receive
from sync.lists import submission_lists
from sync.lists.submission_lists import Found
from sync.review import decisions, owners

resource = Resource("submissions", BASE)


@resource.get("", may="submission.list", asks=SubmissionQuery(), gives=Submission(), gives_many=True)
def every(asking: Asking) -> Response:
    """The submissions, newest first, as a stream; `deleted=true` shows the trash."""
    query = asking.query
    where = "s.deleted_at IS NOT NULL" if query["deleted"] else ""
    selection = asking.selection(where=where, with_deleted=query["deleted"])
    tag = change_tag(asking, asking.db)
    unchanged = tagged(tag)
    if unchanged is not None:
        return unchanged
    actors = actors_json(asking.db) if asking.is_extended else ""

    storage, query = asking.here.storage, asking.query

    def chunks() -> Iterator[bytes]:
        with storage.reading() as db:
            separator = b"["
            rows = submission_lists.objects(
                db, selection, limit=query.get("limit"), offset=query["offset"], actors=actors
            )
            for batch in _batches(rows):
                yield separator + ",".join(batch).encode()
                separator = b","
            yield b"]\n" if separator == b"," else b"[]\n"

    response = stream(chunks(), "application/json")
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@resource.post("", may="submission.create", asks=DeviceQuery(), takes_media=XML_TYPES, gives=Submission())
def create(asking: Asking) -> dict[str, Any]:
    """Send a submission: its XML as the body; files follow one by one."""
    envelope = read_alone(asking)
    refuse_other_form(asking, envelope)

    form = asking.the_form
    with asking.here.storage.reading() as db:
        if submissions.find_version(db, form.id, envelope.instance.instance_id):
            raise InstanceIdExists(instance_id=envelope.instance.instance_id)
    receipt = take_within_budget(asking.asker, form.project_id, envelope, now=asking.now)
    if receipt.outcome == "resent":  # another request brought it in between
        raise InstanceIdExists(instance_id=envelope.instance.instance_id)
    if receipt.refusal:
        raise receipt.refusal
    with asking.here.storage.reading() as db:
        told = representation_of(submission_lists.one(db, receipt.submission_id))
    del told["review_state"]  # as Central: the answer to a sending knows none
    return told


@resource.get("/submitters", may="submission.list", gives=Actor(), gives_many=True)
def submitters(asking: Asking) -> list[dict[str, Any]]:
    """Who sent the submissions."""
    ids = submission_lists.submitters(asking.db, asking.selection())
    return [actor for actor_id in ids if (actor := representation.actor_with(asking.db, actor_id))]


@resource.post("/bulk-review", may="submission.update", takes=SeveralReviews(), success=True)
def review_several(asking: Asking) -> None:
    """One decision on several submissions: on all of them, or on none."""
    state = asking.body["review_state"]

    def work(db: Database) -> None:
        for submission in _several(asking, db, asking.body["instance_ids"]):
            decide(asking, db, submission, state)

    asking.write(work)


@resource.post("/bulk-delete", may="submission.delete", takes=Several(), success=True)
def delete_several(asking: Asking) -> None:
    """Put several submissions into the trash: all of them, or none."""
    asking.write(lambda db: _move(asking, db, is_deleted=True))


@resource.post("/bulk-restore", may="submission.restore", takes=Several(), success=True)
def restore_several(asking: Asking) -> None:
    """Take several submissions out of the trash: all of them, or none."""
    asking.write(lambda db: _move(asking, db, is_deleted=False))


@resource.get("/<segment:instance_id>", may="submission.read", gives=Submission())
def read(asking: Asking, instance_id: str) -> Any:
    """One submission. The instanceID of a later version leads to that version."""
    found = find(asking, asking.db, instance_id)
    if found.instance_id != instance_id:
        there = f"{submission_path(asking.the_form, found.instance_id)}/versions/{address_part(instance_id)}"
        return redirect(f"{own_address()}{there}", 301)
    actors = actors_json(asking.db) if asking.is_extended else ""
    return representation_of(submission_lists.one(asking.db, found.id, actors=actors))


@resource.get("/<segment:instance_id>.xml", may="submission.read", gives_media=(XML,))
def xml(asking: Asking, instance_id: str) -> Response:
    """The submission's XML, byte for byte as it came (of the current version)."""
    found = find(asking, asking.db, instance_id)
    current = submission_lists.versions(asking.db, found.id)[0]
    return sent_xml(submissions.version_xml(asking.db, current.id), f"{instance_id}.xml")


@resource.put(
    "/<segment:instance_id>",
    may="submission.update",
    asks=DeviceQuery(),
    takes_media=XML_TYPES,
    gives=Submission(),
)
def edit(asking: Asking, instance_id: str) -> dict[str, Any]:
    """Replace a submission by a corrected one, whose XML names the version it replaces (deprecatedID)."""
    envelope = read_alone(asking)
    refuse_other_form(asking, envelope)
    instance = envelope.instance
    if not instance.deprecated_id:
        raise EditWithoutDeprecatedId

    def work(db: Database) -> dict[str, Any]:
        found = find(asking, db, instance_id)
        refuse_other_submission(asking, db, found, instance)
        if submissions.find_version(db, asking.the_form.id, instance.instance_id):
            raise InstanceIdExists(instance_id=instance.instance_id)
        receive(db, asking.the_project.id, envelope, now=asking.now)
        return representation_of(submission_lists.one(db, found.id))

    return asking.write(work)


@resource.patch("/<segment:instance_id>", may="submission.update", takes=Review(), gives=Submission())
def review(asking: Asking, instance_id: str) -> dict[str, Any]:
    """Decide on a submission: approved, hasIssues, rejected, edited; null puts it back to received."""

    def work(db: Database) -> dict[str, Any]:
        found = find(asking, db, instance_id)
        decide(asking, db, found, asking.body["review_state"])
        return representation_of(submission_lists.one(db, found.id))

    return asking.write(work)


@resource.post("/<segment:instance_id>/move", may="submission.move", takes=Move(), gives=Submission())
def move(asking: Asking, instance_id: str) -> dict[str, Any]:
    """Give a submission to another CSO of the project, with a reason. Both CSOs' numbers follow at the next roll-up."""

    def work(db: Database) -> dict[str, Any]:
        found = find(asking, db, instance_id)
        cso = find_cso(db, asking.body["cso"], project_id=asking.the_project.id)
        reason = asking.body["reason"]
        owners.move(db, found.id, cso.key, reason=reason, now=asking.now, actor_id=asking.asker.id)
        return representation_of(submission_lists.one(db, found.id))

    return asking.write(work)


@resource.delete("/<segment:instance_id>", may="submission.delete", success=True)
def delete(asking: Asking, instance_id: str) -> None:
    """Put a submission into the trash; a phone that sends it again is told so."""

    def work(db: Database) -> None:
        found = find(asking, db, instance_id)
        submissions.set_deleted(db, [found.id], is_deleted=True, now=asking.now, actor_id=asking.asker.id)

    asking.write(work)


@resource.post("/<segment:instance_id>/restore", may="submission.restore", success=True)
def restore(asking: Asking, instance_id: str) -> None:
    """Take a submission out of the trash."""

    def work(db: Database) -> None:
        found = find(asking, db, instance_id, is_deleted=True)
        submissions.set_deleted(db, [found.id], is_deleted=False, now=asking.now, actor_id=asking.asker.id)

    asking.write(work)


def decide(asking: Asking, db: Database, found: Found, state: str | None) -> None:
    """Set a review state in the caller's transaction; who did is kept, and shown with the flags that it decides."""
    decisions.put(
        db,
        decisions.seen_now(db, found.id),
        state,
        reason=request.headers.get("X-Action-Notes", ""),
        batch=uuid4().hex,
        by=By(asking.asker.id, asking.now),
    )


def actors_json(db: Database) -> str:
    """Every account as an actor, as one JSON object by id, for SQLite to look in."""
    return json.dumps(
        {str(number): {"id": number, "displayName": name} for number, name in names_of(db).items()},
        ensure_ascii=False,
    )


def _several(
    asking: Asking, db: Database, instance_ids: list[str], *, is_deleted: bool = False
) -> list[Found]:
    return [find(asking, db, fromkey, is_deleted=is_deleted) for fromkey in dict.fromkeys(instance_ids)]


def _move(asking: Asking, db: Database, *, is_deleted: bool) -> None:
    found = _several(asking, db, asking.body["instance_ids"], is_deleted=not is_deleted)
    submissions.set_deleted(
        db,
        [sheet.id for sheet in found],
        is_deleted=is_deleted,
        now=asking.now,
        actor_id=asking.asker.id,
    )


def _batches(rows: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for row in rows:
        batch.append(row)
        if len(batch) == submission_lists.BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
