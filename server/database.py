"""Opens the database file: `reading()` and `writing()`, and brings its tables up to date.

The edge owns the transaction: a request, a command or a job opens `writing()` once; inner code neither
begins nor commits. Each thread of each process has its own connection, never carried across a fork.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aggregates.tables
import forms.tables
import server.tables
import sync.tables
from forms.sqlite import Database, sqlite3

BUSY_TIMEOUT_MS = 30_000
CHECKPOINT_PAGES = 8_000
"""A writer moves the log back by itself only when it has grown this long (32 MB): the jobs process
does it every few seconds, so that no phone waits for it."""

MIGRATIONS = (
    forms.tables.migrations,
    sync.tables.migrations,
    aggregates.tables.migrations,
    server.tables.migrations,
)


class Storage:
    """One database file, opened once for each thread that asks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._turn = threading.Lock()

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

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """The only writer until it is left; then everything is on the disk, or nothing is.

        Writers queue for a file lock, which wakes them in turn; SQLite's own busy handler, which
        sleeps and tries again, is left for programs that do not know the lock.
        """
        db = self.connection()
        with self._turn, self._queue():
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.conn.rollback()
                raise
            db.conn.commit()

    @contextmanager
    def _queue(self) -> Iterator[None]:
        if getattr(self._local, "queue_process", None) != os.getpid():
            self._local.queue = os.open(f"{self.path}-queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._local.queue_process = os.getpid()
        fcntl.flock(self._local.queue, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._local.queue, fcntl.LOCK_UN)

    def migrate(self) -> None:
        """Bring every package's tables up to date, one process at a time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = self.connection()
        with self._turn, self._queue():
            for migrations in MIGRATIONS:
                migrations.apply(db)

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._local, "process", None) == os.getpid():
            self._local.database.close()
            self._local.process = None


def connect(path: Path) -> Database:
    """A connection with the settings that every reader and writer of fiche uses."""
    connection = sqlite3.connect(str(path), timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
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
