"""Tells a full or read-only disk from other failures: nothing is wrong with what was sent, it can be sent again."""

import errno
import shutil
from pathlib import Path

from forms.base.refusal import Refusal
from forms.base.sqlite import sqlite3


class DiskFull(Refusal):
    """There is no room for the sheet that a phone sent."""


class NoRoom(Refusal):
    """There is no room for what somebody changed: nothing of it was kept."""


LITTLE = 1_000_000
"""Bytes: SQLite needs a few pages more than it says, and reports as a read or write error that they were not there."""


def is_disk_full(error: BaseException, folder: Path) -> bool:
    """Whether an error comes from the disk on which `folder` is having no room left."""
    if isinstance(error, sqlite3.OperationalError):
        told = str(error)
        return "full" in told or ("I/O" in told and shutil.disk_usage(folder).free < LITTLE)
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_read_only(error: BaseException) -> bool:
    """Whether an error comes from the database, or its disk, being there to be read alone."""
    if isinstance(error, sqlite3.OperationalError):
        return "readonly" in str(error)
    return isinstance(error, OSError) and error.errno == errno.EROFS
