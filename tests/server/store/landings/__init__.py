"""Databases of earlier versions, as their own code made them."""

import gzip
from pathlib import Path

from forms.base.sqlite import sqlite3

FOLDER = Path(__file__).parent
LANDINGS = sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.sql.gz"))


def unpack(landing: str, path: Path) -> None:
    """Write the database of a version, named by its commit, to a file that is not there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(str(path))
    connection.executescript(gzip.decompress((FOLDER / f"{landing}.sql.gz").read_bytes()).decode())
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
