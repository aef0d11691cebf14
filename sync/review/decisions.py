"""Keeps decisions on sheets: who decided what and why, what was there before, and how to take it back.

Two people may look at the same sheet: a decision names what its maker saw, and one that was overtaken is refused.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from forms.base.by import By
from forms.base.moment import written
from forms.base.sqlite import Database
from sync.intake import submissions
from sync.review import comments


@dataclass(frozen=True, slots=True)
class Seen:
    """A sheet as somebody saw it when they decided."""

    submission_id: int
    version: int
    """How many versions it had."""
    state: str
    """"" for received."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision."""

    submission_id: int
    before: str
    after: str
    reason: str
    actor_id: int | None
    decided_at: str


def decide(
    db: Database,
    seen: Sequence[Seen],
    state: str | None,
    *,
    reason: str,
    batch: str,
    by: By,
) -> list[Seen]:
    """Decide on sheets; gives those that somebody else has changed meanwhile, on which nothing was decided.

    A reason becomes a remark that ODK Central's clients see too. `batch` names the decision, so that it can be
    undone as one. Raises `sync.intake.review_state.ReviewStateUnknown`.
    """
    overtaken = []
    for sheet in seen:
        if not _is_as_seen(db, sheet):
            overtaken.append(sheet)
            continue
        if sheet.state == (state or "") and not reason:
            continue
        put(db, sheet, state, reason=reason, batch=batch, by=by)
        if reason:
            comments.add(db, sheet.submission_id, reason, actor_id=by.actor_id, now=by.at)
    return overtaken


def put(
    db: Database,
    seen: Seen,
    state: str | None,
    *,
    reason: str,
    batch: str,
    by: By,
) -> None:
    """Decide on a sheet, whatever has become of it since, and keep who did; the reason is no remark.

    Raises `sync.intake.review_state.ReviewStateUnknown`.
    """
    submissions.set_review_state(
        db, seen.submission_id, state, now=by.at, actor_id=by.actor_id, notes=reason or None
    )
    db.execute(
        """
        INSERT INTO decision (batch, submission_id, version, before, after, reason, actor_id, decided_at)
        VALUES (:batch, :submission_id, :version, NULLIF(:before, ''), :after, :reason, :actor_id, :now)
        """,
        {
            "batch": batch,
            "submission_id": seen.submission_id,
            "version": seen.version,
            "before": seen.state,
            "after": state,
            "reason": reason,
            "actor_id": by.actor_id,
            "now": written(by.at),
        },
    )


def decided_in(db: Database, batch: str, *, actor_id: int | None) -> list[tuple[int, str]]:
    """The sheets of one's own decision that still stands, each with the state that it gave."""
    rows = db.execute(
        """
        SELECT submission_id, COALESCE(after, '') FROM decision
        WHERE batch = :batch AND actor_id IS :actor_id ORDER BY submission_id
        """,
        {"batch": batch, "actor_id": actor_id},
    )
    return [(row[0], row[1]) for row in rows]


def undo(
    db: Database,
    batch: str,
    *,
    actor_id: int | None,
    now: datetime,
    may_see: Callable[[list[int]], Collection[int]] | None = None,
) -> tuple[int, int]:
    """Take one's own decision back; gives on how many sheets that was done, and on how many it was too late.

    `may_see` says which of these sheets the person reaches now: the others are left as they are.
    """
    rows = db.execute(
        """
        SELECT submission_id, version, COALESCE(before, ''), COALESCE(after, '') FROM decision
        WHERE batch = :batch AND actor_id IS :actor_id
        """,
        {"batch": batch, "actor_id": actor_id},
    ).fetchall()
    ids = [row[0] for row in rows]
    known = ids if may_see is None else may_see(ids)
    done = late = 0
    for submission_id, version, before, after in rows:
        if submission_id in known and _is_as_seen(db, Seen(submission_id, version, after)):
            submissions.set_review_state(
                db, submission_id, before or None, now=now, actor_id=actor_id, notes="undo"
            )
            done += 1
        else:
            late += 1
    db.execute(
        """
        DELETE FROM decision WHERE batch = :batch AND actor_id IS :id
            AND submission_id IN (SELECT value FROM json_each(:known))
        """,
        {"batch": batch, "id": actor_id, "known": json.dumps(sorted(known))},
    )
    return done, late


def seen_now(db: Database, submission_id: int) -> Seen:
    """A sheet as it stands, for a decision that rests on something else. Raises SubmissionUnknown."""
    row = db.execute(
        "SELECT versions, COALESCE(review_state, '') FROM submission WHERE id = :id AND deleted_at IS NULL",
        {"id": submission_id},
    ).fetchone()
    if row is None:
        raise submissions.SubmissionUnknown(submission_id=submission_id)
    return Seen(submission_id, row[0], row[1])


def of_submission(db: Database, submission_id: int) -> list[Decision]:
    """The decisions on a sheet, newest first."""
    rows = db.execute(
        """
        SELECT submission_id, COALESCE(before, ''), COALESCE(after, ''), reason, actor_id, decided_at
        FROM decision WHERE submission_id = :id ORDER BY id DESC
        """,
        {"id": submission_id},
    )
    return [Decision(*row) for row in rows]


def last_of(db: Database, submission_ids: Sequence[int]) -> dict[int, Decision]:
    """The newest decision on each of these sheets; those on which nobody decided are left out."""
    rows = db.execute(
        """
        SELECT submission_id, COALESCE(before, ''), COALESCE(after, ''), reason, actor_id, decided_at
        FROM decision WHERE submission_id IN (SELECT value FROM json_each(:ids)) ORDER BY id
        """,
        {"ids": json.dumps(list(submission_ids))},
    )
    return {row[0]: Decision(*row) for row in rows}


def _is_as_seen(db: Database, seen: Seen) -> bool:
    row = db.execute(
        "SELECT versions, COALESCE(review_state, '') FROM submission WHERE id = :id AND deleted_at IS NULL",
        {"id": seen.submission_id},
    ).fetchone()
    return row is not None and (row[0], row[1]) == (seen.version, seen.state)
