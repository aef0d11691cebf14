"""Keeps which reminder went to whom: once a week at most, and what failed is tried again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from forms.base.moment import written
from forms.base.sqlite import Database

RETRY = timedelta(hours=1)
"""After so long what failed, or what was begun and never ended, is tried again."""


@dataclass(frozen=True, slots=True)
class MailKey:
    """Which reminder: to one person, in one week of a project."""

    project_id: int
    account_id: int
    week: str
    """"2020-W10"."""


@dataclass(frozen=True, slots=True)
class ReminderMail:
    """One reminder to one person in one week."""

    project_id: int
    account_id: int
    week: str
    """"2020-W10"."""
    tried_at: str
    sent_at: str | None
    error: str
    """What went wrong the last time, as it was told; "" for nothing."""
    is_empty: bool
    """Whether there was nothing to remind of."""


def claim(db: Database, key: MailKey, *, now: datetime, by_hand: bool = False) -> bool:
    """Take a person's reminder of a week upon oneself; gives whether it is still to be sent.

    Two who try at once cannot both have it. What failed is to be had again after an hour, by hand at once; a week
    without anything to tell is over for the job, and is looked at again by hand.
    """
    cursor = db.execute(
        """
        INSERT INTO reminder_mail (project_id, account_id, week, tried_at)
        VALUES (:project_id, :account_id, :week, :now)
        ON CONFLICT (project_id, account_id, week) DO UPDATE SET tried_at = :now, error = '', is_empty = 0
        WHERE sent_at IS NULL AND (
            (tried_at <= :earlier OR tried_at > :now) AND is_empty = 0 OR :by_hand AND (error <> '' OR is_empty)
        )
        """,
        {
            **asdict(key),
            "now": written(now),
            "earlier": written(now - RETRY),
            "by_hand": by_hand,
        },
    )
    return bool(cursor.rowcount)


def note_sent(db: Database, key: MailKey, *, now: datetime) -> None:
    """It was handed over."""
    _note(db, key, sent_at=written(now))


def note_failed(db: Database, key: MailKey, *, error: str) -> None:
    """It could not be handed over, and why."""
    _note(db, key, error=error)


def note_empty(db: Database, key: MailKey) -> None:
    """There is nothing to remind of."""
    _note(db, key, is_empty=True)


def mails_of_week(db: Database, project_id: int, week: str) -> list[ReminderMail]:
    """What became of the reminders of a week, by person."""
    rows = db.execute(
        """
        SELECT project_id, account_id, week, tried_at, sent_at, error, is_empty FROM reminder_mail
        WHERE project_id = :project_id AND week = :week ORDER BY account_id
        """,
        {"project_id": project_id, "week": week},
    )
    return [
        ReminderMail(project, account, of_week, tried_at, sent_at, error, bool(is_empty))
        for project, account, of_week, tried_at, sent_at, error, is_empty in rows
    ]


def waiting(db: Database, project_id: int, week: str, accounts: Sequence[int], *, now: datetime) -> list[int]:
    """Those of these people to whom a reminder is still to be sent now."""
    known = {sent.account_id: sent for sent in mails_of_week(db, project_id, week)}
    earlier, present = written(now - RETRY), written(now)
    return [
        account_id
        for account_id in accounts
        if (mail := known.get(account_id)) is None
        or (mail.sent_at is None and not mail.is_empty and not earlier < mail.tried_at <= present)
    ]


def _note(
    db: Database,
    key: MailKey,
    *,
    sent_at: str | None = None,
    error: str = "",
    is_empty: bool = False,
) -> None:
    db.execute(
        """
        UPDATE reminder_mail SET sent_at = :sent_at, error = :error, is_empty = :is_empty
        WHERE project_id = :project_id AND account_id = :account_id AND week = :week
        """,
        {
            **asdict(key),
            "sent_at": sent_at,
            "error": error,
            "is_empty": is_empty,
        },
    )
