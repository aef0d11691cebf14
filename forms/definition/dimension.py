"""What numbers are counted by, declared once: when, where, within what, and of whom.

Columns, keys, SQL, filters, command-line options, parameters of addresses and the views kept for speed are made from
this declaration. A further dimension is a field of `Grain` and a line of DIMENSIONS, a migration that adds its column
to the table `grain`, and a heading (`server.words.table_file.HEADINGS`).
"""

from dataclasses import dataclass
from typing import NamedTuple

PERIOD, PLACE, CODE, PEOPLE = "period", "place", "code", "people"
BY_ACTIVITY, BY_PLACE = "activity", "place"


class Grain(NamedTuple):
    """When, where and within what something was counted: the smallest grain that is kept (domain page § 6.1).

    The order of its fields is the order in which its key is made (`sync.counting.cell.key_of`).
    """

    month: str = ""
    """"2020-03", or "" where the sheet has no readable date."""
    project_id: int = 0
    form: str = ""
    place: str = ""
    """Code of the finest place answered, whatever its level."""
    cso: str = ""
    activity: str = ""
    setting: str = ""
    programme: str = ""
    mechanism: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that numbers can be laid out by, and filtered on."""

    name: str
    """As people ask for it: in an address, as an option, over a column."""
    column: str
    """What tells it: a field of `Grain`, or of `sync.counting.cell.Cell` where it is about people."""
    level: str
    """PERIOD, PLACE, CODE or PEOPLE."""
    tag: str = ""
    """The value of `fiche:dimension` by which a question answers it; "" where no question does."""
    views: tuple[str, ...] = ()
    """Which of the coarser sums know it (`aggregates.tallies.materialized_views`). With a place and an activity in one
    view, or with the mechanism in any, a view would be as fine as the tallies themselves."""


_BOTH = (BY_ACTIVITY, BY_PLACE)
DIMENSIONS = (
    Dimension("month", "month", PERIOD, "date", _BOTH),
    Dimension("quarter", "month", PERIOD, "date", _BOTH),
    Dimension("year", "month", PERIOD, "date", _BOTH),
    Dimension("region", "place", PLACE, "place", (BY_PLACE,)),
    Dimension("cercle", "place", PLACE, "place", (BY_PLACE,)),
    Dimension("commune", "place", PLACE, "place", (BY_PLACE,)),
    Dimension("village", "place", PLACE, "place", (BY_PLACE,)),
    Dimension("project", "project_id", CODE, "", _BOTH),
    Dimension("cso", "cso", CODE, "cso", _BOTH),
    Dimension("form", "form", CODE, "", _BOTH),
    Dimension("activity", "activity", CODE, "activity", (BY_ACTIVITY,)),
    Dimension("setting", "setting", CODE, "setting", (BY_ACTIVITY,)),
    Dimension("programme", "programme", CODE, "programme", (BY_ACTIVITY,)),
    Dimension("mechanism", "mechanism", CODE, "mechanism"),
    Dimension("category", "category", CODE, "category", (BY_ACTIVITY,)),
    Dimension("sex", "sex", PEOPLE, "sex"),
    Dimension("age_band", "age_band", PEOPLE, "age"),
)
"""In the order in which they are offered."""

OTHER_TAGS = ("status", "birthdate", "birth_year", "person")
"""Further values of `fiche:dimension`: whether it took place, and other ways to tell an age or a person."""
TAGS = (*dict.fromkeys(dimension.tag for dimension in DIMENSIONS if dimension.tag), *OTHER_TAGS)
"""All values of `fiche:dimension`."""
FILTERS = tuple(dimension.name for dimension in DIMENSIONS if dimension.level != PERIOD)
"""What is filtered on by its values; a period is asked by its first and last month."""


def names_of(*levels: str) -> tuple[str, ...]:
    """The dimensions of these levels, in their order.

    >>> names_of(PERIOD)
    ('month', 'quarter', 'year')
    """
    return tuple(dimension.name for dimension in DIMENSIONS if dimension.level in levels)


def columns_in(view: str) -> tuple[str, ...]:
    """The columns of a grain that a view keeps, in the grain's order."""
    kept = {dimension.column for dimension in DIMENSIONS if view in dimension.views}
    return tuple(column for column in Grain._fields if column in kept)
