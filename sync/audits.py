"""Keeps the audit: who did what and when. Lines are added, never changed; answers are never in them."""

import json
from dataclasses import dataclass
from typing import Any

from forms.base.by import By
from forms.base.moment import written
from forms.base.sqlite import Database


@dataclass(frozen=True, slots=True)
class About:
    """What something was done with, by keys; None for what a line does not name."""

    form_id: int | None = None
    submission_id: int | None = None
    project_id: int | None = None
    account_id: int | None = None
    """To whom it was done."""


NOTHING = About()


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line, as it is read."""

    id: int
    logged_at: str
    action: str
    actor_id: int | None
    form_id: int | None
    submission_id: int | None
    project_id: int | None
    account_id: int | None
    details: dict[str, Any]
    notes: str | None


GROUPS = {
    "nonverbose": "action NOT LIKE 'submission.%' AND action NOT LIKE 'session.%' AND action NOT LIKE 'entity.%'",
    "user": "action LIKE 'user.%' OR action LIKE 'session.%'",
    "field_key": "action LIKE 'field_key.%'",
    "project": "action LIKE 'project.%' OR action LIKE 'cso.%'",
    "form": "action LIKE 'form.%'",
    "submission": "action LIKE 'submission.%'",
    "arrival": "action IN ('submission.create', 'submission.conflict', 'submission.attachment.conflict')",
    "review": """(action LIKE 'submission.%' OR action LIKE 'flag.%')
        AND action NOT IN ('submission.create', 'submission.conflict', 'submission.attachment.conflict',
            'submission.read', 'submission.list')""",
    "reading": "action IN ('submission.read', 'submission.list')",
    "month": "action LIKE 'compilation.%'",
    "plan": "action LIKE 'plan.%' OR action LIKE 'reminder.%'",
    "device": "action LIKE 'field_key.%' OR action LIKE 'public_link.%'",
}
"""Groups of actions that a reader may ask for by one word: ODK Central's, and those that our own pages offer."""


def append(
    db: Database,
    action: str,
    by: By,
    about: About = NOTHING,
    *,
    details: dict[str, Any] | None = None,
    notes: str | None = None,
) -> None:
    """Add a line, in the transaction of what it tells. Actions are named as ODK Central names them.

    `notes` is why, in the words of whoever did it. Words about a sheet of a
    confidential form stay with the sheet: administrators read this log (domain page § 11).
    """
    db.execute(
        """
        INSERT INTO audit (logged_at, action, actor_id, form_id, submission_id, project_id, account_id, details,
            notes)
        VALUES (:now, :action, :actor_id, :form_id, :submission_id, :project_id, :account_id, :details,
            CASE WHEN EXISTS (
                SELECT 1 FROM submission AS s JOIN form AS f ON f.id = s.form_id
                WHERE s.id = :submission_id AND f.confidential = 1
            ) THEN NULL ELSE :notes END)
        """,
        {
            "now": written(by.at),
            "action": action,
            "actor_id": by.actor_id,
            "form_id": about.form_id,
            "submission_id": about.submission_id,
            "project_id": about.project_id,
            "account_id": about.account_id,
            "details": json.dumps(details, ensure_ascii=False) if details else "{}",
            "notes": notes,
        },
    )


def lines(
    db: Database,
    *,
    action: str = "",
    actor_id: int | None = None,
    span: tuple[str, str] = ("", ""),
    limit: int | None = None,
    offset: int = 0,
) -> list[AuditLine]:
    """The log, newest first. `action` is one action or a word of `GROUPS`.

    `span` is the first and the last moment, "" for no bound.
    """
    condition = GROUPS.get(action, "action = :action" if action else "1")
    rows = db.execute(
        f"""
        SELECT id, logged_at, action, actor_id, form_id, submission_id, project_id, account_id, details, notes
        FROM audit
        WHERE ({condition}) AND (:actor_id IS NULL OR actor_id = :actor_id)
            AND (:start = '' OR logged_at >= :start) AND (:end = '' OR logged_at <= :end)
        ORDER BY id DESC LIMIT :limit OFFSET :offset
        """,
        {
            **({"action": action} if ":action" in condition else {}),
            "actor_id": actor_id,
            "start": span[0],
            "end": span[1],
            "limit": -1 if limit is None else limit,
            "offset": offset,
        },
    )
    return [_line(row) for row in rows]


def last_moment(db: Database) -> str:
    """When the last line was written; "" where there is none."""
    row = db.execute("SELECT logged_at FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def lines_of_submission(db: Database, submission_id: int) -> list[AuditLine]:
    """What happened to a submission, newest first."""
    rows = db.execute(
        """
        SELECT id, logged_at, action, actor_id, form_id, submission_id, project_id, account_id, details, notes
        FROM audit WHERE submission_id = :id ORDER BY id DESC
        """,
        {"id": submission_id},
    )
    return [_line(row) for row in rows]


def _line(row: tuple[Any, ...]) -> AuditLine:
    values = list(row)
    values[8] = json.loads(row[8])
    return AuditLine(*values)
