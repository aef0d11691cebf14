"""What a month's compilation sheet is made of, read once and handed to every block. Pure values.

A block of a further sheet that needs more reads it itself (`aggregates.compilation.compile`, BLOCKS).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregates.compilation.contribution import Contribution
from aggregates.flags.flag import Flag
from aggregates.plan.expectation import MonthExpectation
from aggregates.plan.planned import Planned
from aggregates.report.alphabet import folded
from forms.definition.age_scheme import AgeScheme
from forms.places.place import UNLISTED, LocatedPlace
from sync.counting.cell import Cell

PROVISIONAL, VERIFIED = "provisional", "verified"
STATUSES = (PROVISIONAL, VERIFIED)
Sums = dict[str, int]
"""Numbers by column."""


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """The places that a month names, and those above them."""

    places: Mapping[str, LocatedPlace] = field(default_factory=dict)

    def name(self, code: str) -> str:
        """What a place is called; its code where the gazetteer does not know it."""
        found = self.places.get(code)
        return found.place.name if found else code

    def code(self, sent: str) -> str:
        """The code of the place that a sheet names, perhaps by an alias; as sent where the gazetteer knows none."""
        found = self.places.get(sent)
        return found.place.code if found else sent

    def commune(self, code: str) -> str:
        """The commune of a place; what is higher than a commune, or unknown, stands by itself."""
        found = self.places.get(code)
        return (found.commune or code) if found else code

    def cercle(self, code: str) -> str:
        """The cercle of a place, "" where nobody knows."""
        found = self.places.get(code)
        return found.cercle if found else ""

    def rank(self, code: str) -> tuple[bool, bool, bool, str, str]:
        """Where a place stands among others: by name; villages that are not listed, and what is unknown, last."""
        return code == "", code not in self.places, code.endswith(UNLISTED), folded(self.name(code)), code


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that the sheets of a CSO say about a month, and what was expected of it."""

    month: str
    contributions: tuple[Contribution, ...]
    cells: Mapping[str, Cell]
    place_index: PlaceIndex
    measures: Mapping[str, frozenset[str]]
    """What each form counts today, by its own id: also of forms that sent nothing."""
    measures_of_version: Mapping[int, frozenset[str]]
    """What each version counts of which sheets of the month are: a new version leaves their numbers alone."""
    scheme: AgeScheme
    """By which the programme tells women from girls, and men from boys."""
    planned: tuple[Planned, ...] = ()
    expectation: MonthExpectation | None = None
    flags: Mapping[int, tuple[Flag, ...]] = field(default_factory=dict)
    """By sheet."""
    people: Mapping[int, str] = field(default_factory=dict)
    """What accounts and phones are called."""

    def open_flags(self, submission_id: int) -> int:
        """How many flags of a sheet wait for a decision."""
        found = self.flags.get(submission_id)
        return sum(flag.is_open for flag in found) if found else 0

    def forms_counting(self, measures: frozenset[str]) -> frozenset[str]:
        """The forms that count any of these measures today."""
        return frozenset(form for form, counted in self.measures.items() if counted & measures)

    def versions_counting(self, measures: frozenset[str]) -> frozenset[int]:
        """The versions that count any of these measures, of those that have sheets here."""
        return frozenset(key for key, counted in self.measures_of_version.items() if counted & measures)

    def counting(self, measures: frozenset[str]) -> tuple[Contribution, ...]:
        """What stands in a block of these measures: sheets whose version counts any of them, answered or not."""
        versions = self.versions_counting(measures)
        return tuple(
            contribution for contribution in self.contributions if contribution.definition_id in versions
        )
