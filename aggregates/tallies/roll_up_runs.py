"""Keeps the record of each roll-up: when it ran, how much it took, and why it stopped if it failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.base.moment import read, written
from forms.base.sqlite import Database, new_key

SEEN_RUNS = 50
CLOCK_TOLERANCE = timedelta(minutes=5)
"""By which a clock may be put back without anything being said: what time servers do by themselves."""

INTERRUPTED = "interrupted"
"""The error of a run that never wrote its end: the machine or the process was stopped."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How much a roll-up took."""

    submissions: int
    facts: int
    tallies: int


@dataclass(frozen=True, slots=True)
class Run:
    """One roll-up."""

    id: int
    kind: str
    """"incremental" or "full"."""
    started_at: str
    ended_at: str | None
    submissions: int
    """How many were read again."""
    facts: int
    """How many facts these have."""
    tallies: int
    """How many tallies moved."""
    error: str | None


def start(db: Database, kind: str, *, now: datetime) -> int:
    """Note that a run begins; gives its id. Runs exclude each other: one without an end was cut off."""
    db.execute(
        "UPDATE rollup_run SET ended_at = :now, error = :error WHERE ended_at IS NULL",
        {"now": written(now), "error": INTERRUPTED},
    )
    cursor = db.execute(
        "INSERT INTO rollup_run (kind, started_at) VALUES (:kind, :now)", {"kind": kind, "now": written(now)}
    )
    return new_key(cursor)


def finish(
    db: Database,
    run_id: int,
    *,
    taken: Taken,
    error: str | None,
    now: datetime,
) -> Run:
    """Note how a run ended."""
    db.execute(
        """
        UPDATE rollup_run SET ended_at = :now, submissions = :submissions, facts = :facts,
            tallies = :tallies, error = :error
        WHERE id = :id
        """,
        {
            "id": run_id,
            "submissions": taken.submissions,
            "facts": taken.facts,
            "tallies": taken.tallies,
            "error": error,
            "now": written(now),
        },
    )
    return _runs(db, "WHERE id = :id", id=run_id)[0]


def latest(db: Database, *, limit: int) -> list[Run]:
    """The last runs, newest first."""
    return _runs(db, "ORDER BY id DESC LIMIT :limit", limit=limit)


def _runs(db: Database, which: str, **parameters: int) -> list[Run]:
    rows = db.execute(
        f"""
        SELECT id, kind, started_at, ended_at, submissions, facts, tallies, error FROM rollup_run {which}
        """,
        parameters,
    )
    return [Run(*row) for row in rows]


def last_good_run(db: Database, *, now: datetime) -> datetime | None:
    """When the last roll-up that ended well began, UTC; None where the latest ones all failed.

    A run that begins after `now` was made by a clock that was ahead: it says nothing about the night that it stands
    for, and is passed over.
    """
    good = (read(run.started_at) for run in latest(db, limit=SEEN_RUNS) if run.error is None and run.ended_at)
    return next((started for started in good if started <= now + CLOCK_TOLERANCE), None)
