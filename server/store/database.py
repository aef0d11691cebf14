"""Opens the database file: `reading()` and `writing()`, and brings its tables up to date.

The edge owns the transaction: a request, a command or a job opens `writing()` once; inner code neither
begins nor commits. Each thread of each process has its own connection, never carried across a fork.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aggregates.tables
import forms.tables
import server.store.tables
import sync.tables
from aggregates.tallies import materialized_views
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, Migrations, sqlite3
from forms.definition.age_scheme import AgeScheme
from server.store.owners import give_handle
from sync.counting import schemes

BUSY_TIMEOUT_MS = 30_000
LONGEST_WAIT_SECONDS = 20.0
"""For the turn to write: Collect gives up after half a minute."""
ASK_AGAIN_SECONDS = 0.001
GIVE_WAY_SECONDS = 0.005
"""Between two batches of one process: whoever waits in another one asks for the turn several times meanwhile."""
CHECKPOINT_PAGES = 8_000
"""A writer moves the log back by itself only when it has grown this long (32 MB): the jobs process
does it every few seconds, so that no phone waits for it."""

MANY_TALLIES = 20_000
"""From so many on, to make a view anew takes seconds."""

MIGRATIONS = (
    forms.tables.migrations,
    sync.tables.migrations,
    aggregates.tables.migrations,
    server.store.tables.migrations,
)


Result = TypeVar("Result")


class WritersWait(Refusal):
    """Somebody else writes for so long that this was not written."""


class DatabaseNewer(Refusal):
    """A newer version of fiche has changed the tables of this database (`path`, `migration`)."""


@dataclass(slots=True)
class _Waiting:
    """A piece of work that waits to be written, and what became of it."""

    work: Callable[[Database], Any]
    is_done: bool = False
    result: Any = None
    error: BaseException | None = None


class Storage:
    """One database file, opened once for each thread that reads and once for each process that writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._turn = threading.Condition()
        self._is_writing = False
        self._batch_ended = 0.0
        """On the monotonic clock."""
        self._waiting: list[_Waiting] = []
        self._writer: tuple[int, Database, int] | None = None
        """Of this process: its id, its connection for writing, its handle of the queue's file."""

    def connection(self) -> Database:
        """This thread's own connection, opened when it is first asked for."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.database = connect(self.path)
            self._local.process = os.getpid()
        database: Database = self._local.database
        return database

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """One consistent view of the database; writers go on meanwhile."""
        db = self.connection()
        if db.conn.in_transaction:
            yield db
            return
        db.conn.execute("BEGIN")
        try:
            yield db
        finally:
            db.conn.rollback()

    def is_reading(self) -> bool:
        """Whether this thread has a view of the database just now."""
        return getattr(self._local, "process", None) == os.getpid() and bool(
            self._local.database.conn.in_transaction
        )

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """The only writer until it is left; then everything is on the disk, or nothing is.

        One batch after the other leaves a moment between them: without it a phone that waits in another process would
        not get its turn before the last one.
        """
        with self._turn:
            self._turn.wait_for(lambda: not self._is_writing)
            self._is_writing = True
        try:
            time.sleep(max(0.0, self._batch_ended + GIVE_WAY_SECONDS - time.monotonic()))
            with self._transaction() as db:
                yield db
        finally:
            self._batch_ended = time.monotonic()
            with self._turn:
                self._is_writing = False
                self._turn.notify_all()

    def write(self, work: Callable[[Database], Result]) -> Result:
        """Do a short piece of work as a writer; gives what it gives when it is on the disk.

        Whatever waits in this process at the same moment shares one commit, because waiting for the disk
        is most of the price of a small change: a memory card that takes 20 ms to sync would otherwise take
        50 sheets a second at best. Each piece has a savepoint of its own: one that fails is undone alone,
        and what it raised is raised here.
        """
        mine = _Waiting(work)
        with self._turn:
            self._waiting.append(mine)
            self._turn.wait_for(lambda: mine.is_done or not self._is_writing)
            if not mine.is_done:
                self._is_writing = True
                batch, self._waiting = self._waiting, []
        if not mine.is_done:
            self._write_batch(batch)
        if mine.error is not None:
            raise mine.error
        result: Result = mine.result
        return result

    def _write_batch(self, batch: list[_Waiting]) -> None:
        try:
            with self._transaction() as db:
                for write in batch:
                    self._try(db, write)
        except BaseException as error:
            for write in batch:
                write.error = write.error or error
        finally:
            with self._turn:
                for write in batch:
                    write.is_done = True
                self._is_writing = False
                self._turn.notify_all()

    @staticmethod
    def _try(db: Database, waiting: _Waiting) -> None:
        db.conn.execute("SAVEPOINT piece")
        try:
            waiting.result = waiting.work(db)
        except BaseException as error:
            if not db.conn.in_transaction:  # the whole transaction is gone (a full disk)
                raise
            waiting.error = error
            db.conn.execute("ROLLBACK TO piece")
        db.conn.execute("RELEASE piece")

    @contextmanager
    def _transaction(self) -> Iterator[Database]:
        """One transaction of this process's writing connection.

        Writers of several processes queue for a file lock, which wakes them in turn; SQLite's own busy
        handler, which sleeps and tries again, is left for programs that do not know the lock.
        """
        db, queue = self._writing_connection()
        _take_turn(queue)
        try:
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.conn.in_transaction:
                    db.conn.rollback()
                raise
            try:
                db.conn.commit()
            except BaseException:
                if db.conn.in_transaction:
                    db.conn.rollback()
                raise
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)

    def _writing_connection(self) -> tuple[Database, int]:
        """Opened when a process first writes; only the thread whose turn it is uses it."""
        if self._writer is None or self._writer[0] != os.getpid():
            queue = os.open(self._queue, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            give_handle(queue, self.path.parent)
            self._writer = (os.getpid(), connect(self.path), queue)
        return self._writer[1:]

    def is_turn_free(self, seconds: float) -> bool:
        """Whether the turn to write comes within so many seconds: a command that stands still keeps it for good."""
        try:
            queue = os.open(self._queue, os.O_RDWR | os.O_CLOEXEC)
        except OSError:  # nobody has written yet, or it is another's, which is told by itself
            return True
        try:
            _take_turn(queue, seconds)
        except WritersWait:
            return False
        finally:
            os.close(queue)  # which gives the turn back
        return True

    @property
    def _queue(self) -> str:
        return f"{self.path}-queue"

    def migrate(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Bring every package's tables up to date, and what is kept for speed in line with its declaration.

        One process at a time. Raises DatabaseNewer before anything is changed. `progress` is told how many
        views are made, of how many, where that takes long.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db, queue = self._writing_connection()
        fcntl.flock(queue, fcntl.LOCK_EX)
        try:
            _refuse_newer(db, self.path)
            if aggregates.tables.migrations.pending(db):  # their triggers would stand in its way
                with db.atomic():
                    materialized_views.drop(db)
            for migrations in MIGRATIONS:
                migrations.apply(db)
            _make_views(db, progress)
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)

    def pack(self) -> None:
        """Write the file anew without what was deleted from it; writers wait as long. Raises sqlite3.OperationalError.

        What was deleted lies in free pages, and in the log beside the file, until it is written over.
        """
        with self._turn:
            self._turn.wait_for(lambda: not self._is_writing)
            self._is_writing = True
        db, queue = self._writing_connection()
        fcntl.flock(queue, fcntl.LOCK_EX)
        try:
            db.conn.execute("VACUUM")
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)
            with self._turn:
                self._is_writing = False
                self._turn.notify_all()

    def sum_up_by(self, scheme: AgeScheme) -> None:
        """Sum sheets up by the configuration's age scheme; where that is another rule than before, again."""
        with self.reading() as db:
            is_in_use = schemes.is_in_use(db, scheme)
        if not is_in_use:
            with self.writing() as db:
                schemes.use(db, scheme)

    def close(self) -> None:
        """Close this thread's connection, and the process's writing one; they open again when needed."""
        if getattr(self._local, "process", None) == os.getpid():
            self._local.database.close()
            self._local.process = None
        with self._turn:
            self._turn.wait_for(lambda: not self._is_writing)
            if self._writer is not None and self._writer[0] == os.getpid():
                self._writer[1].close()
                os.close(self._writer[2])
            self._writer = None


