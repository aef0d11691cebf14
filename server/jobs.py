"""The process beside the web workers: the quality rules, the nightly roll-up, weekly reminders, housekeeping.

After an upgrade it makes what older versions did not keep of each sheet. How each job goes stands in
`server.upkeep.job_states`, for doctor, /health and the desk.

Exactly one does the work, even when somebody starts the server twice: it holds a lock, and the next takes
over when it is gone.
"""

import logging
import signal
import threading
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from aggregates.tallies import roll_up_runs
from aggregates.tallies.roll_up import Opening, roll_up
from forms.base.blobs import BlobStore
from forms.base.sqlite import Database, sqlite3
from server.base import clock, whole_file
from server.compilation.reconciling import check_sums
from server.night.due import is_due
from server.night.examining import examine_here
from server.night.schedule import Job, Stopped, run_schedule
from server.reminders.remind import remind_if_due
from server.settings.settings import Settings
from server.store.database import BUSY_TIMEOUT_MS, Storage
from server.store.locks import Busy, exclusive
from server.upkeep.backups import back_up_if_due
from server.upkeep.job_states import JobStates
from sync import changes
from sync.intake import summaries
from sync.intake.rebuild import make_summaries

log = logging.getLogger(__name__)

ASK_SECONDS = 60
EXAMINE_SECONDS = 20
"""A coordinator sees what the rules found soon after a sheet came."""
CHECKPOINT_SECONDS = 5
TIDY_SECONDS = 3600
SUMS_SECONDS = 600
"""Of what was rolled up since: mostly nothing, by day."""
BACKUP_SECONDS = 300
"""A disk that is not there is asked for again so often."""
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

    The night's job is not timed to the night: each minute it is asked whether it is due. So it catches up within a
    minute of a laptop's waking, after a start, and after its clock was put right.
    """
    note_missing_summaries(storage)
    jobs = (
        Job("summaries", lambda: make_missing_summaries(storage, stopping), ASK_SECONDS, 1),
        Job("rollup", lambda: roll_up_if_due(settings, storage, stopping), ASK_SECONDS, 2),
        Job("sums", lambda: look_at_sums(storage), SUMS_SECONDS, 60),
        Job("examination", lambda: examine_arrivals(settings, storage, stopping), EXAMINE_SECONDS, 3),
        Job("reminders", lambda: remind_if_due(settings, storage, clock.now()), ASK_SECONDS, 10),
        Job("checkpoint", lambda: checkpoint(storage), CHECKPOINT_SECONDS, CHECKPOINT_SECONDS),
        Job("backup", lambda: back_up_if_due(settings, storage), BACKUP_SECONDS, 30),
        Job("tidying", lambda: tidy(settings), TIDY_SECONDS, 60),
    )
    run_schedule(jobs, stopping, JobStates(settings.data_directory))


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
    """Make the line that the inbox shows of sheets from before there was one."""
    with storage.reading() as db:
        if not summaries.still_to_make(db, 1):
            return
    made = make_summaries(stoppable(storage.writing, stopping), now=clock.now())
    log.info("summaries made=%d", made)


def roll_up_if_due(settings: Settings, storage: Storage, stopping: threading.Event) -> None:
    """Roll up once a night."""
    now = clock.now()
    with storage.reading() as db:
        last = roll_up_runs.last_good_run(db, now=now)
        has_changes = changes.last_number(db) > 0
    if not (has_changes if last is None else is_due(last, settings.roll_up_time, settings.zone, now)):
        return  # the first run comes with the first sheet
    examine_first(settings, storage, stopping)
    roll_up(
        stoppable(storage.writing, stopping),
        storage.reading,
        full=False,
        now=clock.now,
        alone=exclusive(settings.roll_up_lock, what=ROLLING_UP),
    )


def examine_first(settings: Settings, storage: Storage, stopping: threading.Event) -> None:
    """Examine before the roll-up, which counts no more than was examined: it goes on where this fails.

    Raises Busy where somebody examines for long: the next minute asks again.
    """
    try:
        examine_here(
            settings, storage, writing=stoppable(storage.writing, stopping), patience=EXAMINE_SECONDS
        )
    except (Busy, Stopped):
        raise
    except Exception:
        log.exception("the examination failed: what it has not seen is counted another night")


def examine_arrivals(settings: Settings, storage: Storage, stopping: threading.Event) -> None:
    """Examine what arrived or changed."""
    examine_here(settings, storage, writing=stoppable(storage.writing, stopping), patience=0)


def stoppable(writing: Opening, stopping: threading.Event) -> Opening:
    """`writing`, refusing to begin once the server is stopping: batches before it are whole."""

    def open_writing() -> AbstractContextManager[Database]:
        if stopping.is_set():
            raise Stopped
        return writing()

    return open_writing


def tidy(settings: Settings) -> None:
    """Remove what uploads left that were cut off, and small files of a process that was killed."""
    now = clock.now()
    removed = BlobStore(settings.blobs_path).forget_unfinished(now=now)
    removed += whole_file.forget_unfinished(settings.data_directory, now=now)
    if removed:
        log.info("unfinished files removed=%d", removed)


def look_at_sums(storage: Storage) -> None:
    """Look whether months that changed add up and say what the tallies say: what differs is told as a failing job."""
    looked_at = check_sums(storage.reading, storage.writing)
    if looked_at:
        log.info("compilation sheets that add up=%d", looked_at)


def checkpoint(storage: Storage) -> None:
    """Bring the write-ahead log back into the database file, so that no phone has to wait for it.

    A long log is emptied where nobody reads from it. Nobody is waited for: while it waits for a reader, such a
    checkpoint keeps writers out, and a reader may be a person who has the file open in another program.
    """
    db = storage.connection()
    wal = Path(f"{storage.path}-wal")
    db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    with suppress(FileNotFoundError):
        if wal.stat().st_size <= LONGEST_LOG_BYTES:
            return
    db.execute("PRAGMA busy_timeout = 0")
    try:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:  # busy: the next one will do it
        log.debug("checkpoint: %s", error)
    finally:
        db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
