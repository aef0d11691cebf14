"""Backups: the database by SQLite's own online copy, the blobs by name, a list of all hashes beside them.

A backup is whole or not there: it is made in a folder that ends in `.partial`, and renamed when every hash
has been checked.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from forms.base.blobs import BlobStore
from forms.base.refusal import Refusal
from forms.base.sqlite import sqlite3
from server.settings.settings import Settings
from server.store.database import Storage
from server.store.locks import exclusive


class BackupDamaged(Refusal):
    """A backup does not hold what its list says (`reason`)."""


class DataPresent(Refusal):
    """A restore would overwrite data (`path`)."""


LIST = "manifest.json"
DATABASE = "fiche.db"
BLOBS = "blobs"
PAGES_A_STEP = 512
Progress = Callable[[int, int], None]


def backup(settings: Settings, storage: Storage, folder: Path, *, now: datetime, progress: Progress) -> Path:
    """Make a backup below `folder` while the server goes on; gives the new folder."""
    place = folder / f"fiche-{now.astimezone(settings.zone):%Y%m%d-%H%M%S}"
    partial = place.with_name(f"{place.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True, mode=0o700)
    _copy_database(storage, partial / DATABASE)
    files = {DATABASE: _sha256(partial / DATABASE)}
    if settings.file.exists():
        shutil.copy2(settings.file, partial / settings.file.name)
        files[settings.file.name] = _sha256(partial / settings.file.name)
    store = BlobStore(settings.blobs_path)
    names = list(store)
    for number, sha256 in enumerate(names, start=1):
        copy = partial / BLOBS / sha256[:2] / sha256
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(store.path(sha256), copy)
        if _sha256(copy) != sha256:
            raise BackupDamaged(reason=f"{BLOBS}/{sha256}")
        progress(number, len(names))
    _write_list(partial, files, names, now)
    _sync(partial)
    partial.rename(place)
    return place


def restore(
    settings: Settings, folder: Path, *, now: datetime, sets_aside: bool, progress: Progress
) -> Path | None:
    """Put a backup in the place of the data folder, after every hash was checked.

    Raises BackupDamaged, DataPresent where data is there and is not to be set aside, or Busy while a server
    runs on it. Gives where the earlier data was put, if anywhere.
    """
    listed = _read_list(folder)
    _check(folder, listed["files"], listed["blobs"], progress)
    data = settings.data_directory
    data.parent.mkdir(parents=True, exist_ok=True)
    aside = None
    if data.exists() and any(data.iterdir()):
        if not sets_aside:
            raise DataPresent(path=str(data))
        with exclusive(data / "jobs.lock", what="server"):
            aside = data.with_name(f"{data.name}-{now.astimezone(settings.zone):%Y%m%d-%H%M%S}")
            data.rename(aside)
    partial = data.with_name(f"{data.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(mode=0o700)
    shutil.copyfile(folder / DATABASE, partial / DATABASE)
    if (folder / BLOBS).exists():
        shutil.copytree(folder / BLOBS, partial / BLOBS)
    _sync(partial)
    if data.exists():
        data.rmdir()
    partial.rename(data)
    return aside


def _copy_database(storage: Storage, path: Path) -> None:
    copy = sqlite3.connect(str(path))
    try:
        storage.connection().conn.backup(copy, pages=PAGES_A_STEP)
        copy.execute("PRAGMA journal_mode = DELETE")
        [found] = copy.execute("PRAGMA integrity_check").fetchone()
    finally:
        copy.close()
    if found != "ok":
        raise BackupDamaged(reason=f"{DATABASE}: {found}")


def _write_list(folder: Path, files: dict[str, str], blobs: list[str], now: datetime) -> None:
    told = {"fiche": version("fiche"), "made_at": now.isoformat(), "files": files, "blobs": blobs}
    (folder / LIST).write_text(json.dumps(told, indent=1), "utf-8")


def _read_list(folder: Path) -> dict[str, dict[str, str]]:
    try:
        told: dict[str, dict[str, str]] = json.loads((folder / LIST).read_text("utf-8"))
    except (OSError, ValueError):
        raise BackupDamaged(reason=str(folder / LIST)) from None
    return told


def _check(folder: Path, files: dict[str, str], blobs: dict[str, str], progress: Progress) -> None:
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
            handle = os.open(Path(root) / name, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
