"""Whether the jobs beside the server do their work, and the night's with them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from aggregates.tallies import roll_up_runs
from forms.base.moment import read
from forms.base.sqlite import Database
from server.store.locks import Busy, exclusive
from server.upkeep.check import Check, check
from server.upkeep.job_states import STALE, JobState, read_states
from server.words.language import mark

LATE = timedelta(hours=36)
STANDING = timedelta(hours=1)
"""A job that comes every few seconds, and has not ended well for so long, stands still."""
JOBS = "jobs"

FAILING = mark(
    "The job “{job}” fails since {since}: {error}. Until it runs again, numbers, flags and reminders stay as they "
    "are. Mend what the error names, or ask whoever installed this server; the log tells more."
)
PERMISSION = mark(
    "The job “{job}” may not open a file since {since}: {error}. A command was run as another user: give the files "
    "back to the owner of the data folder (chown -R)."
)
STANDS = mark(
    "The job “{job}” has not ended since {since}: another command holds what it needs. End that command, or start "
    "the server again."
)


def job_checks(folder: Path, db: Database, *, now: datetime) -> Iterator[Check]:
    """A check for each job that fails or stands still; one for all of them where none does. Then the roll-up."""
    at, states = read_states(folder)
    amiss = [found for state in states.values() if (found := _of_job(state, now)) is not None]
    if at is not None and now - at > STALE and _is_served(folder):
        yield check(
            JOBS,
            False,
            at.isoformat(timespec="minutes"),
            mark(
                "The jobs beside the server have said nothing since {since}: they stand still, or cannot write to the "
                "data folder. Start the server again, and look at its log."
            ),
            since=at.isoformat(timespec="minutes"),
        )
    elif amiss:
        yield from amiss
    else:
        yield check(JOBS, True, "–" if at is None else at.isoformat(timespec="minutes"), "")
    yield _roll_up(db, now)


def _of_job(state: JobState, now: datetime) -> Check | None:
    if state.failing_since:
        advice = PERMISSION if state.error.startswith("PermissionError") else FAILING
        return check(
            state.name, False, state.error, advice,
            job=state.name, since=_minute(state.failing_since), error=state.error,
        )  # fmt: skip
    last = state.good_at or state.since
    if now - read(last) > STANDING:
        return check(state.name, False, _minute(last), STANDS, job=state.name, since=_minute(last))
    return None


def _minute(moment: str) -> str:
    return read(moment).isoformat(timespec="minutes")


def _is_served(folder: Path) -> bool:
    """Whether a job process runs on this folder: it holds its lock for as long as it lives."""
    try:
        with exclusive(folder / "jobs.lock", what=JOBS):
            return False
    except (Busy, OSError):
        return True


def _roll_up(db: Database, now: datetime) -> Check:
    runs = roll_up_runs.latest(db, limit=1)
    if not runs:
        return Check("rollup", True, "–")
    good = roll_up_runs.last_good_run(db, now=now)
    found = runs[0].error or read(runs[0].started_at).isoformat(timespec="minutes")
    return check(
        "rollup",
        good is not None and now - good < LATE,
        found,
        mark("Leave fiche running at night, or start: fiche rollup"),
    )
