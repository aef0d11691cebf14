"""Puts a backup in the place of the data folder, so that a restore that is cut off is finished by the next command.

    data.partial     the backup on its way to the disk: worth nothing until it is whole
    data.restored    whole: from here on the restore goes through, whoever finishes it
    data-20200308-…  the data that were there before

Whoever restores holds the lock in the folder that was there and in the one that comes, and each travels with its
folder: at no moment is there a folder that somebody else could take for free.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from errno import EDQUOT, ENOSPC
from pathlib import Path

from forms.base.refusal import Refusal
from server.settings.settings import Settings
from server.store.locks import RESTORING, Busy, exclusive
from server.store.owners import give_all
from server.upkeep.backup_folder import BLOBS, DATABASE, Progress, check_all, read_list, sync_all, sync_path

MEGABYTE = 1_000_000
LOCK = ".lock"
OLD_LOCK = "jobs.lock"
"""An older version knows the lock of the jobs alone."""


class DataPresent(Refusal):
    """A restore would overwrite data (`path`)."""


class DataInUse(Refusal):
    """A restore would take the data away from a running server or command (`path`)."""


class RestoreNoRoom(Refusal):
    """A backup does not fit beside the data that are there (`path`, `needed` and `free` in MB)."""


class RestoreUnfinished(Refusal):
    """A restore onto a folder without data was cut off before its copy was whole (`path`, `partial`)."""


class RestoreToFinish(Refusal):
    """A restore was cut off, and this user may not move its folders (`path`)."""


def restore(
    settings: Settings, folder: Path, *, now: datetime, sets_aside: bool, progress: Progress
) -> Path | None:
    """Put a backup in the place of the data folder, after every hash was checked.

    Everything is copied beside the data first; only then do the two change places: what fails leaves the data
    that were there in theirs, and what is killed is finished by `finish_restore`, which is asked before this. Raises
    BackupDamaged, DataPresent where data is there and is not to be set aside, RestoreNoRoom, or DataInUse while a
    server or a command works on them. Gives where the earlier data was put, if anywhere.
    """
    listed = read_list(folder)
    check_all(folder, listed["files"], listed["blobs"], progress)
    data = settings.data_directory
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(settings):
        if _holds_data(data) and not sets_aside:
            raise DataPresent(path=str(data))
        partial = _partial(data)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        with exclusive(partial / settings.data_lock.name, what=RESTORING):
            _fill(folder, data, listed["blobs"])
            partial.rename(_restored(data))
            sync_path(data.parent)
            try:
                return _put_in_place(settings, now)
            except BaseException:
                if data.exists():
                    shutil.rmtree(_restored(data), ignore_errors=True)
                raise


def finish_restore(settings: Settings, *, now: datetime) -> bool:
    """Finish a restore that was cut off; gives whether there was one, and the data are now those of its backup.

    Raises Busy or DataInUse while somebody restores, RestoreToFinish where another user must do it, RestoreUnfinished
    where a copy is not whole and no data are there: a folder that is begun in their place would be taken for them.
    """
    data = settings.data_directory
    restored, partial = _restored(data), _partial(data)
    if restored.exists():
        with ExitStack() as held, suppress(FileNotFoundError):  # whoever restores has ended meanwhile
            held.enter_context(exclusive(restored / settings.data_lock.name, what=RESTORING))
            if data.exists():
                held.enter_context(_alone(settings))
            if (restored / DATABASE).is_file():
                try:
                    _put_in_place(settings, now)
                except PermissionError:
                    raise RestoreToFinish(path=str(data)) from None
                return True
    elif partial.exists():
        if not settings.database_path.exists():
            raise RestoreUnfinished(path=str(data), partial=str(partial))
        with suppress(DataInUse), _alone(settings):  # in use: a server runs, or the copy is being made
            shutil.rmtree(partial, ignore_errors=True)
    return False


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Nobody else works on the data, nor begins to. Raises DataInUse."""
    try:
        with (
            exclusive(settings.data_lock, what=RESTORING),
            exclusive(settings.data_directory / OLD_LOCK, what=RESTORING),
        ):
            yield
    except Busy:
        raise DataInUse(path=str(settings.data_directory)) from None


def _partial(data: Path) -> Path:
    return data.with_name(f"{data.name}.partial")


def _restored(data: Path) -> Path:
    return data.with_name(f"{data.name}.restored")


def _holds_data(data: Path) -> bool:
    return any(path.suffix != LOCK for path in data.iterdir())


def _fill(folder: Path, data: Path, blobs: Iterable[str]) -> None:
    """Copy a backup into the folder beside the data, to the disk; nothing is left of a copy that fails."""
    partial = _partial(data)
    needed = sum(path.stat().st_size for path in folder.rglob("*"))
    free = shutil.disk_usage(data.parent).free
    no_room = RestoreNoRoom(path=str(data), needed=-(-needed // MEGABYTE), free=free // MEGABYTE)
    try:
        if needed > free:
            raise no_room
        shutil.copyfile(folder / DATABASE, partial / DATABASE)
        for sha256 in blobs:
            copy = partial / BLOBS / sha256[:2] / sha256
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / BLOBS / sha256[:2] / sha256, copy)
        if os.geteuid() == 0:
            os.chown(partial, data.stat().st_uid, data.stat().st_gid)
            give_all(partial)
        sync_all(partial)
    except BaseException as error:
        shutil.rmtree(partial, ignore_errors=True)
        if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
            raise no_room from None
        raise


def _put_in_place(settings: Settings, now: datetime) -> Path | None:
    """Let the restored folder take the place of the data, and these go aside; they come back where that fails.

    Gives where they are; None where the folder held locks alone, which go.
    """
    data = settings.data_directory
    aside = None
    if data.exists() and _holds_data(data):
        place = data.with_name(f"{data.name}-{now.astimezone(settings.zone):%Y%m%d-%H%M%S}")
        aside = data.rename(place)
    elif data.exists():
        for lock in data.iterdir():
            lock.unlink()
        data.rmdir()
    try:
        _restored(data).rename(data)
    except BaseException:
        if aside is not None:
            aside.rename(data)
        raise
    sync_path(data.parent)
    return aside
