"""What surrounds a submission: its versions and their differences, remarks, and who did what."""

import itertools
from typing import Any

from flask import Response

from forms.base.sqlite import Database
from forms.catalogue.definitions import load_definition
from server.identity.accounts import find_account
from server.submissions.attachment import attachment_answer, attachments_of
from server.submissions.lookup import BASE, XML, InstanceUnknown, find
from server.submissions.narrative import withheld
from server.submissions.schema import CommentAnswer, NewComment, SubmissionAttachment, VersionAnswer
from server.web import representation
from server.web.route import Asking, Resource
from server.web.schema import Audit
from server.web.sent import sent_xml
from sync import audits
from sync.instance.instance import parse_instance
from sync.intake import submissions
from sync.lists import submission_lists
from sync.lists.submission_lists import VersionRow
from sync.reading.difference import differences, written_path
from sync.review import comments

resource = Resource("submission_history", f"{BASE}/<segment:instance_id>")


@resource.get("/versions", may="submission.read", gives=VersionAnswer(), gives_many=True)
def versions(asking: Asking, instance_id: str) -> list[dict[str, Any]]:
    """The versions of a submission, newest first."""
    rows = submission_lists.versions(asking.db, find(asking, asking.db, instance_id).id)
    return [_version(row, is_current=row is rows[0]) for row in rows]


@resource.get("/versions/<segment:version_id>", may="submission.read", gives=VersionAnswer())
def version(asking: Asking, instance_id: str, version_id: str) -> dict[str, Any]:
    """One version, by its own instanceID."""
    row, is_current = the_version(asking, instance_id, version_id)
    return _version(row, is_current=is_current)


@resource.get("/versions/<segment:version_id>.xml", may="submission.read", gives_media=(XML,))
def version_xml(asking: Asking, instance_id: str, version_id: str) -> Response:
    """The XML of one version, byte for byte as it came."""
    row, _ = the_version(asking, instance_id, version_id)
    return sent_xml(submissions.version_xml(asking.db, row.id), f"{version_id}.xml")


@resource.get(
    "/versions/<segment:version_id>/attachments",
    may="submission.read",
    gives=SubmissionAttachment(),
    gives_many=True,
)
def version_attachments(asking: Asking, instance_id: str, version_id: str) -> list[dict[str, Any]]:
    """The files that one version names, and which of them have come."""
    return attachments_of(asking.db, the_version(asking, instance_id, version_id)[0].id)


@resource.get(
    "/versions/<segment:version_id>/attachments/<segment:name>",
    may="submission.read",
    gives_media=("application/octet-stream",),
)
def version_attachment(asking: Asking, instance_id: str, version_id: str, name: str) -> Response:
    """One file of one version."""
    return attachment_answer(asking, the_version(asking, instance_id, version_id)[0].id, name)


@resource.get("/diffs", may="submission.read")
def diffs(asking: Asking, instance_id: str) -> dict[str, list[dict[str, Any]]]:
    """What each edit changed, by the instanceID of the version it made."""
    db = asking.db
    rows = submission_lists.versions(db, find(asking, db, instance_id).id)
    hidden = withheld(asking, db, asking.the_form)
    told = {}
    for after, before in itertools.pairwise(rows):
        repeats = frozenset(
            repeat.path
            for row in (after, before)
            for repeat in load_definition(db, row.definition_id).repeats
        )
        old, new = (parse_instance(submissions.version_xml(db, row.id)) for row in (before, after))
        told[after.instance_id] = [
            {
                "path": written_path(difference.path),
                **({} if difference.old is None else {"old": difference.old}),
                **({} if difference.new is None else {"new": difference.new}),
            }
            for difference in differences(old, new, repeats, withheld=hidden)
        ]
    return told


@resource.get("/comments", may="submission.read", gives=CommentAnswer(), gives_many=True)
def remarks(asking: Asking, instance_id: str) -> list[dict[str, Any]]:
    """The remarks on a submission, newest first."""
    db = asking.db
    told = []
    for comment in comments.of_submission(db, find(asking, db, instance_id).id):
        remark: dict[str, Any] = {
            "body": comment.body,
            "actor_id": comment.actor_id,
            "created_at": comment.created_at,
        }
        if asking.is_extended:
            remark["actor"] = representation.actor_with(db, comment.actor_id)
        told.append(remark)
    return told


@resource.post("/comments", may="submission.update", takes=NewComment(), gives=CommentAnswer())
def remark(asking: Asking, instance_id: str) -> comments.Comment:
    """Say something about a submission."""

    def work(db: Database) -> comments.Comment:
        found = find(asking, db, instance_id)
        return comments.add_once(db, found.id, asking.body["body"], actor_id=asking.asker.id, now=asking.now)

    return asking.write(work)


@resource.get("/audits", may="submission.read", gives=Audit(), gives_many=True)
def log(asking: Asking, instance_id: str) -> list[dict[str, Any]]:
    """What happened to a submission, newest first."""
    db = asking.db
    found = audits.lines_of_submission(db, find(asking, db, instance_id).id)
    actors = {}
    for number in {line.actor_id for line in found if line.actor_id is not None}:
        account = find_account(db, number)
        if account is not None and asking.is_extended:
            actors[number] = representation.actor(account)
    return [representation.audit(line, actors) for line in found]


def the_version(asking: Asking, instance_id: str, version_id: str) -> tuple[VersionRow, bool]:
    """A version of a submission, and whether it is the current one. Raises InstanceUnknown."""
    rows = submission_lists.versions(asking.db, find(asking, asking.db, instance_id).id)
    for row in rows:
        if row.instance_id == version_id:
            return row, row is rows[0]
    raise InstanceUnknown(instance_id=version_id)


def _version(row: VersionRow, *, is_current: bool) -> dict[str, Any]:
    return {
        "instance_id": row.instance_id,
        "instance_name": row.instance_name or None,
        "submitter_id": row.submitter_id,
        "device_id": row.device_id or None,
        "user_agent": row.user_agent or None,
        "created_at": row.created_at,
        "current": is_current,
    }