def _refuse_newer(db: Database, path: Path) -> None:
    """Raise DatabaseNewer where a migration was run that is not known here: what it changed is not known either."""
    table = db[Migrations.migrations_table]
    if not table.exists():
        return
    nothing = Database(memory=True)
    known = {
        (migrations.name, migration.name)
        for migrations in MIGRATIONS
        for migration in migrations.pending(nothing)
    }
    nothing.close()
    for row in table.rows:
        if (row["migration_set"], row["name"]) not in known:
            raise DatabaseNewer(path=str(path), migration=row["name"])


def _make_views(db: Database, progress: Callable[[int, int], None]) -> None:
    """Each in a transaction of its own: what is cut off goes on with the next at the next opening."""
    with db.atomic():
        materialized_views.drop_undeclared(db)
    missing = materialized_views.to_build(db)
    is_long = missing and materialized_views.count_tallies(db, most=MANY_TALLIES) == MANY_TALLIES
    for number, view in enumerate(missing):
        if is_long:
            progress(number, len(missing))
        with db.atomic():
            materialized_views.build(db, view, materialized_views.sums_for(db, view))


def _take_turn(queue: int, seconds: float | None = None) -> None:
    """Hold the lock of all writers. Raises WritersWait where a command holds it for long, or stands still with it."""
    deadline = time.monotonic() + (LONGEST_WAIT_SECONDS if seconds is None else seconds)
    while True:
        try:
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise WritersWait from None
            time.sleep(ASK_AGAIN_SECONDS)
        else:
            return


def connect(path: Path) -> Database:
    """A connection with the settings that every reader and writer of fiche uses."""
    connection = sqlite3.connect(
        str(path), timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None, check_same_thread=False
    )
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
        "cache_size = -8000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return Database(connection, strict=True)
