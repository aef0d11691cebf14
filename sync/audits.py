"""Keeps the audit: who did what and when. Lines are added, never changed; answers are never in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.base.by import By
from forms.base.moment import written
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode


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


@dataclass(frozen=True, slots=True)
class Sight:
    """Which lines somebody may know of."""

    has_open: bool
    """All that are not about the sheets of confidential forms."""
    confidential: Mapping[int, frozenset[CsoCode] | None]
    """By the key of a confidential form the CSOs (lower case) about whose sheets they may know; None for all."""


@dataclass(frozen=True, slots=True)
class AskedLines:
    """Which lines somebody wants."""

    action: str = ""
    """One action, or a word of `GROUPS`; "" for all."""
    actor_id: int | None = None
    span: tuple[str, str] = ("", "")
    """The first and the last moment, "" for no bound."""
    limit: int | None = None
    offset: int = 0


GROUPS = {
    "nonverbose": "action NOT LIKE 'submission.%' AND action NOT LIKE 'session.%' AND action NOT LIKE 'entity.%'",
    "user": "action LIKE 'user.%' OR action LIKE 'session.%'",
    "field_key": "action LIKE 'field_key.%'",
    "project": "action LIKE 'project.%' OR action LIKE 'cso.%' OR action LIKE 'place.%'",
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


def lines(db: Database, asked: AskedLines, sight: Sight) -> list[AuditLine]:
    """The log as far as somebody may know of it, newest first; what they may not is not counted either.

    A reading of a list names no sheet: it is told to those who may know of its reader's organisation.
    """
    condition = GROUPS.get(asked.action, "action = :action" if asked.action else "1")
    known = [
        [form_id, cso]
        for form_id, csos in sight.confidential.items()
        for cso in ((None,) if csos is None else sorted(csos))
    ]
    rows = db.execute(
        f"""
        SELECT a.id, a.logged_at, a.action, a.actor_id, a.form_id, a.submission_id, a.project_id, a.account_id,
            a.details, a.notes
        FROM audit AS a
        LEFT JOIN submission AS s ON s.id = a.submission_id
        LEFT JOIN form AS f ON f.id = COALESCE(s.form_id, a.form_id)
        WHERE ({condition}) AND (:actor_id IS NULL OR a.actor_id = :actor_id)
            AND (:start = '' OR a.logged_at >= :start) AND (:end = '' OR a.logged_at <= :end)
            AND CASE WHEN f.confidential = 1 AND (a.submission_id IS NOT NULL OR a.action LIKE 'submission.%')
                THEN EXISTS (
                    SELECT 1 FROM json_each(:known) AS k
                    WHERE k.value ->> 0 = f.id AND (k.value ->> 1 IS NULL OR k.value ->> 1 = COALESCE(
                        s.cso, (SELECT LOWER(reader.cso) FROM account AS reader WHERE reader.id = a.actor_id)
                    ))
                )
                ELSE :has_open END
        ORDER BY a.id DESC LIMIT :limit OFFSET :offset
        """,
        {
            **({"action": asked.action} if ":action" in condition else {}),
            "actor_id": asked.actor_id,
            "start": asked.span[0],
            "end": asked.span[1],
            "known": json.dumps(known),
            "has_open": sight.has_open,
            "limit": -1 if asked.limit is None else asked.limit,
            "offset": asked.offset,
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
