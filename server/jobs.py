"""The process beside the web workers: the quality rules, the nightly roll-up, weekly reminders, housekeeping.

After an upgrade it makes what older versions did not keep of each sheet.

Exactly one does the work, even when somebody starts the server twice: it holds a lock, and the next takes
over when it is gone.
"""

import logging
import signal
import threading
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from aggregates.tallies import roll_up_runs
from aggregates.tallies.roll_up import Opening, roll_up
from forms.base.sqlite import Database, sqlite3
from server.base import clock
from server.night.examining import examine_here
from server.reminders.remind import remind_if_due
from server.settings.settings import Settings
from server.store.database import Storage
from server.store.locks import Busy, exclusive
from sync import changes
from sync.intake import summaries
from sync.intake.rebuild import make_summaries

log = logging.getLogger(__name__)

ASK_SECONDS = 60
EXAMINE_SECONDS = 20
"""A coordinator sees what the rules found soon after a sheet came."""
CHECKPOINT_SECONDS = 5
TAKE_OVER_SECONDS = 5
LONGEST_LOG_BYTES = 64_000_000
ROLLING_UP = "rollup"


def work(settings: Settings, storage: Storage) -> None:
    """Wait for the lock, then do the jobs until SIGTERM."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        with suppress(Busy), exclusive(settings.data_directory / "jobs.lock", what="jobs"):
            log.info("jobs begin timezone=%s roll_up=%s", settings.timezone, settings.roll_up_time)
            run_jobs(settings, storage, stopping)
        stopping.wait(TAKE_OVER_SECONDS)


def run_jobs(settings: Settings, storage: Storage, stopping: threading.Event) -> None:
    """Run the schedule until `stopping` is set.

    The night's job is not timed to the night: each minute it is asked whether it is due. A timer counts the
    monotonic clock, which stands still while a laptop sleeps; asking catches up within a minute of waking,
    and after a start.
    """
    note_missing_summaries(storage)
    scheduler = BackgroundScheduler(timezone=settings.timezone)
    beginning = clock.now()
    for work, seconds, first in (
        (lambda: make_missing_summaries(storage, stopping), ASK_SECONDS, 1),
        (lambda: roll_up_if_due(settings, storage, stopping), ASK_SECONDS, 2),
        (lambda: examine_arrivals(settings, storage, stopping), EXAMINE_SECONDS, 3),
        (lambda: remind(settings, storage), ASK_SECONDS, 10),
        (lambda: checkpoint(storage), CHECKPOINT_SECONDS, CHECKPOINT_SECONDS),
    ):
        scheduler.add_job(
            work,
            "interval",
            seconds=seconds,
            next_run_time=beginning + timedelta(seconds=first),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
    scheduler.start()
    stopping.wait()
    scheduler.shutdown(wait=True)


def note_missing_summaries(storage: Storage) -> None:
    """Find sheets without the line that the inbox shows, however that came; what fails is tried at the next start."""
    try:
        with storage.writing() as db:
            noted = summaries.note_missing(db)
    except Exception:
        log.exception("the search for sheets without a summary failed")
    else:
        if noted:
            log.info("sheets without a summary found=%d", noted)


def make_missing_summaries(storage: Storage, stopping: threading.Event) -> None:
    """Make the line that the inbox shows of sheets from before there was one; what fails is tried again, and logged."""
    with storage.reading() as db:
        if not summaries.still_to_make(db, 1):
            return
    try:
        made = make_summaries(stoppable(storage.writing, stopping), now=clock.now())
        log.info("summaries made=%d", made)
    except Stopped:
        log.info("the making of summaries stops between two batches and goes on at the next start")
    except Exception:
        log.exception("the making of summaries failed")


def roll_up_if_due(settings: Settings, storage: Storage, stopping: threading.Event) -> None:
    """Roll up once a night; what fails is tried again the next minute, and logged."""
    with storage.reading() as db:
        last = roll_up_runs.last_good_run(db)
        has_changes = changes.last_number(db) > 0
    hour, minute = settings.roll_up_time.split(":")
    trigger = CronTrigger(hour=int(hour), minute=int(minute), timezone=settings.timezone)
    if not is_due(last, trigger, clock.now(), has_changes=has_changes):
        return
    try:
        examine_first(settings, storage, stopping)
        roll_up(
            stoppable(storage.writing, stopping),
            storage.reading,
            full=False,
            now=clock.now,
            alone=exclusive(settings.roll_up_lock, what=ROLLING_UP),
        )
    except Busy:
        log.info("a roll-up is under way already")
    except Stopped:
        log.info("the roll-up stops between two batches and goes on at the next start")
    except Exception:
        log.exception("the roll-up failed")


def examine_first(settings: Settings, storage: Storage, stopping: threading.Event) -> None:
    """Examine before the roll-up, which counts no more than was examined: it goes on where this fails."""
    try:
        examine_here(settings, storage, writing=stoppable(storage.writing, stopping))
    except (Busy, Stopped):
        raise
    except Exception:
        log.exception("the examination failed: what it has not seen is counted another night")


def examine_arrivals(settings: Settings, storage: Storage, stopping: threading.Event) -> None:
    """Examine what arrived or changed; what fails is tried again the next time, and logged."""
    try:
        examine_here(settings, storage, writing=stoppable(storage.writing, stopping), waits=False)
    except Busy:
        log.debug("an examination is under way already")
    except Stopped:
        log.info("the examination stops between two batches and goes on at the next start")
    except Exception:
        log.exception("the examination failed")


def remind(settings: Settings, storage: Storage) -> None:
    """Write to coordinators once a week; what fails is tried again, and logged."""
    try:
        remind_if_due(settings, storage, clock.now())
    except Exception:
        log.exception("the reminders failed")


def is_due(last: datetime | None, trigger: CronTrigger, now: datetime, *, has_changes: bool) -> bool:
    """Whether a night has passed since the last good run; the first run comes with the first sheet."""
    if last is None:
        return has_changes
    following: datetime | None = trigger.get_next_fire_time(None, last + timedelta(seconds=1))
    return following is not None and following <= now


class Stopped(Exception):
    """The server is stopping; what was not written yet waits for the next start."""


def stoppable(writing: Opening, stopping: threading.Event) -> Opening:
    """`writing`, refusing to begin once the server is stopping: batches before it are whole."""

    def open_writing() -> AbstractContextManager[Database]:
        if stopping.is_set():
            raise Stopped
        return writing()

    return open_writing


def checkpoint(storage: Storage) -> None:
    """Bring the write-ahead log back into the database file, so that no phone has to wait for it."""
    mode = "PASSIVE"
    with suppress(FileNotFoundError):
        if Path(f"{storage.path}-wal").stat().st_size > LONGEST_LOG_BYTES:
            mode = "TRUNCATE"
    try:
        storage.connection().execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    except sqlite3.OperationalError as error:  # busy: the next one will do it
        log.debug("checkpoint: %s", error)
