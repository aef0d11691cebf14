"""Keeps records, facts and their sums: a sheet that changed moves the tallies by its difference.

Whatever is stored already, the work is in proportion to what changed. The full roll-up takes the same
way, so that it ends in the same tables (`aggregates.tallies.reconciliations` then compares them with their facts).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.base.sqlite import Database
from forms.definition.dimension import Grain
from forms.places.projects import codes_of_projects
from sync.counting.cell import Cell, Kind, key_of, key_of_grain
from sync.counting.derivation import Record

COLUMNS = {"received": 0, "edited": 1, "has_issues": 2, "approved": 3}
"""The column of a tally that a review class moves; rejected and held sheets move none (domain page § 6.2, § 10)."""
SHEETS, APPROVED_SHEETS = 4, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be kept of one submission; no records for one that was deleted or cannot be read."""

    submission_id: int
    review: str
    """"received", "edited", "has_issues", "approved", "rejected" or "held"."""
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record as it stands in the tables, with its facts by cell key."""

    grain_id: int
    event_date: str
    status: str
    review: str
    facts: dict[int, int]


Row = tuple[Any, ...]
"""A row as SQLite gives and takes it."""
Kept = dict[int, KeptRecord]
"""The records of one submission by number."""


class _Difference:
    """What a batch adds to the tallies, or takes from them."""

    def __init__(self, kinds: Mapping[int, Kind]) -> None:
        self.kinds = kinds
        self.tallies: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * 6)
        self.sheets: dict[tuple[int, Kind], list[int]] = defaultdict(lambda: [0, 0])
        self.facts: Counter[int] = Counter()

    def add(self, kept: Kept, sign: int) -> None:
        """Count one submission in (+1) or out (-1). A sheet counts once in a tally, however many records."""
        seen: dict[tuple[int, int], str] = {}
        for record in kept.values():
            column = COLUMNS.get(record.review)
            for cell_id, n in record.facts.items():
                self.facts[cell_id] += sign
                if column is not None:
                    key = (record.grain_id, cell_id)
                    self.tallies[key][column] += sign * n
                    seen[key] = record.review
        stated: dict[tuple[int, Kind], str] = {}
        for key, review in seen.items():
            tally = self.tallies[key]
            tally[SHEETS] += sign
            tally[APPROVED_SHEETS] += sign * (review == "approved")
            stated[key[0], self.kinds[key[1]]] = review
        for stating, review in stated.items():
            self.sheets[stating][0] += sign
            self.sheets[stating][1] += sign * (review == "approved")


def replace(db: Database, entries: Sequence[Entry]) -> int:
    """Keep these entries in place of what was kept of the same submissions; gives how many tallies moved.

    An entry that says what is kept already costs its reading and nothing more.
    """
    kept_rows = _rows_of(db, [entry.submission_id for entry in entries])
    codes = codes_of_projects(db)
    new_rows = _new_records(entries, codes), _new_facts(entries)
    if kept_rows == new_rows:
        return 0
    before, after = _kept(*kept_rows), _kept(*new_rows)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    new = [record for entry in entries if entry.submission_id in changed for record in entry.records]
    cells = {cell for record in new for cell, _ in record.facts}
    grains = {record.grain for record in new}
    _spell_out(db, cells, grains, codes)
    old = {key: before[key] for key in changed if key in before}
    difference = _Difference(_kinds(db, cells, old.values()))
    for kept in old.values():
        difference.add(kept, -1)
    for key in changed:
        difference.add(after.get(key, {}), +1)
    _write_rows(db, changed, *new_rows)
    moved = _move_tallies(db, difference)
    _move_sheets(db, difference)
    _forget_cells(db, difference.facts)
    _forget_grains(db, {record.grain_id for kept in old.values() for record in kept.values()})
    return moved


def kept_ids(db: Database, *, after: int, up_to: int | None) -> list[int]:
    """The submissions with records and an id greater than `after`, up to and with `up_to` if given."""
    rows = db.execute(
        """
        SELECT DISTINCT submission_id FROM record
        WHERE submission_id > :after AND (:up_to IS NULL OR submission_id <= :up_to)
        """,
        {"after": after, "up_to": up_to},
    )
    return [row[0] for row in rows]


def _rows_of(db: Database, submission_ids: Sequence[int]) -> tuple[list[Row], list[Row]]:
    asked = {"ids": json.dumps(submission_ids)}
    records = db.execute(
        """
        SELECT submission_id, number, grain_id, event_date, status, review FROM record
        WHERE submission_id IN (SELECT value FROM json_each(:ids))
        ORDER BY submission_id, number
        """,
        asked,
    )
    facts = db.execute(
        """
        SELECT submission_id, record, cell_id, n FROM fact
        WHERE submission_id IN (SELECT value FROM json_each(:ids))
        ORDER BY submission_id, record, cell_id
        """,
        asked,
    )
    return records.fetchall(), facts.fetchall()


def _new_records(entries: Iterable[Entry], codes: Mapping[int, str]) -> list[Row]:
    return sorted(
        (
            entry.submission_id,
            record.number,
            key_of_grain(record.grain, codes[record.grain.project_id]),
            record.event_date,
            record.status,
            entry.review,
        )
        for entry in entries
        for record in entry.records
    )


def _new_facts(entries: Iterable[Entry]) -> list[Row]:
    return sorted(
        (entry.submission_id, record.number, key_of(cell), n)
        for entry in entries
        for record in entry.records
        for cell, n in record.facts
    )


def _kept(records: Iterable[Row], facts: Iterable[Row]) -> dict[int, Kept]:
    kept: dict[int, Kept] = {}
    for submission_id, number, grain_id, event_date, status, review in records:
        kept.setdefault(submission_id, {})[number] = KeptRecord(grain_id, event_date, status, review, {})
    for submission_id, number, cell_id, n in facts:
        kept[submission_id][number].facts[cell_id] = n
    return kept


def _kinds(db: Database, cells: Iterable[Cell], old: Iterable[Kept]) -> dict[int, Kind]:
    kinds = {key_of(cell): Kind(*cell[:4]) for cell in cells}
    missing = {key for kept in old for record in kept.values() for key in record.facts} - kinds.keys()
    if missing:
        rows = db.execute(
            f"""
            SELECT id, {", ".join(Kind._fields)} FROM cell
            WHERE id IN (SELECT value FROM json_each(:ids))
            """,
            {"ids": json.dumps(sorted(missing))},
        )
        kinds |= {row[0]: Kind(*row[1:]) for row in rows}
    return kinds


def _spell_out(
    db: Database, cells: Iterable[Cell], grains: Iterable[Grain], codes: Mapping[int, str]
) -> None:
    db.conn.executemany(
        f"""
        INSERT INTO cell (id, {", ".join(Cell._fields)}, facts)
        VALUES (?, {_places(Cell._fields)}, 0) ON CONFLICT DO NOTHING
        """,
        [(key_of(cell), *cell) for cell in cells],
    )
    db.conn.executemany(
        f"""
        INSERT INTO grain (id, {", ".join(Grain._fields)})
        VALUES (?, {_places(Grain._fields)}) ON CONFLICT DO NOTHING
        """,
        [(key_of_grain(grain, codes[grain.project_id]), *grain) for grain in grains],
    )


def _places(columns: Sequence[str]) -> str:
    return ", ".join("?" for _ in columns)


def _write_rows(db: Database, changed: set[int], records: Iterable[Row], facts: Iterable[Row]) -> None:
    gone = {"ids": json.dumps(sorted(changed))}
    db.execute("DELETE FROM fact WHERE submission_id IN (SELECT value FROM json_each(:ids))", gone)
    db.execute("DELETE FROM record WHERE submission_id IN (SELECT value FROM json_each(:ids))", gone)
    db.conn.executemany(
        """
        INSERT INTO record (submission_id, number, grain_id, event_date, status, review)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [row for row in records if row[0] in changed],
    )
    db.conn.executemany(
        "INSERT INTO fact (submission_id, record, cell_id, n) VALUES (?, ?, ?, ?)",
        [row for row in facts if row[0] in changed],
    )


