"""Where an organisation works, and the table that says so. Pure."""

from dataclasses import dataclass

from forms.base.table import CellProblem, CellsRefused, Rows, TableLayout, find_columns
from forms.base.table_cell import read_day

LAYOUT = TableLayout(
    {
        "place": ("place", "lieu", "village", "code", "code lieu", "place code"),
        "from": ("from", "du", "de", "debut", "depuis", "start"),
        "to": ("to", "au", "a", "fin", "jusque", "end"),
    },
    required=(("place",), ("from",)),
    most_rows=50_000,
    largest_file=8_000_000,
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A place of the register and all below it, from a day to a day."""

    place: str
    first_day: str
    """"2020-01-31"."""
    last_day: str = ""
    """"" while it goes on."""


def read_zones(rows: Rows) -> tuple[Zone, ...]:
    """The zones of a table with the columns place, from and to (days; the last may be missing or empty).

    Raises ColumnsMissing, or CellsRefused with every mistake.
    """
    columns = find_columns(rows, LAYOUT)
    zones: list[Zone] = []
    problems: list[CellProblem] = []
    for number, cells in rows:
        if number <= columns.row:
            continue
        place, first, last = (columns.text(cells, name) for name in ("place", "from", "to"))
        first_day, last_day = read_day(first), read_day(last) if last else ""
        before = len(problems)
        if not place:
            problems.append(columns.problem(number, "place", place, "required"))
        if first_day is None:
            problems.append(columns.problem(number, "from", first, "day_unreadable" if first else "required"))
        if last_day is None:
            problems.append(columns.problem(number, "to", last, "day_unreadable"))
        if first_day and last_day and last_day < first_day:
            problems.append(columns.problem(number, "to", last, "ends_before_it_begins", first))
        if len(problems) == before and first_day is not None and last_day is not None:
            zones.append(Zone(place, first_day, last_day))
    if problems:
        raise CellsRefused(problems=tuple(problems))
    return tuple(zones)
