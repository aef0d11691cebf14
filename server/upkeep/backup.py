"""Backups: the database by SQLite's own online copy, the blobs by name, a list of all hashes beside them.

A backup is whole or not there: it is made in a folder that ends in `.partial`, and renamed when every hash
has been checked.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from errno import EDQUOT, ENOSPC
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from forms.base.blobs import BlobStore
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, sqlite3
from forms.places.projects import list_projects
from server.settings.settings import Settings
from server.store.database import Storage
from server.store.locks import RESTORING, Busy, exclusive
from sync.intake.kept_files import kept_files


class BackupDamaged(Refusal):
    """A backup does not hold what its list says (`reason`)."""


class DataPresent(Refusal):
    """A restore would overwrite data (`path`)."""


class DataInUse(Refusal):
    """A restore would take the data away from a running server or command (`path`)."""


class RestoreNoRoom(Refusal):
    """A backup does not fit beside the data that are there (`path`, `needed` and `free` in MB)."""


LIST = "manifest.json"
DATABASE = "fiche.db"
BLOBS = "blobs"
PAGES_A_STEP = 512
MEGABYTE = 1_000_000
UNFINISHED = ".partial"
BACKING_UP = "fiche backup"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    folder: Path
    damaged: tuple[str, ...]
    """Files that were damaged or missing on this server's own disk, and are not in it: form, sheet and name."""


