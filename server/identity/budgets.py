"""Keeps how much each phone and each public link has sent today: whoever holds one cannot fill the disk.

A day's sheets and bytes are a budget. A sheet that is known already is taken again, because a phone that lost the
answer sends it again; its bytes count, because they were written.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from server.settings.door import Budget


class BudgetSpent(Refusal):
    """The phone or link has sent what it may today (`sheets`, `megabytes`); `seconds` until it may again."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was sent today."""

    sheets: int = 0
    size: int = 0
    """In bytes."""

    def is_over(self, budget: Budget) -> bool:
        """Whether nothing new is taken any more today."""
        return self.sheets >= budget.sheets or self.size >= budget.size


NOTHING = Spent()


def refuse_overspent(
    db: Database, account_id: int, budget: Budget, *, sheets: int, size: int, now: datetime
) -> None:
    """Raise BudgetSpent where so many more sheets and bytes are more than the day's. `now` is in the server's zone."""
    spent = spent_of(db, account_id, now=now)
    if spent.sheets + sheets > budget.sheets or spent.size + size > budget.size:
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        raise BudgetSpent(
            sheets=budget.sheets,
            megabytes=budget.megabytes,
            seconds=max(int((midnight - now).total_seconds()), 1),
        )


def spend(db: Database, account_id: int, *, sheets: int, size: int, now: datetime) -> None:
    """Write down what was sent. Days that are over are forgotten."""
    sent = {"id": account_id, "day": now.date().isoformat(), "sheets": sheets, "size": size}
    added = db.execute(
        "UPDATE sent_today SET sheets = sheets + :sheets, size = size + :size WHERE account_id = :id AND day = :day",
        sent,
    )
    if added.rowcount:
        return
    db.execute(
        "DELETE FROM sent_today WHERE account_id = :id AND day <> :day",
        {"id": account_id, "day": sent["day"]},
    )
    db.execute(
        "INSERT INTO sent_today (account_id, day, sheets, size) VALUES (:id, :day, :sheets, :size)", sent
    )


def spent_of(db: Database, account_id: int, *, now: datetime) -> Spent:
    """What one phone or link has sent today."""
    row = db.execute(
        "SELECT sheets, size FROM sent_today WHERE account_id = :id AND day = :day",
        {"id": account_id, "day": now.date().isoformat()},
    ).fetchone()
    return Spent(*row) if row else NOTHING


def spent_today(db: Database, *, now: datetime) -> dict[int, Spent]:
    """What each phone and link has sent today, by account."""
    rows = db.execute(
        "SELECT account_id, sheets, size FROM sent_today WHERE day = :day", {"day": now.date().isoformat()}
    )
    return {row[0]: Spent(row[1], row[2]) for row in rows}
