"""Reads a table of places: a row a place, with the code of the place above it. Pure."""

from collections.abc import Sequence

from forms.base.table import CellProblem, CellsRefused, Columns, Rows, TableLayout, find_columns
from forms.base.table_cell import plain, read_count, read_degrees
from forms.places.place import LEVELS, Place

HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("code", "code lieu", "code du lieu", "place code"),
    "level": ("level", "niveau"),
    "name": ("name", "nom", "nom du lieu", "lieu", "place"),
    "parent": ("parent", "code parent", "code du parent", "parent code"),
    "cso": ("cso", "osc"),
    "latitude": ("lat", "latitude"),
    "longitude": ("lon", "long", "lng", "longitude"),
    "population": ("population", "habitants"),
}
"""By column, its headings as `plain` writes them; the first is the one that files of fiche's own have."""
LAYOUT = TableLayout(
    HEADINGS,
    required=(("code",), ("level",), ("name",), ("parent",)),
    most_rows=50_000,  # Mali has some 12,000 villages
    largest_file=8_000_000,
)
LONGEST_CELL = 200
SOUTH_TO_NORTH, WEST_TO_EAST = 90, 180
"""The largest latitude and longitude, in degrees."""


def read_gazetteer(rows: Rows) -> tuple[Place, ...]:
    """The places of a table, in its order.

    Raises ColumnsMissing, or CellsRefused with every mistake.
    """
    columns = find_columns(rows, LAYOUT)
    places: dict[str, Place] = {}
    problems: list[CellProblem] = []
    for number, cells in rows:
        if number <= columns.row:
            continue
        row = _Row(number, columns, cells)
        place = row.read()
        if place.code and place.code in places:
            row.refuse("code", "twice")
        places[place.code] = place
        problems += row.problems
    if problems:
        raise CellsRefused(problems=tuple(problems))
    return tuple(places.values())


class _Row:
    """One row being read; every mistake in it is noted, not the first alone."""

    def __init__(self, number: int, columns: Columns, cells: Sequence[str]) -> None:
        self.number = number
        self.columns = columns
        self.cells = cells
        self.problems: list[CellProblem] = []

    def read(self) -> Place:
        """The place, of no use where anything in it is refused."""
        level = plain(self.text("level"))
        if level not in LEVELS:
            self.refuse("level", "level_unknown", *LEVELS)
        return Place(
            self.needed("code"),
            level,
            self.needed("name"),
            self.text("parent"),
            self.text("cso"),
            self.degrees("latitude", SOUTH_TO_NORTH),
            self.degrees("longitude", WEST_TO_EAST),
            self.count("population"),
        )

    def refuse(self, column: str, rule: str, *allowed: str) -> None:
        """Note a mistake."""
        found = self.columns.text(self.cells, column)
        self.problems.append(self.columns.problem(self.number, column, found, rule, *allowed))

    def text(self, column: str) -> str:
        """What stands in a column."""
        text = self.columns.text(self.cells, column)
        if len(text) > LONGEST_CELL:
            self.refuse(column, "too_long", str(LONGEST_CELL))
        return text

    def needed(self, column: str) -> str:
        """What stands in a column in which something must stand."""
        text = self.text(column)
        if not text:
            self.refuse(column, "required")
        return text

    def degrees(self, column: str, largest: int) -> float | None:
        """Degrees, None where nothing stands."""
        text = self.text(column)
        degrees = read_degrees(text, largest=largest) if text else None
        if text and degrees is None:
            self.refuse(column, "degrees_unreadable", str(-largest), str(largest))
        return degrees

    def count(self, column: str) -> int | None:
        """A whole number, None where nothing stands."""
        text = self.text(column)
        count = read_count(text) if text else None
        if text and count is None:
            self.refuse(column, "number_unreadable")
        return count
