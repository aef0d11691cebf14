"""Keeps the tallies true to their facts: sums the facts again and mends what differs.

The night moves tallies by differences; this is the other way to the same numbers. A full roll-up ends
with it, some grains at a time, so that neither the memory nor the writer's turn grows with what is stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from forms.base.sqlite import Database

Row = tuple[Any, ...]

FACTS = """
    SELECT r.grain_id, f.submission_id, f.cell_id,
        CASE r.review WHEN 'received' THEN 0 WHEN 'edited' THEN 1 WHEN 'has_issues' THEN 2 ELSE 3 END,
        f.n
    FROM record AS r
    JOIN fact AS f ON f.submission_id = r.submission_id AND f.record = r.number
    WHERE r.grain_id > :after AND r.grain_id <= :up_to AND r.review NOT IN ('rejected', 'held')
    ORDER BY r.grain_id
"""
"""Walks the index of records by grain, without sorting, which SQLite's own GROUP BY would have to do."""
APPROVED = 3

LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Span:
    """A run of grain keys: greater than `after`, up to and with `up_to`."""

    after: int
    up_to: int


@dataclass(frozen=True, slots=True)
class Mending:
    """What must change in one span for the tallies to say what the facts say."""

    tallies: tuple[Row, ...] = ()
    """Whole rows; those without sheets are to be taken out."""
    sheets: tuple[Row, ...] = ()
    facts_of_cells: Mapping[int, int] = field(default_factory=dict, hash=False)

    def __len__(self) -> int:
        return len(self.tallies) + len(self.sheets) + len(self.facts_of_cells)


def next_span(db: Database, *, after: int, grains: int) -> Span:
    """The span of the next `grains` grains; the last one reaches to the end of all keys."""
    row = db.execute(
        "SELECT id FROM grain WHERE id > :after ORDER BY id LIMIT 1 OFFSET :skipped",
        {"after": after, "skipped": grains - 1},
    ).fetchone()
    return Span(after, row[0] if row else LARGEST_KEY)


def compare(db: Database, span: Span) -> Mending:
    """Sum the facts of these grains and compare them with their tallies."""
    bounds = {"after": span.after, "up_to": span.up_to}
    kinds = {row[0]: row[1:] for row in db.execute("SELECT id, measure, unit, reach, subset FROM cell")}
    summed: set[Row] = set()
    stated: set[Row] = set()
    for grain_id, rows in groupby(db.execute(FACTS, bounds), itemgetter(0)):
        _sum_grain(grain_id, rows, kinds, summed, stated)
    tallies = db.execute(
        """
        SELECT grain_id, cell_id, received, edited, has_issues, approved, sheets, approved_sheets
        FROM tally WHERE grain_id > :after AND grain_id <= :up_to
        """,
        bounds,
    )
    kept = db.execute(
        """
        SELECT grain_id, measure, unit, reach, subset, sheets, approved_sheets
        FROM sheet_tally WHERE grain_id > :after AND grain_id <= :up_to
        """,
        bounds,
    )
    return Mending(_differing(set(tallies), summed, key=2), _differing(set(kept), stated, key=5))


def compare_cells(db: Database) -> Mending:
    """Count the facts of every cell and compare them with what the cells say."""
    rows = db.execute(
        """
        SELECT c.id, COALESCE(used.facts, 0)
        FROM cell AS c
        LEFT JOIN (SELECT cell_id, COUNT(*) AS facts FROM fact GROUP BY 1) AS used ON used.cell_id = c.id
        WHERE c.facts <> COALESCE(used.facts, 0)
        """
    )
    return Mending(facts_of_cells=dict(rows.fetchall()))


def mend(db: Database, mending: Mending) -> None:
    """Write what `compare` found. Nobody may have moved a tally in between: roll-ups exclude each other."""
    db.conn.executemany(
        "DELETE FROM tally WHERE grain_id = ? AND cell_id = ?", [row[:2] for row in mending.tallies]
    )
    db.conn.executemany(
        """
        INSERT INTO tally (grain_id, cell_id, received, edited, has_issues, approved, sheets, approved_sheets)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [row for row in mending.tallies if row[-2]],
    )
    db.conn.executemany(
        """
        DELETE FROM sheet_tally
        WHERE grain_id = ? AND measure = ? AND unit = ? AND reach = ? AND subset = ?
        """,
        [row[:5] for row in mending.sheets],
    )
    db.conn.executemany(
        """
        INSERT INTO sheet_tally (grain_id, measure, unit, reach, subset, sheets, approved_sheets)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [row for row in mending.sheets if row[-2]],
    )
    db.conn.executemany(
        "UPDATE cell SET facts = ? WHERE id = ?", [(n, key) for key, n in mending.facts_of_cells.items()]
    )
    if mending.facts_of_cells:
        db.execute("DELETE FROM cell WHERE facts = 0")


def _sum_grain(
    grain_id: int,
    rows: Iterable[Row],
    kinds: Mapping[int, Row],
    summed: set[Row],
    stated: set[Row],
) -> None:
    """Add the rows that the facts of one grain make."""
    numbers: dict[int, list[int]] = {}
    sheets: dict[int, set[int]] = {}
    approved: set[int] = set()
    for _, submission_id, cell_id, column, n in rows:
        if cell_id not in numbers:
            numbers[cell_id] = [0, 0, 0, 0]
            sheets[cell_id] = set()
        numbers[cell_id][column] += n
        sheets[cell_id].add(submission_id)
        if column == APPROVED:
            approved.add(submission_id)
    stating: dict[Row, set[int]] = {}
    for cell_id, n in numbers.items():
        counted = sheets[cell_id]
        summed.add((grain_id, cell_id, *n, len(counted), len(counted & approved)))
        stating.setdefault(kinds[cell_id], set()).update(counted)
    for kind, counted in stating.items():
        stated.add((grain_id, *kind, len(counted), len(counted & approved)))


def _differing(kept: set[Row], summed: set[Row], *, key: int) -> tuple[Row, ...]:
    missing = summed - kept
    replaced = {row[:key] for row in missing}
    emptied = {(*row[:key], *(0 for _ in row[key:])) for row in kept - summed if row[:key] not in replaced}
    return tuple(missing | emptied)
