"""What a backup is on the disk: a database, the blobs by name, and a list of all hashes beside them.

Made by `server.upkeep.backup`, put back by `server.upkeep.restore`.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from forms.base.refusal import Refusal

LIST = "manifest.json"
DATABASE = "fiche.db"
BLOBS = "blobs"
Progress = Callable[[int, int], None]
"""Is told how many are done, of how many."""


class BackupDamaged(Refusal):
    """A backup does not hold what its list says (`reason`)."""


def read_list(folder: Path) -> dict[str, Any]:
    """What a backup says that it holds. Raises BackupDamaged where that cannot be read, or is no such list."""
    try:
        told = json.loads((folder / LIST).read_text("utf-8"))
        files, blobs = told["files"], told["blobs"]
        if DATABASE not in files or not all(isinstance(name, str) for name in [*files.values(), *blobs]):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BackupDamaged(reason=str(folder / LIST)) from None
    return {"files": dict(files), "blobs": list(blobs)}


def check_all(folder: Path, files: dict[str, str], blobs: list[str], progress: Progress) -> None:
    """Read everything that the list names. Raises BackupDamaged for the first that has other bytes, or is not there."""
    expected = dict(files) | {f"{BLOBS}/{sha256[:2]}/{sha256}": sha256 for sha256 in blobs}
    for number, (name, sha256) in enumerate(expected.items(), start=1):
        path = folder / name
        if not path.is_file() or sha256_of(path) != sha256:
            raise BackupDamaged(reason=name)
        progress(number, len(expected))


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_all(folder: Path) -> None:
    """Everything below a folder is on the disk before the folder gets its name."""
    for root, _, names in os.walk(folder):
        for name in [*names, "."]:
            sync_path(Path(root) / name)


def sync_path(path: Path) -> None:
    """What is at a path is on the disk: the bytes of a file, the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
