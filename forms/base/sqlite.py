"""The one place that chooses the SQLite library: everybody imports `Database` and `sqlite3` from here.

Debian 12 carries SQLite 3.40.1, which has the WAL-reset bug (versions before 3.51.3 can corrupt a
database that two processes write and checkpoint at the same moment). The `sqlcipher3` wheel carries a
mended SQLite and, without a key, reads and writes ordinary files. sqlite-utils looks for a driver named
`pysqlite3` when it is first imported, so the mended one is put under that name before.
"""

import sys

try:
    import sqlcipher3
    import sqlcipher3.dbapi2
except ImportError:  # no wheel for this machine: the system's library, and `fiche doctor` says so
    pass
else:
    sys.modules.setdefault("pysqlite3", sqlcipher3)
    sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from sqlite_utils import Migrations
from sqlite_utils.db import Database, sqlite3  # type: ignore[attr-defined]

WAL_RESET_MENDED = (3, 51, 3)

__all__ = ["WAL_RESET_MENDED", "Database", "Migrations", "has_wal_reset_bug", "new_key", "sqlite3"]


def has_wal_reset_bug() -> bool:
    """Whether the library in use is older than the first one without the WAL-reset bug."""
    return tuple(sqlite3.sqlite_version_info) < WAL_RESET_MENDED


def new_key(cursor: "sqlite3.Cursor") -> int:
    """The key of the row that a statement has just inserted."""
    key = cursor.lastrowid
    assert key is not None
    return int(key)
