"""Locks between processes: what must run alone holds a file while it runs.

The kernel lets go of a lock when its holder ends, however it ends: nothing is left to tidy up.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forms.base.refusal import Refusal


class Busy(Refusal):
    """Something that runs alone is running (`what`)."""


RESTORING = "fiche restore"
"""What runs alone on all data."""


@contextmanager
def exclusive(path: Path, *, what: str) -> Iterator[None]:
    """Hold the lock, or raise Busy at once where somebody else does; `what` names who runs alone."""
    with _opened(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(what=what) from None
        yield


@contextmanager
def shared(path: Path, *, what: str) -> Iterator[None]:
    """Hold the lock together with others, or raise Busy at once where somebody holds it alone.

    Processes that are forked meanwhile hold it too, until the last of them has ended.
    """
    with _opened(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(what=what) from None
        yield


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Hold the lock, after whoever holds it now."""
    with _opened(path) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)
