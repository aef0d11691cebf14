"""Runs the examination with this installation's thresholds, lists and lock: for the jobs and the command line."""

from collections.abc import Callable

from aggregates.quality.examine import Basis, Examined, examine
from aggregates.tallies.roll_up import Opening
from forms.base.blobs import BlobStore
from server.base import clock
from server.settings.settings import Settings
from server.store.database import Storage
from server.store.locks import in_turn

EXAMINING = "examination"
PATIENCE_SECONDS = 600


def examine_here(
    settings: Settings,
    storage: Storage,
    *,
    full: bool = False,
    progress: Callable[[int, int], None] | None = None,
    writing: Opening | None = None,
    patience: float = PATIENCE_SECONDS,
) -> Examined:
    """Examine what changed, or everything, after whoever examines now.

    Raises Busy where that takes longer than `patience` seconds; with 0, at once: the examination that is under way
    takes what has arrived too.
    """
    path = settings.examination_lock
    with in_turn(path, what=EXAMINING, seconds=patience):
        return examine(
            writing or storage.writing,
            storage.reading,
            now=clock.now(),
            basis=Basis(settings.quality, BlobStore(settings.blobs_path)),
            full=full,
            progress=progress,
        )
