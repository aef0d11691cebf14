"""The files of a submission's version, as programs see them."""

from typing import Any

from flask import Response

from forms.base.sqlite import Database
from server.base.refusals import AttachmentUnknown
from server.web.route import Asking
from server.web.sent import sent_file
from sync.intake import attachments

ANY = ("application/octet-stream",)


def attachments_of(db: Database, version_id: int) -> list[dict[str, Any]]:
    """The files of a version, as programs see them."""
    return [
        {"name": attachment.name, "exists": attachment.sha256 is not None}
        for attachment in attachments.of_version(db, version_id)
        if attachment.is_expected
    ]


def attachment_answer(asking: Asking, version_id: int, name: str) -> Response:
    """One file of a version. Raises AttachmentUnknown."""
    files = {attachment.name: attachment for attachment in attachments.of_version(asking.db, version_id)}
    found = files.get(name)
    if found is None or found.sha256 is None:
        raise AttachmentUnknown(name=name)
    path = asking.here.blobs.path(found.sha256)
    return sent_file(path, found.media_type or "", name, etag=found.sha256[:32])
