"""Lays an instance flat: one row for the sheet and one for each repeat instance, with typed columns."""

from dataclasses import dataclass

from forms.definition.layout import Layout, Table
from sync.instance.instance import Scope

Value = int | float | str | None

LARGEST_INTEGER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one flat table: where in the instance it stands, and a value for each column."""

    table: Table
    position: str
    """"" for the sheet itself, "2" for a second repeat instance, "1.3" for a third inside a first."""
    parent_position: str
    values: tuple[Value, ...]
    """In the order of `table.columns`."""


def flatten(root: Scope, layout: Layout) -> list[Row]:
    """The rows of an instance, the sheet's own first."""
    tables = {table.repeat: table for table in layout.tables}
    return [_row(scope, tables[scope.repeat]) for scope in root if scope.repeat in tables]


def typed(text: str, storage: str) -> Value:
    """An answer as its column keeps it.

    A word where a number is due gives None: the raw XML keeps the word, and the roll-up reports it.

    >>> typed(" 12 ", "INTEGER"), typed("douze", "INTEGER"), typed("1.5", "REAL")
    (12, None, 1.5)
    """
    if storage == "TEXT":
        return text
    try:
        number = float(text) if storage == "REAL" else integer(text)
    except ValueError:
        return None
    return number if -LARGEST_INTEGER <= number <= LARGEST_INTEGER else None


def integer(text: str) -> int:
    """A whole number as form engines write it: digits, or a decimal without a fraction ("12.0").

    Raises ValueError for anything else, infinity and words included.

    >>> integer("12.0")
    12
    """
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if not number.is_integer():
            raise
        return int(number)


def _row(scope: Scope, table: Table) -> Row:
    answer = scope.answers.get
    position = [str(number) for number in scope.position]
    return Row(
        table,
        ".".join(position),
        ".".join(position[:-1]),
        tuple(
            None if (text := answer(column.path)) is None else typed(text, column.storage)
            for column in table.columns
        ),
    )
