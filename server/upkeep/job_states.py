"""Keeps how each job goes, in a small file beside the database: the job process writes it, everybody else reads it.

A file, not a table: when the database cannot be written, when a command holds the writers' turn or a lock belongs to
somebody else, this is what must still be told. On a disk that takes nothing it grows old, which is told too.
"""

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from forms.base.moment import read, written
from server.base.whole_file import put_in_place

log = logging.getLogger(__name__)

FILE = "jobs.json"
WRITE_EVERY = timedelta(minutes=5)
"""Where nothing changes; a memory card does not like to be written to."""
STALE = timedelta(minutes=20)
"""A file older than this is nobody's: the jobs stand still, or cannot write."""


@dataclass(frozen=True, slots=True)
class JobState:
    """How one job goes. Moments are UTC, as `forms.base.moment` writes them."""

    name: str
    since: str
    """When the server began to do it."""
    good_at: str = ""
    """When it last ended well; "" for not yet."""
    failing_since: str = ""
    """When it began to fail; "" where its last run was well."""
    error: str = ""
    """What it failed with: the kind of error, and the file it is about; never what a sheet says."""


class JobStates:
    """The writing side, in the job process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._states: dict[str, JobState] = {}
        self._written_at: datetime | None = None

    def begin(self, names: Sequence[str], *, now: datetime) -> None:
        """Note which jobs there are; how they went before is known no more."""
        with self._lock:
            self._states = {name: JobState(name, written(now)) for name in names}
            self._write(now)

    def note_success(self, name: str, *, now: datetime) -> None:
        """It ended well."""
        with self._lock:
            before = self._states[name]
            self._states[name] = replace(before, good_at=written(now), failing_since="", error="")
            age = None if self._written_at is None else now - self._written_at
            is_old = age is None or not timedelta(0) <= age < WRITE_EVERY
            if is_old or before.error or not before.good_at:
                self._write(now)

    def note_failure(self, name: str, error: Exception, *, now: datetime) -> None:
        """It failed."""
        with self._lock:
            before = self._states[name]
            self._states[name] = replace(
                before, failing_since=before.failing_since or written(now), error=error_in_short(error)
            )
            if self._states[name] != before:
                self._write(now)

    def _write(self, now: datetime) -> None:
        told = {"at": written(now), "jobs": [asdict(state) for state in self._states.values()]}
        try:
            put_in_place(self._path, json.dumps(told).encode())
            self._written_at = now
        except OSError as error:
            log.warning("how the jobs go cannot be written down: %s", error_in_short(error))


def error_in_short(error: Exception) -> str:
    """An error without anything that somebody answered: its class, and of the system's errors what they say."""
    if isinstance(error, OSError) and error.strerror:
        about = f" {error.filename}" if error.filename else ""
        return f"{type(error).__name__}: {error.strerror}{about}"
    return type(error).__name__


def read_states(folder: Path) -> tuple[datetime | None, Mapping[str, JobState]]:
    """When the file was written, and how each job went; None and nothing where there is none that can be read."""
    try:
        told = json.loads((folder / FILE).read_text("utf-8"))
        return read(told["at"]), {row["name"]: JobState(**row) for row in told["jobs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None, {}
