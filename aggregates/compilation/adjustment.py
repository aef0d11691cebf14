"""What changed in a month after it was validated: the differences to what was frozen, sheet by sheet (§ 6.3). Pure.

They stand in the compilation sheet of the month in which they arrived, « ajustements après clôture », under either
status and with everything that sheets count: sessions, people, first-timers, reach, changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aggregates.compilation import block_change
from aggregates.compilation.block_session import HEAD_COUNTS
from aggregates.compilation.column import FIRST_TIMERS, PEOPLE, SHEET_COLUMNS
from aggregates.compilation.compilation import LINE, TOTAL, Block, Column, Row, Value
from aggregates.compilation.frozen_fact import Both, Facts, OfMonth, difference
from aggregates.compilation.source import PROVISIONAL, Sums
from forms.definition.age_scheme import AgeScheme
from sync.counting.cell import Cell

CHANGES = "changes"
COUNTED = (*(count.people for count in HEAD_COUNTS), CHANGES)
"""What rows tell of: the people of a measure with their events, or changes. No two are ever added together."""
COLUMNS = tuple(
    dict.fromkeys(
        column.key
        for count in HEAD_COUNTS
        for column in count.columns()
        if column.key not in SHEET_COLUMNS | {"prevues", "nv_fiches"}
    )
) + tuple(block_change.MEASURES.values())
"""Every column that a row may have a difference in."""
LATE, CHANGED, GONE, DECIDED = "late", "changed", "gone", "decided"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The difference of one sheet in one month to what was validated of it."""

    month: str
    submission_id: int
    kind: str
    """"late" (was not there), "changed", "gone" (counts no more), or "decided" (approved, or so no more)."""
    brings: Mapping[str, tuple[Sums, Sums]]
    """By what rows tell of: the differences by column, provisionally and as verified."""
    facts: Facts
    """The same by cell, as it is to be frozen; {} for what was read back."""

    def of(self, counted: str, status: str) -> Sums:
        """The differences of a row by column under a status."""
        return self.brings.get(counted, ({}, {}))[0 if status == PROVISIONAL else 1]

    def as_row(self) -> list[Any]:
        """What is kept of it with a signature."""
        return [
            self.month,
            self.submission_id,
            self.kind,
            {key: list(both) for key, both in self.brings.items()},
        ]


def adjustments(
    validated: Mapping[OfMonth, Facts], current: Mapping[OfMonth, Facts], scheme: AgeScheme
) -> tuple[Adjustment, ...]:
    """The differences between what was validated of some sheets and what they count now, by month and sheet."""
    found = []
    for key in sorted(validated.keys() | current.keys()):
        before, after = validated.get(key, {}), current.get(key, {})
        facts = difference(after, before)
        brings = by_row(facts, scheme)
        if brings:
            is_counted_otherwise = any(number.provisional for number in facts.values())
            kind = CHANGED if is_counted_otherwise else DECIDED
            kind = LATE if not before else GONE if not after else kind
            found.append(Adjustment(*key, kind, brings, facts))
    return tuple(found)


def by_row(facts: Facts, scheme: AgeScheme) -> dict[str, tuple[Sums, Sums]]:
    """Facts as the columns of the rows that they stand in; rows and columns without a number left out."""
    rows: dict[str, dict[str, Both]] = {}
    for cell, number in facts.items():
        for counted, column in _columns_of(cell, scheme):
            row = rows.setdefault(counted, {})
            for name in (column, *_sums_of(column)):
                row[name] = row.get(name, Both(0, 0)).plus(number)
    found = {}
    for counted, row in rows.items():
        provisional = {column: number.provisional for column, number in row.items() if number.provisional}
        verified = {column: number.verified for column, number in row.items() if number.verified}
        if provisional or verified:
            found[counted] = provisional, verified
    return found


def adjustment_blocks(found: Iterable[Adjustment], status: str) -> tuple[Block, ...]:
    """The block, one row a month and what it tells of; nothing where nothing changed after a month was closed."""
    rows: dict[tuple[str, int], tuple[set[int], dict[str, int]]] = {}
    for adjustment in found:
        for number, counted in enumerate(COUNTED):
            if told := adjustment.of(counted, status):
                sheets, sums = rows.setdefault((adjustment.month, number), (set(), {}))
                sheets.add(adjustment.submission_id)
                for column, n in told.items():
                    sums[column] = sums.get(column, 0) + n
    if not rows:
        return ()
    there = [column for column in COLUMNS if any(sums.get(column) for _, sums in rows.values())]
    columns = (
        Column("mois", "month"),
        Column("mesure", "measure"),
        Column("recues", is_listed=True),
        *(Column(column, "difference", is_listed=True) for column in there),
    )
    lines = []
    for (month, number), (sheets, sums) in sorted(rows.items()):
        cells: tuple[int | str | None, ...] = (
            month,
            COUNTED[number],
            len(sheets),
            *(sums.get(column, 0) for column in there),
        )
        lines.append(Row(cells, LINE, {"month": month, "measure": COUNTED[number]}))
    if len({number for _, number in rows}) == 1 and len(lines) > 1:
        numbers_of = [(str(line.cells[0]), line.cells[2:]) for line in lines]
        totals = [_total(column.key, numbers_of, place) for place, column in enumerate(columns[2:])]
        lines.append(Row(("", lines[0].cells[1], *totals), TOTAL))
    return (Block("adjustments", columns, tuple(lines)),)


def _total(column: str, lines: Sequence[tuple[str, Sequence[Value]]], place: int) -> int | None:
    """The sum of a column over several months; None where new persons of two calendar years would be added up."""
    if column.startswith("nv_") and len({month[:4] for month, _ in lines}) > 1:
        return None
    return sum(int(cells[place] or 0) for _, cells in lines)


def adjustment_from(row: Sequence[Any]) -> Adjustment:
    """What `Adjustment.as_row` gave, or what months kept that were signed when only heads were compared."""
    if len(row) == OLD_LENGTH:
        month, submission_id, measure, _, _, heads, kind = row
        told = {column: n for column, n in zip((*PEOPLE, "total"), heads, strict=True) if n}
        return Adjustment(month, submission_id, kind, {measure: (told, {})}, {})
    month, submission_id, kind, brings = row
    return Adjustment(month, submission_id, kind, {key: tuple(both) for key, both in brings.items()}, {})


OLD_LENGTH = 7


def _columns_of(cell: Cell, scheme: AgeScheme) -> Iterable[tuple[str, str]]:
    for count in HEAD_COUNTS:
        if column := count.column_of(cell, scheme):
            yield count.people, column
    if cell.measure in block_change.MEASURES:
        yield CHANGES, block_change.MEASURES[cell.measure]


def _sums_of(column: str) -> tuple[str, ...]:
    """The totals that a column is a part of."""
    if column in PEOPLE:
        return ("total",)
    return ("nv_total",) if column in FIRST_TIMERS else ()
