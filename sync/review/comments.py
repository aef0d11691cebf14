"""Keeps what people say about a submission."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.base.moment import written
from forms.base.sqlite import Database

RESENT_WITHIN = timedelta(minutes=10)
"""Who says the same again so soon has clicked twice, gone back, or not seen the answer."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One remark."""

    body: str
    actor_id: int | None
    created_at: str


def add(db: Database, submission_id: int, body: str, *, actor_id: int | None, now: datetime) -> Comment:
    """Keep a remark."""
    comment = Comment(body, actor_id, written(now))
    db.execute(
        """
        INSERT INTO submission_comment (submission_id, actor_id, body, created_at)
        VALUES (:submission_id, :actor_id, :body, :now)
        """,
        {"submission_id": submission_id, "actor_id": actor_id, "body": body, "now": comment.created_at},
    )
    return comment


def add_once(db: Database, submission_id: int, body: str, *, actor_id: int | None, now: datetime) -> Comment:
    """Keep a remark, unless it is this person's last one on the sheet, sent again within minutes: gives that."""
    row = db.execute(
        """
        SELECT body, actor_id, created_at FROM submission_comment
        WHERE submission_id = :id AND actor_id IS :actor_id ORDER BY id DESC LIMIT 1
        """,
        {"id": submission_id, "actor_id": actor_id},
    ).fetchone()
    if row and row[0] == body and written(now - RESENT_WITHIN) <= row[2] <= written(now):
        return Comment(*row)
    return add(db, submission_id, body, actor_id=actor_id, now=now)


def of_submission(db: Database, submission_id: int) -> list[Comment]:
    """The remarks on a submission, newest first."""
    rows = db.execute(
        "SELECT body, actor_id, created_at FROM submission_comment WHERE submission_id = :id ORDER BY id DESC",
        {"id": submission_id},
    )
    return [Comment(*row) for row in rows]
