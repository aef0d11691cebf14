"""What a reader asks of the tallies, checked: a query that exists can be answered.

Made by the edge from a request or a command line, answered by `aggregates.report.report`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.base.month import Month
from forms.base.refusal import Refusal
from forms.definition import dimension as declared
from forms.definition.dimension import names_of
from forms.definition.tally_tag import MEASURES, REACHES, UNITS
from forms.places.place_map import MAPS, THEN

PLACES = names_of(declared.PLACE)
CODES = names_of(declared.CODE)
PEOPLE = names_of(declared.PEOPLE)
DIMENSIONS = names_of(declared.PERIOD, declared.PLACE, declared.CODE, declared.PEOPLE)
"""What numbers can be laid out by, and filtered on."""

STATUSES = ("provisional", "verified")
SUBSET = re.compile(r"([a-z][a-z0-9_]*)?")

AGE_UNDETAILED = "age_undetailed"
"""Counted in a band that does not fit in one band of the asked scheme (domain page § 2.2, rule 2)."""
AGE_UNKNOWN = "age_unknown"


class QueryInvalid(Refusal):
    """A parameter has a value that it cannot have: `parameter`, `value`, `allowed` (may be empty)."""


@dataclass(frozen=True, slots=True)
class TallyQuery:
    """One table of one measure, unit, reach and subset: what may not be added up cannot be asked together.

    Raises QueryInvalid.
    """

    by: tuple[str, ...] = ()
    """Dimensions of the rows, outer first."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Dimension -> the values that count. "" is a value: what has no place, no date, no sex …"""
    measure: str = "participants"
    unit: str = ""
    """"" for the measure's own: "events" where it counts no people, else "contacts"."""
    reach: str = "direct"
    subset: str = ""
    status: str = "provisional"
    scheme: str = ""
    """Name of the age scheme, "" for the programme's own."""
    first_month: str = ""
    """"2020-03": this month and later; "" for no bound. With a bound, sheets without a date are left out."""
    last_month: str = ""
    map: str = THEN
    """Whether places stand where they stood in each month, or where they are today (`forms.places.place_map`)."""

    @property
    def units(self) -> tuple[str, ...]:
        """The units in which the measure is counted, its own first."""
        return ("events",) if MEASURES[self.measure] == "events" else UNITS

    @property
    def counted_unit(self) -> str:
        """The unit that is counted: the measure's own where none is asked for."""
        return self.unit or self.units[0]

    def __post_init__(self) -> None:
        one_of("measure", self.measure, tuple(MEASURES))
        if self.unit:
            one_of("unit", self.unit, self.units)
        one_of("reach", self.reach, REACHES)
        one_of("status", self.status, STATUSES)
        one_of("map", self.map, MAPS)
        for dimension in (*self.by, *self.filters):
            one_of("by" if dimension in self.by else "filter", dimension, DIMENSIONS)
        if len(set(self.by)) != len(self.by):
            raise QueryInvalid(parameter="by", value=",".join(self.by), allowed=DIMENSIONS)
        if not SUBSET.fullmatch(self.subset):
            raise QueryInvalid(parameter="subset", value=self.subset, allowed=())
        self._check_period()

    def _check_period(self) -> None:
        for parameter, month in (("from", self.first_month), ("to", self.last_month)):
            if month and not Month.is_written(month):
                raise QueryInvalid(parameter=parameter, value=month, allowed=())
        if self.last_month and self.first_month > self.last_month:
            raise QueryInvalid(parameter="to", value=self.last_month, allowed=())


def one_of(parameter: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise QueryInvalid unless `value` is one of those allowed."""
    if value not in allowed:
        raise QueryInvalid(parameter=parameter, value=value, allowed=allowed)
