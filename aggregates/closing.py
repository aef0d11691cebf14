"""Looks whether a compilation sheet adds up, by the four sums of the domain page § 7: V26, defence in depth. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aggregates.compilation import LINE, SUBTOTAL, TOTAL, Block, Compilation, Row, Value

CELLS = ("h", "f", "g", "fi", "autres")
FIRST_TIMERS = tuple(f"nv_{cell}" for cell in CELLS)
ADDED_UP = ("sessions", "activities", "states", "trainings", "changes")


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what its parts add up to."""

    block: str
    row: str
    """Its heading's code, "" for the whole."""
    column: str
    found: int
    expected: int

    def __str__(self) -> str:
        place = f"{self.block}/{self.row}" if self.row else self.block
        return f"{place} {self.column}: {self.found} ≠ {self.expected}"


def differences(compilation: Compilation) -> tuple[Difference, ...]:
    """Every number that does not close; () for a sheet that may be signed."""
    found: list[Difference] = []
    for block in compilation.blocks:
        if block.key in ADDED_UP:
            found += _of_rows(block)
            found += _of_sums(block)
    sessions = compilation.block("sessions")
    if sessions is not None:
        for other in ("activities", "states"):
            found += _of_views(sessions, compilation.block(other))
    return tuple(found)


def _of_rows(block: Block) -> Iterator[Difference]:
    """total = h + f + g + fi (+ others) in every row, of participations and of first-timers."""
    for cells, total in ((CELLS, "total"), (FIRST_TIMERS, "nv_total")):
        if not block.has(total):
            continue
        there = [cell for cell in cells if block.has(cell)]
        for row in block.rows:
            expected = sum(_number(block.value(row, cell)) for cell in there)
            yield from _compared(block, row, total, expected)


def _of_sums(block: Block) -> Iterator[Difference]:
    """Rows add to their subtotal, and rows add to the total."""
    lines, totals = block.of_kind(LINE), block.of_kind(TOTAL)
    for column in block.columns:
        if column.kind != "number":
            continue
        for row in totals:
            yield from _compared(block, row, column.key, _sum(block, lines, column.key))
        for row in block.of_kind(SUBTOTAL):
            inside = [line for line in lines if line.keys.get("commune") == row.keys.get("commune")]
            yield from _compared(block, row, column.key, _sum(block, inside, column.key))


def _of_views(sessions: Block, other: Block | None) -> Iterator[Difference]:
    """Every view has the same total; that by state makes the provisional number (states, not sheets received)."""
    if other is None:
        return
    [whole], [total] = sessions.of_kind(TOTAL), other.of_kind(TOTAL)
    for column in other.columns:
        is_of_states = other.key == "states" and column.key == "recues"
        if column.kind == "number" and sessions.has(column.key) and not is_of_states:
            yield from _compared(other, total, column.key, _number(sessions.value(whole, column.key)))


def _sum(block: Block, rows: Sequence[Row], column: str) -> int:
    return sum(_number(block.value(row, column)) for row in rows)


def _compared(block: Block, row: Row, column: str, expected: int) -> Iterator[Difference]:
    found = _number(block.value(row, column))
    if found != expected:
        heading = next((str(value) for value in row.keys.values()), "")
        yield Difference(block.key, heading, column, found, expected)


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0
