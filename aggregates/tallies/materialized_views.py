"""Keeps coarser sums of the tallies beside them: a table reads thousands of numbers, and not hundreds of thousands.

A view leaves out what a question does not ask. Triggers write it with each tally, as a database writes an index: no
way of writing tallies can forget it. Where thousands of sheets are rolled up, that would take longer than all the
rest: views are suspended first, and built again from the tallies. While they are suspended the tallies answer.

No migration makes them: whatever is declared here, the opening of a database brings it in line. The table
`materialized_view` says of which declaration each was made, so that no question is answered from one of another.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from forms.base.sqlite import Database
from forms.definition.dimension import BY_ACTIVITY, BY_PLACE, Grain, columns_in
from sync.counting.cell import Kind

PARTS = ("provisional", "verified")
EVENTS = ("INSERT", "UPDATE", "DELETE")
SUSPENDED = ""
"""In place of its digest: a roll-up suspended this view, and builds it again, or the next one does."""


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
_KIND = Kind._fields
_NUMBERS = ("{row}.received + {row}.edited + {row}.has_issues + {row}.approved", "{row}.approved")
_SHEETS = ("{row}.sheets", "{row}.approved_sheets")
_PLACE = ("place", *(column for column in columns_in(BY_PLACE) if column != "place"))
_ACTIVITY = columns_in(BY_ACTIVITY)
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
    """The view of a table of tallies that knows these columns of a grain, None where only the tallies do."""
    asked = set(columns)
    found = next(
        (view for view in MATERIALIZED_VIEWS if view.source == source and asked <= set(view.grain)), None
    )
    return found if found and is_built(db, found) else None


def is_built(db: Database, view: MaterializedView) -> bool:
    """Whether a view is there as it is declared here, and so says what the tallies say."""
    rows = db.execute(
        "SELECT 1 FROM materialized_view WHERE name = :name AND digest = :digest",
        {"name": view.name, "digest": _digest(view)},
    )
    return rows.fetchone() is not None


def to_build(db: Database) -> list[MaterializedView]:
    """The views that are not there as they are declared here, but those that a roll-up suspended.

    What was made is compared too, and not only what is said of it: an older version knows nothing of
    `materialized_view`, and may have build its own.
    """
    digests = dict(db.execute("SELECT name, digest FROM materialized_view").fetchall())
    kept = {
        name: _words(sql) for name, sql in db.execute("SELECT name, sql FROM sqlite_master WHERE sql <> ''")
    }
    return [
        view
        for view in MATERIALIZED_VIEWS
        if digests.get(view.name) != SUSPENDED
        and (
            digests.get(view.name) != _digest(view)
            or any(kept.get(name) != _words(sql) for name, sql in _objects(view).items())
        )
    ]


def count_tallies(db: Database, *, most: int) -> int:
    """How many tallies there are, counted no further than `most`: so long does it take to build a view."""
    row = db.execute("SELECT COUNT(*) FROM (SELECT 1 FROM tally LIMIT :most)", {"most": most}).fetchone()
    return int(row[0])


def drop(db: Database) -> None:
    """Take all views away, declared or not any more, before their tables change. `to_build` gives them again."""
    for name in {*_kept(db), *(view.name for view in MATERIALIZED_VIEWS)}:
        _drop(db, name)
    if _has_note_digest(db):
        db.execute("DELETE FROM materialized_view")


def drop_undeclared(db: Database) -> None:
    """Take those views away that are not declared any more."""
    for name in _kept(db) - {view.name for view in MATERIALIZED_VIEWS}:
        _drop(db, name)
        db.execute("DELETE FROM materialized_view WHERE name = :name", {"name": name})


def suspend(db: Database) -> None:
    """Take all views away, before very many tallies move: who does so builds them again."""
    drop(db)
    for view in MATERIALIZED_VIEWS:
        _note_digest(db, view, SUSPENDED)


def sums_for(db: Database, view: MaterializedView) -> list[tuple[Any, ...]]:
    """What a view is to say, from the tallies."""
    return db.execute(_sums(view)).fetchall()


def build(db: Database, view: MaterializedView, sums: Iterable[tuple[Any, ...]]) -> None:
    """Put a view there, in place of what is there. No tally may have moved since `sums_for` read them."""
    _drop(db, view.name)
    db.execute(_table(view))
    places = ", ".join("?" for _ in (*view.cells, *view.grain, *PARTS, "tallies"))
    db.conn.executemany(f"INSERT INTO {view.name} VALUES ({places})", sums)
    for trigger in _triggers(view):
        db.execute(trigger)
    _note_digest(db, view, _digest(view))


def _drop(db: Database, name: str) -> None:
    for event in EVENTS:
        db.execute(f"DROP TRIGGER IF EXISTS {_trigger_name(name, event)}")
    db.execute(f"DROP TABLE IF EXISTS {name}")


def _note_digest(db: Database, view: MaterializedView, digest: str) -> None:
    db.execute(
        "INSERT OR REPLACE INTO materialized_view (name, digest) VALUES (:name, :digest)",
        {"name": view.name, "digest": digest},
    )


def _has_note_digest(db: Database) -> bool:
    """A database that is opened by a newer version for the first time has none yet."""
    rows = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'materialized_view'")
    return rows.fetchone() is not None


def _kept(db: Database) -> set[str]:
    """The names of all views that were ever build and are there, whatever is declared today."""
    if not _has_note_digest(db):
        return set()
    return {row[0] for row in db.execute("SELECT name FROM materialized_view")}


@cache
def _digest(view: MaterializedView) -> str:
    """A digest of everything that makes a view."""
    statements = (*_objects(view).values(), _sums(view))
    return hashlib.sha256("\n".join(_words(statement) for statement in statements).encode()).hexdigest()


def _objects(view: MaterializedView) -> dict[str, str]:
    """The table and the triggers of a view: name -> statement."""
    triggers = zip(EVENTS, _triggers(view), strict=True)
    return {
        view.name: _table(view),
        **{_trigger_name(view.name, event): statement for event, statement in triggers},
    }


def _words(statement: str) -> str:
    """A statement with one space between its words: SQLite keeps the text of what it is told, but not around it."""
    return " ".join(statement.split())


def _table(view: MaterializedView) -> str:
    types = {"cell_id": int, **Grain.__annotations__}
    columns = [
        f"{column} {'INTEGER' if types.get(column) is int else 'TEXT'} NOT NULL"
        for column in (*view.cells, *view.grain)
    ]
    columns += [f"{column} INTEGER NOT NULL" for column in (*PARTS, "tallies")]
    return f"CREATE TABLE {view.name} ({', '.join(columns)}, PRIMARY KEY ({view.key})) STRICT, WITHOUT ROWID"


def _sums(view: MaterializedView) -> str:
    told = ", ".join((*(f"t.{column}" for column in view.cells), *(f"g.{column}" for column in view.grain)))
    provisional, verified = (expression.format(row="t") for expression in (view.provisional, view.verified))
    return f"""
        SELECT {told}, SUM({provisional}) AS provisional, SUM({verified}) AS verified, COUNT(*) AS tallies
        FROM {view.source} AS t JOIN grain AS g ON g.id = t.grain_id GROUP BY {told}
    """


def _triggers(view: MaterializedView) -> list[str]:
    """A row comes, moves or goes; a sum of which no row is left goes with the last."""
    gone = " AND ".join(
        [
            *(f"{cell} = OLD.{cell}" for cell in view.cells),
            *(f"{column} = (SELECT {column} FROM grain WHERE id = OLD.grain_id)" for column in view.grain),
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


def _trigger_name(view: str, event: str) -> str:
    return f"{view}_{event.lower()}"


def _trigger(view: MaterializedView, event: str, row: str, sign: str, tallies: str, after: str = "") -> str:
    told = ", ".join(
        (*(f"{row}.{column}" for column in view.cells), *(f"g.{column}" for column in view.grain))
    )
    provisional, verified = (
        sign.format(new=expression.format(row="NEW"), old=expression.format(row="OLD"))
        for expression in (view.provisional, view.verified)
    )
    moved = ", ".join(f"{column} = {column} + excluded.{column}" for column in (*PARTS, "tallies"))
    return f"""
        CREATE TRIGGER {_trigger_name(view.name, event)} AFTER {event} ON {view.source}
        BEGIN
            INSERT INTO {view.name} ({view.key}, provisional, verified, tallies)
            SELECT {told}, {provisional}, {verified}, {tallies} FROM grain AS g WHERE g.id = {row}.grain_id
            ON CONFLICT ({view.key}) DO UPDATE SET {moved};
            {after}
        END
    """
