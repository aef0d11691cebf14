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
class MaterializedView:
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
MATERIALIZED_VIEWS = (
    MaterializedView("tally_by_activity", "tally", _CELL, _ACTIVITY, *_NUMBERS),
    MaterializedView("tally_by_place", "tally", _CELL, _PLACE, *_NUMBERS),
    MaterializedView("sheet_tally_by_activity", "sheet_tally", _KIND, _ACTIVITY, *_SHEETS),
    MaterializedView("sheet_tally_by_place", "sheet_tally", _KIND, _PLACE, *_SHEETS),
    MaterializedView("record_by_activity", "record", ("review",), _ACTIVITY, *_RECORDS),
    MaterializedView("record_by_place", "record", ("review",), _PLACE, *_RECORDS),
)
"""Asked in this order, the shortest first. None has the mechanism: with it they would be as fine as the tallies.

A row of a source never becomes one of another grain or cell: it goes, and another comes.
"""


def view_of(db: Database, source: str, columns: Iterable[str]) -> MaterializedView | None:
    """The shelf of a table of tallies that knows these columns of a grain, None where only the tallies do."""
    asked = set(columns)
    found = next(
        (shelve for shelve in MATERIALIZED_VIEWS if shelve.source == source and asked <= set(shelve.grain)),
        None,
    )
    return found if found and is_up(db, found) else None


def is_up(db: Database, view: MaterializedView) -> bool:
    """Whether a shelf is there, and so says what the tallies say."""
    rows = db.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name", {"name": view.name}
    )
    return rows.fetchone() is not None


def take_down(db: Database) -> None:
    """Take all shelves away, before very many tallies move."""
    for view in MATERIALIZED_VIEWS:
        for event in EVENTS:
            db.execute(f"DROP TRIGGER IF EXISTS {view.name}_{event.lower()}")
        db.execute(f"DROP TABLE IF EXISTS {view.name}")


def sums_for(db: Database, view: MaterializedView) -> list[tuple[Any, ...]]:
    """What a shelf is to say, from the tallies."""
    return db.execute(_sums(view)).fetchall()


def put_up(db: Database, view: MaterializedView, sums: Iterable[tuple[Any, ...]]) -> None:
    """Put a shelf there. No tally may have moved since `sums_for` read them."""
    db.execute(_table(view))
    places = ", ".join("?" for _ in (*view.cells, *view.grain, *PARTS, "tallies"))
    db.conn.executemany(f"INSERT INTO {view.name} VALUES ({places})", sums)
    for trigger in _triggers(view):
        db.execute(trigger)


def _table(view: MaterializedView) -> str:
    types = {"cell_id": "INTEGER", "project_id": "INTEGER"}
    columns = [f"{cell} {types.get(cell, 'TEXT')} NOT NULL" for cell in (*view.cells, *view.grain)]
    columns += [f"{each} INTEGER NOT NULL" for each in (*PARTS, "tallies")]
    return f"CREATE TABLE {view.name} ({', '.join(columns)}, PRIMARY KEY ({view.key})) STRICT, WITHOUT ROWID"


def _sums(view: MaterializedView) -> str:
    told = ", ".join((*(f"t.{cell}" for cell in view.cells), *(f"g.{each}" for each in view.grain)))
    provisional, verified = (each.format(row="t") for each in (view.provisional, view.verified))
    return f"""
        SELECT {told}, SUM({provisional}) AS provisional, SUM({verified}) AS verified, COUNT(*) AS tallies
        FROM {view.source} AS t JOIN grain AS g ON g.id = t.grain_id GROUP BY {told}
    """


def _triggers(view: MaterializedView) -> list[str]:
    """A row comes, moves or goes; a sum of which no row is left goes with the last."""
    gone = " AND ".join(
        [
            *(f"{cell} = OLD.{cell}" for cell in view.cells),
            *(f"{each} = (SELECT {each} FROM grain WHERE id = OLD.grain_id)" for each in view.grain),
        ]
    )
    return [
        _trigger(view, "INSERT", "NEW", "{new}", "1"),
        _trigger(view, "UPDATE", "NEW", "({new}) - ({old})", "0"),
        _trigger(
            view,
            "DELETE",
            "OLD",
            "- ({old})",
            "-1",
            f"DELETE FROM {view.name} WHERE tallies = 0 AND {gone};",
        ),
    ]


def _trigger(view: MaterializedView, event: str, row: str, sign: str, tallies: str, after: str = "") -> str:
    told = ", ".join((*(f"{row}.{cell}" for cell in view.cells), *(f"g.{each}" for each in view.grain)))
    provisional, verified = (
        sign.format(new=each.format(row="NEW"), old=each.format(row="OLD"))
        for each in (view.provisional, view.verified)
    )
    moved = ", ".join(f"{each} = {each} + excluded.{each}" for each in (*PARTS, "tallies"))
    return f"""
        CREATE TRIGGER {view.name}_{event.lower()} AFTER {event} ON {view.source}
        BEGIN
            INSERT INTO {view.name} ({view.key}, provisional, verified, tallies)
            SELECT {told}, {provisional}, {verified}, {tallies} FROM grain AS g WHERE g.id = {row}.grain_id
            ON CONFLICT ({view.key}) DO UPDATE SET {moved};
            {after}
        END
    """
