"""Keeps exports from taking every thread of a process: phones and pages must still be answered meanwhile."""

import weakref
from collections.abc import Callable
from threading import BoundedSemaphore

from flask import Response

from forms.base.refusal import Refusal

AT_ONCE = 6
"""Of sixteen threads: a reader who takes nothing keeps one for a minute."""
RETRY_SECONDS = 30
_places = BoundedSemaphore(AT_ONCE)


class ExportsBusy(Refusal):
    """So many exports are being sent that this one must wait (`seconds`)."""


def in_queue(make: Callable[[], Response]) -> Response:
    """An export, if there is a place for it; the place is free again when it was sent, or its reader has gone.

    Raises ExportsBusy, and what `make` raises.
    """
    if not _places.acquire(blocking=False):
        raise ExportsBusy(seconds=RETRY_SECONDS)
    try:
        response = make()
    except BaseException:
        _places.release()
        raise
    leaves = weakref.finalize(response, _places.release)  # also where an error keeps it from being sent
    leaves.atexit = False
    response.call_on_close(leaves)
    return response
