"""Backups: the database by SQLite's own online copy, the blobs by name, a list of all hashes beside them.

A backup is whole or not there: it is made in a folder that ends in `.partial`, and renamed when every hash
has been checked.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from forms.base.blobs import BlobStore
from forms.base.sqlite import Database, sqlite3
from forms.places.projects import list_projects
from server.settings.settings import Settings
from server.store.database import Storage
from server.store.locks import exclusive
from server.upkeep.backup_folder import (
    BLOBS,
    DATABASE,
    LIST,
    BackupDamaged,
    Progress,
    sha256_of,
    sync_all,
    sync_path,
)
from sync.intake.kept_files import kept_files

PAGES_A_STEP = 512
MEGABYTE = 1_000_000
UNFINISHED = ".partial"
BACKING_UP = "fiche backup"


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
            sync_all(partial)
            partial.rename(place)
            sync_path(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return Made(place, damaged)


def _fill(
    settings: Settings, storage: Storage, partial: Path, *, now: datetime, progress: Progress
) -> tuple[str, ...]:
    _copy_database(storage, partial / DATABASE)
    files = {DATABASE: sha256_of(partial / DATABASE)}
    if settings.file.exists():
        shutil.copyfile(settings.file, partial / settings.file.name)  # it may hold a password: not its rights
        files[settings.file.name] = sha256_of(partial / settings.file.name)
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
    if sha256_of(copy) == sha256:
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
