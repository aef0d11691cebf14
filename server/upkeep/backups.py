"""Keeps when the last backup was made and what is missing in it; makes the scheduled ones, clears old ones away."""

import json
import logging
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aggregates.compilation import signatures
from aggregates.tallies import roll_up_runs
from forms.base.moment import read, written
from server.base import clock
from server.base.whole_file import put_in_place
from server.settings.settings import Settings
from server.store.database import Storage
from server.upkeep.backup import UNFINISHED, Made, backup
from server.upkeep.backup_folder import LIST

log = logging.getLogger(__name__)

FILE = "backup.json"
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last backup that was made of this folder, by whomever."""

    at: str
    """UTC, as `forms.base.moment` writes it."""
    folder: str
    damaged: tuple[str, ...]
    """What was damaged or missing, and is not in it."""


def last_backup(settings: Settings) -> LastBackup | None:
    """What is known of it; None for none yet."""
    try:
        told = json.loads((settings.data_directory / FILE).read_text("utf-8"))
        read(told["at"])
        return LastBackup(told["at"], told["folder"], tuple(told["damaged"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_backup(settings: Settings, made: Made, *, now: datetime) -> None:
    """Write down that one was made."""
    told = asdict(LastBackup(written(now), str(made.folder), made.damaged))
    put_in_place(settings.data_directory / FILE, json.dumps(told).encode())


def back_up_if_due(settings: Settings, storage: Storage) -> None:
    """The job: after each roll-up that ended well and each signature, where the configuration names a folder.

    The folder must be there: on a stick that was pulled out nothing is written to what is below it.
    """
    now = clock.now()
    if not settings.backup.folder or not is_due(settings, storage, now=now):
        return
    folder = settings.file.parent / settings.backup.folder
    if not folder.is_dir():
        raise FileNotFoundError(2, os.strerror(2), str(folder))
    made = backup(settings, storage, folder, now=now, progress=lambda done, total: None)
    note_backup(settings, made, now=now)
    removed = clear_away(folder, keep=settings.backup.keep, but=made.folder)
    log.info("backup folder=%s damaged=%d removed=%d", made.folder, len(made.damaged), removed)


def is_due(settings: Settings, storage: Storage, *, now: datetime) -> bool:
    """Whether the night's work, or somebody's signature, came after the last backup."""
    with storage.reading() as db:
        run = roll_up_runs.last_good_run(db, now=now)
        moments = [moment for moment in (run and written(run), signatures.last_moment(db)) if moment]
    last = last_backup(settings)
    if not moments:
        return False
    return last is None or read(last.at) > now + CLOCK_TOLERANCE or last.at < max(moments) <= written(now)


def clear_away(folder: Path, *, keep: int, but: Path) -> int:
    """Remove all but the newest `keep` backups below a folder, never `but`; gives how many. Touches nothing else."""
    made = sorted(
        path
        for path in folder.glob("fiche-*")
        if path.suffix != UNFINISHED and (path / LIST).is_file() and path != but
    )
    old = made[: max(0, len(made) + 1 - keep)]
    for path in old:
        shutil.rmtree(path)
    return len(old)
