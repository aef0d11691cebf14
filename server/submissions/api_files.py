"""/v1/…/submissions/I/attachments: the pictures and other files of a submission."""

from typing import Any

from flask import Response, request

from forms.base.blobs import BlobWriter
from forms.base.sqlite import Database
from server.base.refusals import AttachmentUnknown
from server.intake.body import BodyTooLarge
from server.submissions.attachment import ANY, attachment_answer, attachments_of
from server.submissions.lookup import BASE, find
from server.submissions.schema import SubmissionAttachment
from server.web.route import Asking, Resource
from sync import changes
from sync.instance.envelope import Part
from sync.intake import attachments
from sync.lists import submission_lists

resource = Resource("submission_files", f"{BASE}/<segment:instance_id>/attachments")


@resource.get("", may="submission.read", gives=SubmissionAttachment(), gives_many=True)
def every(asking: Asking, instance_id: str) -> list[dict[str, Any]]:
    """The files that the current version names, and which of them have come."""
    return attachments_of(asking.db, _current(asking, asking.db, instance_id)[1])


@resource.get("/<segment:name>", may="submission.read", gives_media=ANY)
def read(asking: Asking, instance_id: str, name: str) -> Response:
    """One file, whole or in ranges."""
    return attachment_answer(asking, _current(asking, asking.db, instance_id)[1], name)


@resource.post("/<segment:name>", may="submission.update", takes_media=ANY, success=True)
def add(asking: Asking, instance_id: str, name: str) -> None:
    """Send a file that the submission names, in place of one that came before."""
    with asking.here.storage.reading() as db:
        _refuse_unnamed(db, _current(asking, db, instance_id)[1], name)
    with asking.here.blobs.receive() as writer:
        _copy_body(writer, asking.here.settings.uploads.max_file_bytes)
        part = Part(name, writer.keep(), request.mimetype or ANY[0])

    def work(db: Database) -> None:
        submission_id, version_id = _current(asking, db, instance_id)
        _refuse_unnamed(db, version_id, name)
        attachments.replace(db, version_id, part, now=asking.now)
        changes.append(db, submission_id, "attachment", asking.now)
        asking.audit(db, "submission.attachment.update", submission_id=submission_id, details={"name": name})

    asking.write(work)


@resource.delete("/<segment:name>", may="submission.update", success=True)
def clear(asking: Asking, instance_id: str, name: str) -> None:
    """Take a file away; the submission goes on naming it."""

    def work(db: Database) -> None:
        submission_id, version_id = _current(asking, db, instance_id)
        if not attachments.clear(db, version_id, name):
            raise AttachmentUnknown(name=name)
        changes.append(db, submission_id, "attachment", asking.now)
        asking.audit(
            db,
            "submission.attachment.update",
            submission_id=submission_id,
            details={"name": name, "deleted": True},
        )

    asking.write(work)


def _current(asking: Asking, db: Database, instance_id: str) -> tuple[int, int]:
    found = find(asking, db, instance_id)
    return found.id, submission_lists.versions(db, found.id)[0].id


def _refuse_unnamed(db: Database, version_id: int, name: str) -> None:
    if not any(
        attachment.name == name and attachment.is_expected
        for attachment in attachments.of_version(db, version_id)
    ):
        raise AttachmentUnknown(name=name)


def _copy_body(writer: BlobWriter, limit: int) -> None:
    received = 0
    while chunk := request.stream.read(65_536):
        received += len(chunk)
        if received > limit:
            raise BodyTooLarge(limit=limit, name="")
        writer.write(chunk)