def _move_tallies(db: Database, difference: _Difference) -> int:
    moves = sorted((*key, *values) for key, values in difference.tallies.items() if any(values))
    db.conn.executemany(
        """
        INSERT INTO tally (grain_id, cell_id, received, edited, has_issues, approved, sheets, approved_sheets)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (grain_id, cell_id) DO UPDATE SET
            received = received + excluded.received,
            edited = edited + excluded.edited,
            has_issues = has_issues + excluded.has_issues,
            approved = approved + excluded.approved,
            sheets = sheets + excluded.sheets,
            approved_sheets = approved_sheets + excluded.approved_sheets
        """,
        moves,
    )
    db.conn.executemany(
        "DELETE FROM tally WHERE grain_id = ? AND cell_id = ? AND sheets = 0",
        [move[:2] for move in moves if move[2 + SHEETS] < 0],
    )
    return len(moves)


def _move_sheets(db: Database, difference: _Difference) -> None:
    moves = sorted(
        (grain_id, *kind, sheets, approved)
        for (grain_id, kind), (sheets, approved) in difference.sheets.items()
        if sheets or approved
    )
    db.conn.executemany(
        """
        INSERT INTO sheet_tally (grain_id, measure, unit, reach, subset, sheets, approved_sheets)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (grain_id, measure, unit, reach, subset) DO UPDATE SET
            sheets = sheets + excluded.sheets,
            approved_sheets = approved_sheets + excluded.approved_sheets
        """,
        moves,
    )
    db.conn.executemany(
        """
        DELETE FROM sheet_tally
        WHERE grain_id = ? AND measure = ? AND unit = ? AND reach = ? AND subset = ? AND sheets = 0
        """,
        [move[:5] for move in moves if move[5] < 0],
    )


def _forget_cells(db: Database, facts: Mapping[int, int]) -> None:
    """Bring the number of facts of each cell up to date; a cell without facts is forgotten."""
    moved = [(n, cell_id) for cell_id, n in facts.items() if n]
    db.conn.executemany("UPDATE cell SET facts = facts + ? WHERE id = ?", moved)
    db.conn.executemany("DELETE FROM cell WHERE id = ? AND facts = 0", [(key,) for n, key in moved if n < 0])


def _forget_grains(db: Database, grain_ids: Iterable[int]) -> None:
    db.conn.executemany(
        """
        DELETE FROM grain
        WHERE id = :id AND NOT EXISTS (SELECT 1 FROM record WHERE record.grain_id = :id)
        """,
        [{"id": grain_id} for grain_id in grain_ids],
    )
