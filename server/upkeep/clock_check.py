"""Whether the clock of this machine can be right: nothing that was written down lies ahead of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from aggregates.tallies import roll_up_runs
from forms.base.moment import read
from forms.base.sqlite import Database
from server.settings.settings import Settings
from server.upkeep.check import Check, check
from server.words.language import mark
from sync import audits
from sync.intake import receipt_times

BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this is wrong: fiche did not exist."""
CLOCK = "clock"
EARLIER_CLOCK = "earlier_clock"
"""The name of what cannot be mended any more, and is told for as long as it shows."""


def clock_checks(settings: Settings, db: Database, *, now: datetime) -> Iterator[Check]:
    """The clock now; then, where something of it is left, that it was ahead before."""
    newest = _newest(db)
    is_behind = newest is not None and newest > now + receipt_times.TOLERANCE
    shown = f"{now.astimezone(settings.zone):%Y-%m-%d %H:%M} {settings.timezone}"
    if is_behind and newest is not None:
        last = f"{newest.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        yield check(
            CLOCK,
            False,
            shown,
            mark(
                "Set the date and time of this machine: what was last written down bears the time {last}, "
                "so that the clock was ahead then, or is behind now. If it is right now, nothing is left to do."
            ),
            last=last,
        )
    else:
        yield check(CLOCK, now > BUILT, shown, mark("Set the date and time of this machine."))
    ahead = receipt_times.count_ahead(db, now=now)
    if ahead:
        yield check(
            EARLIER_CLOCK,
            False,
            str(ahead),
            mark(
                "The clock of this machine was ahead: {count} sheets bear a time of receipt that has not come yet. "
                "Nothing is lost and everything is counted; flags that rest on that time say so."
            ),
            count=ahead,
        )


def _newest(db: Database) -> datetime | None:
    """The time of what was written down last. Where several tables know, the earliest of their last times: the
    clock has been right since."""
    runs = roll_up_runs.latest(db, limit=1)
    last = [moment for moment in (audits.last_moment(db), *(run.started_at for run in runs)) if moment]
    return read(min(last)) if last else None
