"""Tells a full or read-only disk from other failures: nothing is wrong with what was sent, it can be sent again."""

import errno
import os
import shutil
from pathlib import Path

from forms.base.refusal import Refusal
from forms.base.sqlite import sqlite3


class DiskFull(Refusal):
    """There is no room for the sheet that a phone sent."""


class NoRoom(Refusal):
    """There is no room for what somebody changed: nothing of it was kept."""


class DiskReadOnly(Refusal):
    """A phone's sheet cannot be kept: the data, or their disk, may only be read just now."""


class NothingWritten(Refusal):
    """What somebody changed cannot be kept, for the same reason: nothing of it was."""


LITTLE = 1_000_000
"""Bytes: SQLite needs a few pages more than it says, and reports as a read or write error that they were not there."""


def is_disk_full(error: BaseException, folder: Path) -> bool:
    """Whether an error comes from the disk on which `folder` is having no room left."""
    if isinstance(error, sqlite3.OperationalError):
        told = str(error)
        return "full" in told or ("I/O" in told and shutil.disk_usage(folder).free < LITTLE)
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_read_only(error: BaseException, folder: Path) -> bool:
    """Whether an error comes from the data in `folder`, or their disk, being there to be read alone.

    A disk with a fault is made so by the kernel: SQLite then tells of a read or write error, or of a file that it
    cannot open.
    """
    if isinstance(error, sqlite3.OperationalError):
        told = str(error)
        return "readonly" in told or (("I/O" in told or "unable to open" in told) and not is_writable(folder))
    if not isinstance(error, OSError):
        return False
    return error.errno == errno.EROFS or (
        error.errno in (errno.EACCES, errno.EPERM, errno.EIO) and not is_writable(folder)
    )


def is_writable(folder: Path) -> bool:
    """Whether this process may write to the data in a folder: to the folder itself, the database and the blobs.

    It is tried, with a file without a name: a disk that the kernel has shut after a fault still tells of all rights.
    """
    if not all(
        os.access(path, os.W_OK) for path in (folder, *folder.glob("fiche.db*"), *folder.glob("blobs"))
    ):
        return False
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600))
    except OSError as error:
        return error.errno not in (errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM)
    return True
