"""Looks whether a compilation sheet adds up, by the five sums of the domain page § 7: V26, defence in depth. Pure.

The fifth: it says what the tallies say of its CSO and month, for every measure, unit, reach, subset, sex, band and
status; cell by cell, and again column by column as it is shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aggregates.compilation.adjustment import CHANGES, by_row
from aggregates.compilation.block_session import HEAD_COUNTS, OTHER_PEOPLE, SESSIONS, TRAININGS
from aggregates.compilation.closing import Numbers, sums_that_differ
from aggregates.compilation.column import NOT_HELD, PEOPLE
from aggregates.compilation.compilation import LINE, SUBTOTAL, TOTAL, VERIFIED, Block, Compilation, Row
from aggregates.compilation.frozen_fact import NOTHING, Both, Facts
from aggregates.compilation.snapshot import CompiledMonth
from aggregates.compilation.source import PROVISIONAL, STATUSES, Sums
from forms.definition.age_scheme import AgeScheme
from sync.counting.cell import Cell

FIRST_TIMERS = tuple(f"nv_{person}" for person in PEOPLE)
ADDED_UP = (
    "sessions", "activities", "states", "trainings", "changes", *(count.people for count in OTHER_PEOPLE)
)  # fmt: skip
BLOCK_OF = {
    **{count.people: count.people for count in HEAD_COUNTS},
    SESSIONS.people: "sessions",
    TRAININGS.people: "trainings",
    CHANGES: CHANGES,
}
"""The block in which the people of a measure stand."""
OF_STATES = ("recues",)
"""Columns that the view by state has of counted sheets alone."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what its parts add up to."""

    block: str
    row: str
    """The commune of a subtotal and its rows, "" for the whole."""
    column: str
    found: int
    expected: int

    def __str__(self) -> str:
        place = f"{self.block}/{self.row}" if self.row else self.block
        return f"{place} {self.column}: {self.found} ≠ {self.expected}"


def differences(compilation: Compilation) -> tuple[Difference, ...]:
    """Every number that does not close; () for a sheet that may be signed."""
    blocks = {block.key: block for block in compilation.blocks if block.key in ADDED_UP}
    found = [difference for block in blocks.values() for difference in _inside(block)]
    sessions = blocks.get("sessions")
    for key in ("activities", "states"):
        if sessions is not None and key in blocks:
            found += _across(sessions, blocks[key])
    return tuple(found)


def _inside(block: Block) -> list[Difference]:
    """total = h + f + g + fi (+ others) in every row; rows add to subtotals, and to the total."""
    across = {
        total: [part for part in parts if block.has(part)]
        for total, parts in (("total", PEOPLE), ("nv_total", FIRST_TIMERS))
        if block.has(total)
    }
    rows = [(row.keys.get("commune", ""), _numbers(block, row)) for row in block.of_kind(LINE)]
    subtotals = {row.keys["commune"]: _numbers(block, row) for row in block.of_kind(SUBTOTAL)}
    [total] = block.of_kind(TOTAL)
    found = sums_that_differ(rows, subtotals=subtotals, total=_numbers(block, total), across=across)
    for verified in block.of_kind(VERIFIED):
        found += sums_that_differ(
            [("", _numbers(block, verified))], subtotals={}, total=_numbers(block, verified), across=across
        )
    return [
        Difference(block.key, difference.where, difference.column, difference.stated, difference.summed)
        for difference in found
    ]


def _across(sessions: Block, other: Block) -> list[Difference]:
    """Every view has the same total; that by state makes the provisional number (states, not sheets received)."""
    [stated], [total] = sessions.of_kind(TOTAL), other.of_kind(TOTAL)
    expected, found = _numbers(sessions, stated), _numbers(other, total)
    return [
        Difference(other.key, "", column, n or 0, expected[column] or 0)
        for column, n in found.items()
        if column in expected
        and (n or 0) != (expected[column] or 0)
        and not (other.key == "states" and column in OF_STATES)
    ]


def _numbers(block: Block, row: Row) -> Numbers:
    return {
        column.key: value
        for column, value in zip(block.columns, row.cells, strict=True)
        if column.kind == "number" and (value is None or isinstance(value, int))
    }


def differences_to(
    tallies: Mapping[Cell, tuple[int, int]], month: CompiledMonth, scheme: AgeScheme
) -> tuple[Difference, ...]:
    """Every number of a month that is not what the tallies say (by cell, provisionally and verified)."""
    stated = {cell: Both(*numbers) for cell, numbers in tallies.items() if any(numbers)}
    return (
        *_by_cell(stated, month),
        *(
            found
            for status in STATUSES
            for found in _by_column(by_row(stated, scheme), month.compilation(status), status)
        ),
    )


def _by_cell(stated: Facts, month: CompiledMonth) -> Iterator[Difference]:
    summed: dict[Cell, Both] = {}
    for facts in month.facts.values():
        for cell, number in facts.items():
            if cell.unit != NOT_HELD:
                summed[cell] = summed.get(cell, NOTHING).plus(number)
    for cell in sorted({*stated, *summed}):
        for status, found, expected in zip(
            STATUSES, summed.get(cell, NOTHING), stated.get(cell, NOTHING), strict=True
        ):
            if found != expected:
                yield Difference(status, " ".join(filter(None, cell)), "", found, expected)


def _by_column(
    stated: dict[str, tuple[Sums, Sums]], compilation: Compilation, status: str
) -> Iterator[Difference]:
    for counted, key in BLOCK_OF.items():
        expected = stated.get(counted, ({}, {}))[0 if status == PROVISIONAL else 1]
        block = compilation.block(key)
        total = block.of_kind(TOTAL)[0] if block else None
        for column, n in expected.items():
            value = block.value(total, column) if block and total and block.has(column) else 0
            if value != n:
                yield Difference(f"{key} {status}", "", column, value if isinstance(value, int) else 0, n)
