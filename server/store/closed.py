"""Keeps what fiche wrote for its owner alone: folders 700, files 600.

What an older version wrote, or somebody copied there, may be open to everybody on the machine; one `cp -r` of it, or a
folder around it that is opened, and it is read.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
"""What the group and everybody else may do."""


def close_all(folder: Path) -> int:
    """Take a folder and all below it from everybody but its owner; gives how many files and folders were open.

    What belongs to somebody else, or lies on a disk that knows no rights, stays as it is: `open_ones` tells of it.
    """
    closed = 0
    for path in open_ones(folder):
        with suppress(OSError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
            closed += 1
    return closed


def open_ones(folder: Path) -> Iterator[Path]:
    """The files and folders, from a folder downwards, that others than their owner may use. Links are not followed."""
    if folder.is_dir() and _is_open(folder):
        yield folder
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(root) / name
            if _is_open(path):
                yield path


def _is_open(path: Path) -> bool:
    """One that is gone meanwhile is not."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & OTHERS)
