"""From where on a rule speaks: the numbers behind the quality rules, as one frozen value.

Read from the section `[quality]` of the configuration, and handed to the rules as an argument.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Group:
    """Whom a group is for (domain page § 2.3); targets, not limits: real groups step over them."""

    lower: int = 0
    upper: int = 150
    sex: str = ""
    """"M", "F", or "" for both."""
    situations: tuple[str, ...] = ()
    """Answers to the question `situation` that fit; () for all."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the map, in degrees."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a position is inside."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


USUAL_MAX: Mapping[str, int] = {
    "visite_domicile": 60,
    "counseling": 60,
    "mediation": 60,
    "focus_groupe": 15,
    "theatre_forum": 500,
    "projection": 500,
    "campagne": 2_000,
    "caravane": 2_000,
    "commemoration": 2_000,
    "certification": 2_000,
}
"""Domain page § 10 V08 where it names the activity; for events in the open, judgement."""

GROUPS: Mapping[str, Group] = {
    "espace_sur": Group(10, 24, "F"),
    "mentoree_inscription": Group(10, 24, "F"),
    "cdm": Group(20, 40, "M", ("marie",)),
    "cdfm": Group(14, 24, "M", ("celibataire",)),
    "groupement_adolescentes": Group(10, 18, "F"),
    "comite_adolescentes": Group(12, 19, "F"),
}
"""Domain page § 2.3, by type of mechanism, category or form."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All of them; each with its rule of the domain page § 10."""

    future_days: int = 1
    """V01: how many days the clock of a phone may be ahead."""
    project_start: date | None = date(2018, 8, 24)
    """V02; None for no beginning."""
    project_end: date | None = None
    late_days: int = 30
    """V03."""
    largest_cell: int = 5_000
    """V04."""
    outlier_factor: int = 10
    """V09: how many times the median."""
    outlier_least_sheets: int = 5
    outlier_months: int = 12
    usual_max: Mapping[str, int] = field(default_factory=lambda: USUAL_MAX, hash=False)
    """V08, V09: the most people that is usual, by activity."""
    usual_max_otherwise: int = 200
    youngest: int = 5
    """V10: no younger participant is possible."""
    oldest: int = 110
    groups: Mapping[str, Group] = field(default_factory=lambda: GROUPS, hash=False)
    """V10, V11: by type of mechanism, category or form."""
    duplicate_days: int = 2
    """V12."""
    duplicate_minutes: int = 10
    repeating_activities: tuple[str, ...] = ("visite_domicile", "counseling", "mediation")
    """V12, V18, V19: what is done several times a day in one village."""
    gps_km: int = 10
    """V14."""
    gps_accuracy_m: int = 100
    country: Box = Box(10.0, 25.1, -12.3, 4.3)
    sessions_a_day: int = 6
    """V18."""
    visits_a_day: int = 20
    """V18, for what is done several times a day."""
    visit_overlap_minutes: int = 15
    """V18: home visits have the hours of a round, told in halves and quarters; so much of an overlap is ordinary."""
    sitting_minutes: int = 15
    """V18: sheets that were filled one after another within so many minutes say nothing about the hour."""
    repeated_sheets: int = 3
    """V19."""
    round_sheets: int = 5
    shortest_seconds: int = 60
    """V21."""

    def is_repeating(self, activity: str) -> bool:
        """Whether an activity is done several times a day in one village, as home visits are."""
        return activity in self.repeating_activities

    def sessions_a_day_of(self, activity: str) -> int:
        """The most sheets of one animator and day that are expected of activities like this one."""
        return self.visits_a_day if self.is_repeating(activity) else self.sessions_a_day

    def usual_max_of(self, activity: str) -> int:
        """The most people that is usual for an activity."""
        return self.usual_max.get(activity, self.usual_max_otherwise)

    @property
    def written(self) -> str:
        """All of them as one text, which is another as soon as one of them is."""
        groups = sorted((name, repr(group)) for name, group in self.groups.items())
        plain = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in ("usual_max", "groups")
        }
        return repr((sorted(plain.items()), sorted(self.usual_max.items()), groups))
