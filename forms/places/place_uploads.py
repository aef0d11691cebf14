"""Keeps the file of places while somebody looks at its preview: one each, for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.base.by import By
from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database

KEPT = timedelta(days=1)


class PlaceUploadUnknown(Refusal):
    """There is no such file waiting: it was taken in, put aside, or it waited too long (`token`)."""


@dataclass(frozen=True, slots=True)
class PlaceUpload:
    """A file that waits to be confirmed."""

    token: str
    file_name: str
    content: bytes
    uploaded_at: str


def add_upload(
    db: Database,
    content: bytes,
    *,
    token: str,
    file_name: str,
    by: By,
) -> None:
    """Keep a file, in place of the one that the same person has waiting. Those that are too old go."""
    db.execute(
        """
        DELETE FROM place_upload
        WHERE uploaded_at < :oldest OR actor_id IS :actor_id
        """,
        {"oldest": written(by.at - KEPT), "actor_id": by.actor_id},
    )
    db.execute(
        """
        INSERT INTO place_upload (token, actor_id, file_name, content, uploaded_at)
        VALUES (:token, :actor_id, :file_name, :content, :now)
        """,
        {
            "token": token,
            "actor_id": by.actor_id,
            "file_name": file_name,
            "content": content,
            "now": written(by.at),
        },
    )


def find_upload(db: Database, token: str, *, actor_id: int | None, now: datetime) -> PlaceUpload:
    """The file that this person has waiting under a token. Raises PlaceUploadUnknown."""
    row = db.execute(
        """
        SELECT token, file_name, content, uploaded_at FROM place_upload
        WHERE token = :token AND actor_id IS :actor_id AND uploaded_at >= :oldest
        """,
        {"token": token, "actor_id": actor_id, "oldest": written(now - KEPT)},
    ).fetchone()
    if row is None:
        raise PlaceUploadUnknown(token=token)
    return PlaceUpload(*row)


def drop_upload(db: Database, token: str) -> None:
    """Forget a file: it was taken in or put aside."""
    db.execute("DELETE FROM place_upload WHERE token = :token", {"token": token})
