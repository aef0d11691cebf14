"""Reads a table of places: a row a place, with the code of the place above it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.base.formula import as_written
from forms.base.table import CellProblem, CellsRefused, Columns, Rows, TableLayout, find_columns
from forms.base.table_cell import plain, read_count, read_day, read_degrees
from forms.places.place import LEVELS, Place
from forms.places.register_change import with_successors
from forms.places.register_check import mistakes

HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("code", "code lieu", "code du lieu", "place code"),
    "level": ("level", "niveau"),
    "name": ("name", "nom", "nom du lieu", "lieu", "place"),
    "parent": ("parent", "code parent", "code du parent", "parent code"),
    "cso": ("cso", "osc"),
    "latitude": ("lat", "latitude"),
    "longitude": ("lon", "long", "lng", "longitude"),
    "population": ("population", "habitants"),
    "aliases": ("aliases", "alias", "autres noms", "autres codes", "other names"),
    "valid_from": ("valid from", "valable du", "valide du", "valide depuis", "depuis"),
    "valid_to": ("valid to", "valable au", "valide au", "valide jusque", "jusque"),
    "successor": ("successor", "successeur", "code successeur", "remplace par"),
}
"""By column, its headings as `plain` writes them; the first is the one that files of fiche's own have."""
LAYOUT = TableLayout(
    HEADINGS,
    required=(("code",), ("level",), ("name",), ("parent",)),
    most_rows=50_000,  # Mali has some 12,000 villages
    largest_file=8_000_000,
)
OPTIONAL = ("cso", "latitude", "longitude", "population", "aliases", "valid_from", "valid_to", "successor")
LONGEST_CELL = 200
BETWEEN_ALIASES = "|"
"""Names hold commas and semicolons are between the columns of a CSV."""
SOUTH_TO_NORTH, WEST_TO_EAST = 90, 180
"""The largest latitude and longitude, in degrees."""


@dataclass(frozen=True, slots=True)
class Register:
    """What is there when a table comes, and what whoever brings it says of places that it leaves out."""

    places: Sequence[Place] = ()
    successors: Mapping[str, str] = field(default_factory=dict)
    """By the code of a place that the table leaves out, that of the place that it became a part of."""
    today: str = ""
    """The last day of the places that close now."""


NOTHING = Register()


def read_gazetteer(rows: Rows, register: Register = NOTHING) -> tuple[Place, ...]:
    """The places that a table makes of a register, in its order.

    A column that the table does not have changes nothing. Places that it leaves out stay where they have a successor,
    or get one now. Raises ColumnsMissing, SuccessorUnfit, or CellsRefused with every mistake.
    """
    columns, read, problems = _read(rows)
    places = _merged(columns, read, register)
    for mistake in mistakes(places) if not problems else ():
        row = read.get(mistake.code)
        if row is not None:
            problems.append(row.problem(mistake.column, mistake.rule, *mistake.allowed))
        else:  # a place that the table leaves out, whose successor it leaves out as well
            told = columns.problem(columns.row, mistake.column, mistake.code, mistake.rule, *mistake.allowed)
            problems.append(told)
    if problems:
        raise CellsRefused(problems=tuple(sorted(problems, key=lambda problem: problem.row)))
    return places


def _merged(columns: Columns, read: Mapping[str, "_Row"], register: Register) -> tuple[Place, ...]:
    before = {place.code: place for place in register.places if not place.is_unlisted}
    missing = [column for column in OPTIONAL if column not in columns.at]
    written = [
        replace(row.place, **{column: getattr(before[code], column) for column in missing})
        if code in before
        else row.place
        for code, row in read.items()
    ]
    kept = [place for code, place in before.items() if place.successor and code not in read]
    return with_successors(register.places, (*written, *kept), register.successors, last_day=register.today)


def read_places(rows: Rows) -> tuple[Place, ...]:
    """The places of a table, whether each hangs on another or not.

    Raises ColumnsMissing, or CellsRefused with every cell that cannot be read.
    """
    _columns, read, problems = _read(rows)
    if problems:
        raise CellsRefused(problems=tuple(problems))
    return tuple(row.place for row in read.values())


def _read(rows: Rows) -> tuple[Columns, dict[str, "_Row"], list[CellProblem]]:
    """Each row by its code, and what is wrong with cells."""
    columns = find_columns(rows, LAYOUT)
    read: dict[str, _Row] = {}
    problems: list[CellProblem] = []
    for number, cells in rows:
        if number <= columns.row:
            continue
        row = _Row(number, columns, cells)
        if row.place.is_unlisted:
            continue  # a file that was made from the register names what is made from it
        if row.place.code in read and row.place.code:
            row.refuse("code", "twice")
        problems += row.problems
        read.setdefault(row.place.code, row)
    return columns, read, problems


class _Row:
    """One row being read; every mistake in it is noted, not the first alone."""

    def __init__(self, number: int, columns: Columns, cells: Sequence[str]) -> None:
        self.number = number
        self.columns = columns
        self.cells = cells
        self.problems: list[CellProblem] = []
        self.place = self._place()
        """Of no use where anything in it is refused."""

    def _place(self) -> Place:
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
            self.aliases(),
            self.day("valid_from"),
            self.day("valid_to"),
            self.text("successor"),
        )

    def problem(self, column: str, rule: str, *allowed: str) -> CellProblem:
        """What is wrong with the cell of a column."""
        found = self.columns.text(self.cells, column)
        return self.columns.problem(self.number, column, found, rule, *allowed)

    def refuse(self, column: str, rule: str, *allowed: str) -> None:
        """Note a mistake."""
        self.problems.append(self.problem(column, rule, *allowed))

    def text(self, column: str) -> str:
        """What stands in a column."""
        text = as_written(self.columns.text(self.cells, column))
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

    def day(self, column: str) -> str:
        """A day as "2020-01-31", "" where nothing stands."""
        text = self.text(column)
        day = read_day(text) if text else ""
        if day is None:
            self.refuse(column, "day_unreadable")
        return day or ""

    def aliases(self) -> tuple[str, ...]:
        """Other codes and names, each once."""
        parts = (part.strip() for part in self.text("aliases").split(BETWEEN_ALIASES))
        return tuple(dict.fromkeys(part for part in parts if part))
