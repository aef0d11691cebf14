"""A table that somebody wrote in a spreadsheet: its rows, where its columns stand, what is wrong in a cell. Pure.

The rows come from a file (`server.base.table_reader`) or from a program. The plan, the places and the zones are
read by this.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from forms.base.refusal import Refusal
from forms.base.table_cell import plain

Rows = Sequence[tuple[int, Sequence[str]]]
"""The rows of a file that are not empty, each with its number, from 1."""
SEARCHED_ROWS = 20
"""A heading stands among the first rows, below a title perhaps."""
SHOWN_HEADINGS = 20


class ColumnsMissing(Refusal):
    """The table has no such columns (`missing`, `found`, `near`: "comune → commune")."""


class CellsRefused(Refusal):
    """Cells of the table cannot be used (`problems`, each a CellProblem, by row)."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why a cell is refused, or, where it is only a remark, what was made of it."""

    row: int
    column: str
    """The heading as it stands in the file; the column's own name where the file has none."""
    found: str
    rule: str
    """A word that the table's own sentences explain."""
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class TableLayout:
    """The columns that a kind of table may have."""

    headings: Mapping[str, Sequence[str]]
    """By column, its headings as `plain` writes them, the one that is told first."""
    required: Sequence[Sequence[str]]
    """Of each of these groups of columns the table has at least one."""
    most_rows: int = 10_000
    largest_file: int = 1_000_000
    """In bytes: a plan of a year of 150 villages is some 200 kB."""

    @cached_property
    def by_heading(self) -> Mapping[str, str]:
        """The column of each heading."""
        return {heading: column for column, headings in self.headings.items() for heading in headings}

    def nearest(self, heading: str) -> str:
        """The heading that is told for the known one that is nearly this one, "" where none is."""
        near = difflib.get_close_matches(plain(heading)[:40], self.by_heading, n=1, cutoff=0.75)
        return self.headings[self.by_heading[near[0]]][0] if near and len(plain(heading)) > 2 else ""

    def known_among(self, cells: Sequence[str]) -> int:
        """How many columns a row of headings names."""
        return len({self.by_heading[plain(cell)] for cell in cells if plain(cell) in self.by_heading})


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, and what was not understood."""

    row: int
    """Number of the row of headings."""
    at: dict[str, int]
    """Position by column."""
    written: dict[str, str]
    """The heading as it stands in the file, by column."""
    unread: tuple[tuple[str, str], ...]
    """Headings that are not read, each with the one that was perhaps meant, or ""."""

    def text(self, cells: Sequence[str], column: str) -> str:
        """What a row says in a column, "" where it has none."""
        position = self.at.get(column)
        return cells[position].strip() if position is not None and position < len(cells) else ""

    def problem(self, row: int, column: str, found: str, rule: str, *allowed: str) -> CellProblem:
        """A mistake in a cell, told by the heading that the file itself has."""
        heading = shortened(self.written.get(column, column))
        return CellProblem(row, heading, shortened(found), rule, allowed)


def find_columns(rows: Rows, layout: TableLayout) -> Columns:
    """The row of headings among the first rows. Raises ColumnsMissing."""
    best: tuple[int, Sequence[str]] = (0, ())
    most = 0
    for number, cells in rows[:SEARCHED_ROWS]:
        known = layout.known_among(cells)
        if known > most:
            best, most = (number, cells), known
    number, cells = best if most else (rows[0] if rows else best)
    at: dict[str, int] = {}
    unread = []
    for position, cell in enumerate(cells):
        column = layout.by_heading.get(plain(cell))
        if column and column not in at:
            at[column] = position
        elif cell.strip():
            unread.append((shortened(cell), layout.nearest(cell)))
    missing = [
        " / ".join(layout.headings[column][0] for column in either)
        for either in layout.required
        if not any(column in at for column in either)
    ]
    if missing:
        near = [f"{heading} → {meant}" for heading, meant in unread if meant]
        raise ColumnsMissing(
            missing=tuple(missing),
            found=tuple(shortened(cell) for cell in cells if cell.strip())[:SHOWN_HEADINGS],
            near=tuple(near),
        )
    return Columns(number, at, {column: cells[position] for column, position in at.items()}, tuple(unread))


def shortened(text: str, most: int = 60) -> str:
    """A text that fits in a line of a report."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
