"""The line in which passwords wait to be looked at: however many guess, most threads go on with other work.

A check costs 80 ms of a processor and 19 MB. Each process has a line of its own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from forms.base.refusal import Refusal
from server.base.waiting_line import WaitingLine, place

AT_ONCE = 2
IN_LINE = 6
"""At most so many threads look at a password or wait to: others are told to come again."""
SLOWED = 2
SLOW_SECONDS = 3
"""How long a try waits whose account is being guessed at from everywhere; at most `SLOWED` threads wait so."""
AGAIN_SECONDS = 5


class SigningInBusy(Refusal):
    """Too many sign in at this moment; `seconds` says when to try again."""


_line, _slowed = WaitingLine(at_once=AT_ONCE, in_line=IN_LINE), BoundedSemaphore(SLOWED)


@contextmanager
def turn(*, is_slowed: bool = False) -> Iterator[None]:
    """Wait for one's turn to look at a password. Raises SigningInBusy at once where the line is full."""
    busy = SigningInBusy(seconds=AGAIN_SECONDS)
    if is_slowed:
        with place(_slowed, busy):
            time.sleep(SLOW_SECONDS)
    with _line.turn(busy):
        yield
