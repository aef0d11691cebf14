"""Keeps coarser sums of the tallies beside them: a table reads thousands of numbers, and not hundreds of thousands.

A shelf leaves out what a question does not ask. Triggers write it with each tally, as a database writes an index: no
way of writing tallies can forget it. Where thousands of sheets are rolled up, that would take longer than all the
rest: shelves are taken down first, and put up again from the tallies. While they are down the tallies answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forms.base.sqlite import Database

PARTS = ("provisional", "verified")
EVENTS = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Sums of a table of tallies by some columns of their grain."""

    name: str
    source: str
    cells: tuple[str, ...]
    """What the source counts by, beside its grain: kept whole."""
    grain: tuple[str, ...]
    """Columns of the grain, those first that most tables are asked by."""
    provisional: str
    """The number of a row of the source, its columns as {row.column}."""
    verified: str

    @property
    def key(self) -> str:
        """Its columns that are no sums."""
        return ", ".join((*self.cells, *self.grain))


_CELL = ("cell_id",)
_KIND = ("measure", "unit", "reach", "subset")
_NUMBERS = ("{row}.received + {row}.edited + {row}.has_issues + {row}.approved", "{row}.approved")
_SHEETS = ("{row}.sheets", "{row}.approved_sheets")
_PLACE = ("place", "month", "project_id", "form", "cso")
_ACTIVITY = ("month", "project_id", "form", "cso", "activity", "setting", "programme", "category")
_RECORDS = ("({row}.number = 0)", "({row}.number = 0 AND {row}.review = 'approved')")
"""How many sheets there are: each has one record of this number, and more where its repeats count."""
SHELVES = (
    Shelf("tally_by_activity", "tally", _CELL, _ACTIVITY, *_NUMBERS),
    Shelf("tally_by_place", "tally", _CELL, _PLACE, *_NUMBERS),
    Shelf("sheet_tally_by_activity", "sheet_tally", _KIND, _ACTIVITY, *_SHEETS),
    Shelf("sheet_tally_by_place", "sheet_tally", _KIND, _PLACE, *_SHEETS),
    Shelf("record_by_activity", "record", ("review",), _ACTIVITY, *_RECORDS),
    Shelf("record_by_place", "record", ("review",), _PLACE, *_RECORDS),
)
"""Asked in this order, the shortest first. None has the mechanism: with it they would be as fine as the tallies.

A row of a source never becomes one of another grain or cell: it goes, and another comes.
"""


def shelf_of(db: Database, source: str, columns: Iterable[str]) -> Shelf | None:
    """The shelf of a table of tallies that knows these columns of a grain, None where only the tallies do."""
    asked = set(columns)
    found = next(
        (shelve for shelve in SHELVES if shelve.source == source and asked <= set(shelve.grain)), None
    )
    return found if found and is_up(db, found) else None


def is_up(db: Database, shelf: Shelf) -> bool:
    """Whether a shelf is there, and so says what the tallies say."""
    rows = db.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name", {"name": shelf.name}
    )
    return rows.fetchone() is not None


def take_down(db: Database) -> None:
    """Take all shelves away, before very many tallies move."""
    for shelf in SHELVES:
        for event in EVENTS:
            db.execute(f"DROP TRIGGER IF EXISTS {shelf.name}_{event.lower()}")
        db.execute(f"DROP TABLE IF EXISTS {shelf.name}")


def sums_for(db: Database, shelf: Shelf) -> list[tuple[Any, ...]]:
    """What a shelf is to say, from the tallies."""
    return db.execute(_sums(shelf)).fetchall()


def put_up(db: Database, shelf: Shelf, sums: Iterable[tuple[Any, ...]]) -> None:
    """Put a shelf there. No tally may have moved since `sums_for` read them."""
    db.execute(_table(shelf))
    places = ", ".join("?" for _ in (*shelf.cells, *shelf.grain, *PARTS, "tallies"))
    db.conn.executemany(f"INSERT INTO {shelf.name} VALUES ({places})", sums)
    for trigger in _triggers(shelf):
        db.execute(trigger)


def _table(shelf: Shelf) -> str:
    types = {"cell_id": "INTEGER", "project_id": "INTEGER"}
    columns = [f"{cell} {types.get(cell, 'TEXT')} NOT NULL" for cell in (*shelf.cells, *shelf.grain)]
    columns += [f"{each} INTEGER NOT NULL" for each in (*PARTS, "tallies")]
    return (
        f"CREATE TABLE {shelf.name} ({', '.join(columns)}, PRIMARY KEY ({shelf.key})) STRICT, WITHOUT ROWID"
    )


def _sums(shelf: Shelf) -> str:
    told = ", ".join((*(f"t.{cell}" for cell in shelf.cells), *(f"g.{each}" for each in shelf.grain)))
    provisional, verified = (each.format(row="t") for each in (shelf.provisional, shelf.verified))
    return f"""
        SELECT {told}, SUM({provisional}) AS provisional, SUM({verified}) AS verified, COUNT(*) AS tallies
        FROM {shelf.source} AS t JOIN grain AS g ON g.id = t.grain_id GROUP BY {told}
    """


def _triggers(shelf: Shelf) -> list[str]:
    """A row comes, moves or goes; a sum of which no row is left goes with the last."""
    gone = " AND ".join(
        [
            *(f"{cell} = OLD.{cell}" for cell in shelf.cells),
            *(f"{each} = (SELECT {each} FROM grain WHERE id = OLD.grain_id)" for each in shelf.grain),
        ]
    )
    return [
        _trigger(shelf, "INSERT", "NEW", "{new}", "1"),
        _trigger(shelf, "UPDATE", "NEW", "({new}) - ({old})", "0"),
        _trigger(
            shelf,
            "DELETE",
            "OLD",
            "- ({old})",
            "-1",
            f"DELETE FROM {shelf.name} WHERE tallies = 0 AND {gone};",
        ),
    ]


def _trigger(shelf: Shelf, event: str, row: str, sign: str, tallies: str, after: str = "") -> str:
    told = ", ".join((*(f"{row}.{cell}" for cell in shelf.cells), *(f"g.{each}" for each in shelf.grain)))
    provisional, verified = (
        sign.format(new=each.format(row="NEW"), old=each.format(row="OLD"))
        for each in (shelf.provisional, shelf.verified)
    )
    moved = ", ".join(f"{each} = {each} + excluded.{each}" for each in (*PARTS, "tallies"))
    return f"""
        CREATE TRIGGER {shelf.name}_{event.lower()} AFTER {event} ON {shelf.source}
        BEGIN
            INSERT INTO {shelf.name} ({shelf.key}, provisional, verified, tallies)
            SELECT {told}, {provisional}, {verified}, {tallies} FROM grain AS g WHERE g.id = {row}.grain_id
            ON CONFLICT ({shelf.key}) DO UPDATE SET {moved};
            {after}
        END
    """
