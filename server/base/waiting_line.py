"""A line for costly work: a few do it at once, a few more wait, and whoever comes beyond is told to come again.

Each process has lines of its own. Whatever waits or works holds a thread: the others are for phones and pages.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from forms.base.refusal import Refusal


class WaitingLine:
    """A line for one kind of work: `at_once` do it, `in_line` do it or wait."""

    def __init__(self, *, at_once: int, in_line: int) -> None:
        self._turns, self._places = BoundedSemaphore(at_once), BoundedSemaphore(in_line)

    @contextmanager
    def turn(self, busy: Refusal) -> Iterator[None]:
        """Wait for one's turn, and have it until this is left. Raises `busy` at once where the line is full."""
        with place(self._places, busy), self._turns:
            yield


@contextmanager
def place(places: BoundedSemaphore, busy: Refusal) -> Iterator[None]:
    """Have one of these places until this is left. Raises `busy` at once where there is none."""
    if not places.acquire(blocking=False):
        raise busy
    try:
        yield
    finally:
        places.release()
