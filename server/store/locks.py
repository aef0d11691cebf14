"""Locks between processes: what must run alone holds a file while it runs.

The kernel lets go of a lock when its holder ends, however it ends: nothing is left to tidy up.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forms.base.refusal import Refusal
from server.store.owners import give_handle

ASK_SECONDS = 0.1
"""How often a lock that is held is asked for."""


class Busy(Refusal):
    """Something that runs alone is running (`what`)."""


RESTORING = "fiche restore"
"""What runs alone on all data."""


@contextmanager
def exclusive(path: Path, *, what: str) -> Iterator[None]:
    """Hold the lock, or raise Busy at once where somebody else does; `what` names who runs alone."""
    with _opened(path) as handle:
        if not _taken(handle):
            raise Busy(what=what)
        yield


@contextmanager
def shared(path: Path, *, what: str) -> Iterator[None]:
    """Hold the lock together with others, or raise Busy at once where somebody holds it alone.

    Processes that are forked meanwhile hold it too, until the last of them has ended.
    """
    with _opened(path) as handle:
        if not _taken(handle, fcntl.LOCK_SH):
            raise Busy(what=what)
        yield


@contextmanager
def in_turn(path: Path, *, what: str, seconds: float) -> Iterator[None]:
    """Hold the lock, after whoever holds it now; raise Busy where that takes longer than `seconds`.

    A command that stands still (Ctrl-Z) would hold up everybody after it for good, without a word.
    """
    deadline = time.monotonic() + seconds
    with _opened(path) as handle:
        while not _taken(handle):
            if time.monotonic() >= deadline:
                raise Busy(what=what)
            time.sleep(ASK_SECONDS)
        yield


def _taken(handle: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The folder must be there: asking for a lock makes none, which would be taken for data."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        give_handle(handle, path.parent)
        yield handle
    finally:
        os.close(handle)
