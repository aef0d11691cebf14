"""Runs the examination with this installation's thresholds, lists and lock: for the jobs and the command line."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from aggregates.quality.examine import Examined, examine
from aggregates.tallies.roll_up import Opening
from forms.base.blobs import BlobStore
from server.base import clock
from server.settings.settings import Settings
from server.store.database import Storage
from server.store.locks import exclusive, in_turn

EXAMINING = "examination"


def examine_here(
    settings: Settings,
    storage: Storage,
    *,
    full: bool = False,
    progress: Callable[[int, int], None] | None = None,
    writing: Opening | None = None,
    waits: bool = True,
) -> Examined:
    """Examine what changed, or everything, after whoever examines now.

    Without `waits`, raises Busy at once where somebody does: their examination takes what has arrived too.
    """
    path = settings.examination_lock
    alone: AbstractContextManager[None] = in_turn(path) if waits else exclusive(path, what=EXAMINING)
    with alone:
        return examine(
            writing or storage.writing,
            storage.reading,
            now=clock.now(),
            thresholds=settings.quality,
            blobs=BlobStore(settings.blobs_path),
            full=full,
            progress=progress,
        )
