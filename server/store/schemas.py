"""Writes the tables as they stand: `python -m server.store.schemas` prints what is in `docs/schema.sql`.

Migrations say how a database came to be, a step at a time; this says what is there after the last of them.
The flat tables of the forms are not in it: each database has its own.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from forms.base.sqlite import Database
from server.store.database import Storage

HEAD = """\
-- The tables of a database of fiche, written by the code itself (`make schema`): never edit this file.
-- The reasons stand in the tables.py of each package; each form has flat tables of its own beside these.
"""


def new_schema() -> str:
    """The text of `docs/schema.sql`: the tables of a new database."""
    with TemporaryDirectory(prefix="fiche-") as folder:
        storage = Storage(Path(folder) / "fiche.db")
        storage.migrate()
        with storage.reading() as db:
            text = schema_of(db)
        storage.close()
    return f"{HEAD}\n{text}"


def schema_of(db: Database) -> str:
    """Every table with its indices and triggers, by the alphabet.

    Left out are the flat tables of the forms, and what SQLite and sqlite-utils keep for themselves: which
    migrations were applied, what ANALYZE found.
    """
    rows = db.execute(
        """
        SELECT sql FROM sqlite_master
        WHERE sql <> '' AND tbl_name NOT LIKE 'sqlite_%' AND tbl_name <> '_sqlite_migrations'
            AND tbl_name NOT IN (SELECT table_name FROM form_column UNION SELECT table_name FROM form)
        ORDER BY tbl_name, type <> 'table', type, name
        """
    )
    return "".join(f"{_laid_out(row[0])};\n\n" for row in rows).rstrip() + "\n"


def _laid_out(statement: str) -> str:
    """A statement with a line for each column of a table, wherever a migration put it; others as they are written."""
    if not statement.startswith("CREATE TABLE"):
        first, _, others = statement.partition("\n")
        return f"{first}\n{dedent(others.rstrip())}".rstrip()
    head, _, rest = " ".join(statement.split()).partition("(")
    columns, last = _parts(rest)
    lines = ",\n".join(f"    {column.strip()}" for column in columns)
    return f"{head}(\n{lines}\n){last}"


def _parts(text: str) -> tuple[list[str], str]:
    """What stands between the commas of a list in brackets, and what follows the bracket that ends it."""
    depth, parts = 0, [""]
    for position, character in enumerate(text):
        if character == ")" and depth == 0:
            return parts, text[position + 1 :]
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    raise ValueError(text)


if __name__ == "__main__":
    sys.stdout.write(new_schema())
