"""Puts a small file in place whole: whoever reads it sees the old one or the new one, never half of one."""

import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

ENDING = ".partial"
UNFINISHED = timedelta(days=1)
"""What is older was written by a process that is dead; the clock of a laptop may have jumped meanwhile."""


def put_in_place(path: Path, content: bytes) -> None:
    """Write `content` as `path`, readable by its owner alone; several processes may do so at once.

    Raises OSError where it cannot be written (a full disk), and then leaves nothing. A process killed in the
    middle leaves a file that `forget_unfinished` takes away.
    """
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=ENDING, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def forget_unfinished(folder: Path, *, now: datetime) -> int:
    """Remove what a killed process left in `folder` more than a day ago; gives how many files."""
    removed = 0
    for path in folder.glob(f"*{ENDING}"):
        with suppress(FileNotFoundError, IsADirectoryError, PermissionError):
            if abs(now - datetime.fromtimestamp(path.stat().st_mtime, UTC)) > UNFINISHED:
                path.unlink()
                removed += 1
    return removed
