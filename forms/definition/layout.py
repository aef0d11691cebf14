"""Which table and which column keeps a question's answers. A name once given never moves.

One table a form and one a repeat. A column is called like its question; where that is taken in its
table, like its path, and where that is taken too, with a number. A later version of the form keeps the
columns it finds and adds its own.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forms.definition.definition import Definition, Field

RESERVED = frozenset({"submission_id", "position", "parent_position", "rowid", "oid", "_rowid_"})
STORAGE = {"int": "INTEGER", "decimal": "REAL"}
TABLE = "TABLE"
"""In place of a storage class: the column is a whole table, that of a repeat."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Column:
    """Where the answers of one question are kept."""

    path: str
    storage: str
    """"INTEGER", "REAL" or "TEXT"; "TABLE" for a repeat."""
    table: str
    name: str
    """"" for a repeat."""


@dataclass(frozen=True, eq=False)
class Table:
    """One flat table, with the columns that one version of the form fills."""

    name: str
    repeat: str
    """Path of its repeat, "" for the sheet itself."""
    columns: tuple[Column, ...]


@dataclass(frozen=True, eq=False)
class Layout:
    """The tables of one version of a form, the sheet's own first, outer repeats before inner ones."""

    tables: tuple[Table, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Everything that must be remembered, so that the next version finds it."""
        repeats = (Column(table.repeat, TABLE, table.name, "") for table in self.tables if table.repeat)
        return (*repeats, *(column for table in self.tables for column in table.columns))


def lay_out(
    definition: Definition, *, table_name: str, known: Sequence[Column], taken_tables: Iterable[str] = ()
) -> Layout:
    """The layout of a version, given what earlier versions of the form have.

    `table_name` is the form's own table; a new repeat gets a name that is not among `taken_tables` (those
    of other forms). The same question (path) with the same storage keeps its column; one whose type
    changed gets a new column, and the old answers stay where they are.
    """
    columns = {(column.path, column.storage): column for column in known}
    tables = [Table(table_name, "", _columns(definition, "", table_name, columns, known))]
    taken = {name.casefold() for name in (table_name, *taken_tables, *(column.table for column in known))}
    for repeat in definition.repeats:
        earlier = columns.get((repeat.path, TABLE))
        name = earlier.table if earlier else _free(f"{table_name}_{_word(repeat.name)}", taken)
        taken.add(name.casefold())
        tables.append(Table(name, repeat.path, _columns(definition, repeat.path, name, columns, known)))
    return Layout(tuple(tables))


def table_name_for(form_id: str, taken: Iterable[str]) -> str:
    """A free name for the table of a new form: "sheet_" and the form's id in plain letters."""
    return _free(f"sheet_{_word(form_id)}", {name.casefold() for name in taken})


def _columns(
    definition: Definition,
    repeat: str,
    table: str,
    columns: dict[tuple[str, str], Column],
    known: Sequence[Column],
) -> tuple[Column, ...]:
    taken = set(RESERVED) | {column.name.casefold() for column in known if column.table == table}
    result = []
    for field in definition.answers_in(repeat):
        if field.path.startswith("/meta/") or "/meta/entity/" in field.path:  # (an entity in a repeat)
            continue
        storage = STORAGE.get(field.kind, "TEXT")
        column = columns.get((field.path, storage))
        if column is None:
            name = _column_name(field, taken)
            column = Column(field.path, storage, table, name)
        taken.add(column.name.casefold())
        result.append(column)
    return tuple(result)


def _column_name(field: Field, taken: set[str]) -> str:
    name = _word(field.name)
    return name if name.casefold() not in taken else _free(_word(field.path.strip("/")), taken)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free.casefold() in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _word(text: str) -> str:
    """Letters, digits and `_` alone, accents dropped, never beginning with a digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    word = re.sub(r"[^A-Za-z0-9_]+", "_", plain).strip("_")[:LONGEST_NAME] or "question"
    return f"q_{word}" if word[0].isdigit() else word
