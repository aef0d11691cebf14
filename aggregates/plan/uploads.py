"""Keeps the file of a plan while somebody looks at its preview: one each, for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.base.by import By
from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database

KEPT = timedelta(days=1)


class PlanUploadUnknown(Refusal):
    """There is no such file waiting: it was taken in, put aside, or it waited too long (`token`)."""


@dataclass(frozen=True, slots=True)
class PlanUpload:
    """A file that waits to be confirmed."""

    token: str
    file_name: str
    content: bytes
    uploaded_at: str


def add_upload(
    db: Database,
    project_id: int,
    content: bytes,
    *,
    token: str,
    file_name: str,
    by: By,
) -> None:
    """Keep a file, in place of the one that the same person has waiting. Those that are too old go."""
    db.execute(
        """
        DELETE FROM plan_upload
        WHERE uploaded_at < :oldest OR (project_id = :project_id AND actor_id IS :actor_id)
        """,
        {"oldest": written(by.at - KEPT), "project_id": project_id, "actor_id": by.actor_id},
    )
    db.execute(
        """
        INSERT INTO plan_upload (token, project_id, actor_id, file_name, content, uploaded_at)
        VALUES (:token, :project_id, :actor_id, :file_name, :content, :now)
        """,
        {
            "token": token,
            "project_id": project_id,
            "actor_id": by.actor_id,
            "file_name": file_name,
            "content": content,
            "now": written(by.at),
        },
    )


def find_upload(
    db: Database, project_id: int, token: str, *, actor_id: int | None, now: datetime
) -> PlanUpload:
    """The file that this person has waiting under a token. Raises PlanUploadUnknown."""
    row = db.execute(
        """
        SELECT token, file_name, content, uploaded_at FROM plan_upload
        WHERE token = :token AND project_id = :project_id AND actor_id IS :actor_id AND uploaded_at >= :oldest
        """,
        {"token": token, "project_id": project_id, "actor_id": actor_id, "oldest": written(now - KEPT)},
    ).fetchone()
    if row is None:
        raise PlanUploadUnknown(token=token)
    return PlanUpload(*row)


def drop_upload(db: Database, token: str) -> None:
    """Forget a file: it was taken in or put aside."""
    db.execute("DELETE FROM plan_upload WHERE token = :token", {"token": token})
