"""Keeps the flat tables: one a form and one a repeat, for people who open the file in a SQLite browser.

They are derived from the raw XML. Their names come from `forms.definition.layout` alone, which allows letters,
digits and `_`; a later form version adds columns and never moves one.
"""

from collections.abc import Iterable
from functools import lru_cache

from forms.base.sqlite import Database
from forms.definition.layout import Layout, Table
from sync.instance.row import Row


def make_tables(db: Database, layout: Layout) -> None:
    """Create the tables of a form, or add the columns that a new version brings."""
    for table in layout.tables:
        key = (
            "submission_id INTEGER NOT NULL, position TEXT NOT NULL, parent_position TEXT NOT NULL"
            if table.repeat
            else "submission_id INTEGER PRIMARY KEY"
        )
        closing = ", PRIMARY KEY (submission_id, position)" if table.repeat else ""
        db.execute(f'CREATE TABLE IF NOT EXISTS "{table.name}" ({key}{closing}) STRICT')
        present = {row[1] for row in db.execute(f'PRAGMA table_info("{table.name}")')}
        for column in table.columns:
            if column.name not in present:
                db.execute(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {column.storage}')


def insert(db: Database, submission_id: int, rows: Iterable[Row]) -> None:
    """Put the rows of one submission.

    An unanswered question is given as an empty text that the statement turns into NULL (no answer is an
    empty text): the SQLite drivers take some five times longer to be given a None.
    """
    for row in rows:
        key = (submission_id, row.position, row.parent_position) if row.table.repeat else (submission_id,)
        answers = ["" if value is None else value for value in row.values]
        db.execute(_insert_statement(row.table), (*key, *answers))


def delete(db: Database, submission_id: int, tables: Iterable[str]) -> None:
    """Take the rows of one submission away from the tables of its form (all of them: an earlier version
    of the form may have had a repeat that the present one has not)."""
    for table in tables:
        db.execute(f'DELETE FROM "{table}" WHERE submission_id = :id', {"id": submission_id})


@lru_cache(maxsize=256)
def _insert_statement(table: Table) -> str:
    key = ["submission_id", "position", "parent_position"] if table.repeat else ["submission_id"]
    names = ", ".join(f'"{name}"' for name in [*key, *(column.name for column in table.columns)])
    values = ", ".join(["?"] * len(key) + ["NULLIF(?, '')"] * len(table.columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({values})'