def backup(settings: Settings, storage: Storage, folder: Path, *, now: datetime, progress: Progress) -> Made:
    """Make a backup below `folder` while the server goes on, and open it to see that it can be read.

    A picture that is damaged or missing here is left out and told: everything else is saved all the same. Raises
    Busy where another backup is being made, BackupDamaged where the copy cannot be read.
    """
    place = folder / f"fiche-{now.astimezone(settings.zone):%Y%m%d-%H%M%S}"
    partial = place.with_name(f"{place.name}{UNFINISHED}")
    with exclusive(settings.data_directory / "backup.lock", what=BACKING_UP):
        for cut_off in folder.glob(f"fiche-*{UNFINISHED}"):
            shutil.rmtree(cut_off, ignore_errors=True)
        try:
            partial.mkdir(parents=True, mode=0o700)
            damaged = _fill(settings, storage, partial, now=now, progress=progress)
            _sync(partial)
            partial.rename(place)
            _sync_path(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return Made(place, damaged)


def _fill(
    settings: Settings, storage: Storage, partial: Path, *, now: datetime, progress: Progress
) -> tuple[str, ...]:
    _copy_database(storage, partial / DATABASE)
    files = {DATABASE: _sha256(partial / DATABASE)}
    if settings.file.exists():
        shutil.copy2(settings.file, partial / settings.file.name)
        files[settings.file.name] = _sha256(partial / settings.file.name)
    store = BlobStore(settings.blobs_path)
    owners = _owners(partial / DATABASE)
    names = sorted({*store, *owners})
    whole, damaged = [], []
    for number, sha256 in enumerate(names, start=1):
        if _copy_blob(store.path(sha256), partial / BLOBS / sha256[:2] / sha256, sha256):
            whole.append(sha256)
        else:
            damaged.append(owners.get(sha256, sha256))
        progress(number, len(names))
    _write_list(partial, files, whole, damaged, now)
    return tuple(damaged)


def _copy_blob(path: Path, copy: Path, sha256: str) -> bool:
    """Whether the copy has the bytes that its name says; nothing is left of another."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        source = path.open("rb")
    except OSError:
        return False
    with source, copy.open("xb") as target:
        while chunk := _read(source):
            target.write(chunk)
    if _sha256(copy) == sha256:
        return True
    copy.unlink()
    return False


def _read(source: BinaryIO) -> bytes:
    """The next bytes; none where the disk cannot read them, so that the hash tells."""
    try:
        return source.read(MEGABYTE)
    except OSError:
        return b""


def _owners(database: Path) -> dict[str, str]:
    """Whose each file is that the copied database speaks of: the copy is opened as fiche opens its own."""
    db = Database(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True))
    try:
        return {file.sha256: str(file) for file in kept_files(db)}
    except sqlite3.DatabaseError as error:
        raise BackupDamaged(reason=f"{DATABASE}: {error}") from None
    finally:
        db.close()


def restore(
    settings: Settings, folder: Path, *, now: datetime, sets_aside: bool, progress: Progress
) -> Path | None:
    """Put a backup in the place of the data folder, after every hash was checked.

    Everything is copied beside the data first; only then do the two change places: what fails leaves the data
    that were there in theirs. Raises BackupDamaged, DataPresent where data is there and is not to be set aside,
    RestoreNoRoom, or DataInUse while a server or a command works on them. Gives where the earlier data was put, if
    anywhere.
    """
    listed = _read_list(folder)
    _check(folder, listed["files"], listed["blobs"], progress)
    data = settings.data_directory
    data.parent.mkdir(parents=True, exist_ok=True)
    if not data.exists() or not any(data.iterdir()):
        _copy_beside(folder, data, listed["blobs"])
        _put_in_place(data, None)
        return None
    if not sets_aside:
        raise DataPresent(path=str(data))
    aside = data.with_name(f"{data.name}-{now.astimezone(settings.zone):%Y%m%d-%H%M%S}")
    with _alone(settings):
        _copy_beside(folder, data, listed["blobs"])
        _put_in_place(data, aside)
    return aside


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Nobody else works on the data, nor begins to. An older version knows the lock of the jobs alone."""
    try:
        with (
            exclusive(settings.data_lock, what=RESTORING),
            exclusive(settings.data_directory / "jobs.lock", what=RESTORING),
        ):
            yield
    except Busy:
        raise DataInUse(path=str(settings.data_directory)) from None


def _beside(data: Path) -> Path:
    return data.with_name(f"{data.name}.partial")


def _copy_beside(folder: Path, data: Path, blobs: Iterable[str]) -> None:
    """Copy a backup into a folder beside the data, to the disk; nothing is left of a copy that fails."""
    partial = _beside(data)
    shutil.rmtree(partial, ignore_errors=True)
    needed = sum(path.stat().st_size for path in folder.rglob("*"))
    free = shutil.disk_usage(data.parent).free
    if needed > free:
        raise RestoreNoRoom(path=str(data), needed=_megabytes(needed), free=free // MEGABYTE)
    try:
        partial.mkdir(mode=0o700)
        shutil.copyfile(folder / DATABASE, partial / DATABASE)
        for sha256 in blobs:
            copy = partial / BLOBS / sha256[:2] / sha256
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / BLOBS / sha256[:2] / sha256, copy)
        _sync(partial)
    except BaseException as error:
        shutil.rmtree(partial, ignore_errors=True)
        if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
            raise RestoreNoRoom(path=str(data), needed=_megabytes(needed), free=free // MEGABYTE) from None
        raise


def _put_in_place(data: Path, aside: Path | None) -> None:
    """Let the copy beside the data take their place, and these go aside; they come back where that fails."""
    if aside is not None:
        data.rename(aside)
    elif data.exists():
        data.rmdir()
    try:
        _beside(data).rename(data)
    except BaseException:
        if aside is not None:
            aside.rename(data)
        raise
    _sync_path(data.parent)


def _megabytes(size: int) -> int:
    return -(-size // MEGABYTE)


def _copy_database(storage: Storage, path: Path) -> None:
    """One view of the database from the first page to the last: SQLite would begin again at every commit."""
    copy = sqlite3.connect(str(path))
    try:
        with storage.reading() as db:
            list_projects(db)  # the view is that of the first reading
            db.conn.backup(copy, pages=PAGES_A_STEP)
        copy.execute("PRAGMA journal_mode = DELETE")
        [found] = copy.execute("PRAGMA integrity_check").fetchone()
    finally:
        copy.close()
    if found != "ok":
        raise BackupDamaged(reason=f"{DATABASE}: {found}")


def _write_list(
    folder: Path, files: dict[str, str], blobs: list[str], damaged: list[str], now: datetime
) -> None:
    told = {
        "fiche": version("fiche"),
        "made_at": now.isoformat(),
        "files": files,
        "blobs": blobs,
        "damaged": damaged,
    }
    (folder / LIST).write_text(json.dumps(told, indent=1), "utf-8")


def _read_list(folder: Path) -> dict[str, Any]:
    """What a backup says that it holds. Raises BackupDamaged where that cannot be read, or is no such list."""
    try:
        told = json.loads((folder / LIST).read_text("utf-8"))
        files, blobs = told["files"], told["blobs"]
        if DATABASE not in files or not all(isinstance(name, str) for name in [*files.values(), *blobs]):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BackupDamaged(reason=str(folder / LIST)) from None
    return {"files": dict(files), "blobs": list(blobs)}


def _check(folder: Path, files: dict[str, str], blobs: list[str], progress: Progress) -> None:
    expected = dict(files) | {f"{BLOBS}/{sha256[:2]}/{sha256}": sha256 for sha256 in blobs}
    for number, (name, sha256) in enumerate(expected.items(), start=1):
        path = folder / name
        if not path.is_file() or _sha256(path) != sha256:
            raise BackupDamaged(reason=name)
        progress(number, len(expected))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Everything below a folder is on the disk before the folder gets its name."""
    for root, _, names in os.walk(folder):
        for name in [*names, "."]:
            _sync_path(Path(root) / name)


def _sync_path(path: Path) -> None:
    """What is at a path is on the disk: the bytes of a file, the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
