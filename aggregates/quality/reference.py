"""What the rules know besides the sheets: places, zones of organisations, and mechanisms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place of the gazetteer."""

    line: tuple[str, ...]
    """Its own code and those of all levels above."""
    is_unlisted: bool
    """Whether it is the entry « pas dans la liste » of a commune."""
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None


@dataclass(frozen=True, slots=True)
class KnownZone:
    """A place where an organisation works, with all below it, from a day to a day ("" while it goes on)."""

    place: str
    first_day: str
    last_day: str

    def holds(self, line: Sequence[str], day: date) -> bool:
        """Whether a place on this line is in the zone on a day."""
        written = day.isoformat()
        return (
            self.place in line
            and self.first_day <= written
            and (not self.last_day or written <= self.last_day)
        )


@dataclass(frozen=True, slots=True)
class KnownMechanism:
    """A club, committee, network or space of the list that a form offers."""

    kind: str
    """Its type ("cdm", "espace_sur" …), "" where the list does not say."""
    place: str
    """The commune or village it belongs to, "" where the list does not say."""
    closed_on: str
    """ISO date, "" while it is open."""


Mechanisms = Mapping[str, KnownMechanism]


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """All that is known; an empty list makes its rules say nothing."""

    places: Mapping[str, KnownPlace] = field(default_factory=dict, hash=False)
    zones: Mapping[str, tuple[KnownZone, ...]] = field(default_factory=dict, hash=False)
    """By the organisation's code in small letters."""

    @property
    def digest(self) -> str:
        """Another one as soon as anything in them is another: then every sheet is examined again."""
        text = repr((sorted(self.places.items(), key=str), sorted(self.zones.items(), key=str)))
        return blake2b(text.encode(), digest_size=8).hexdigest()


def read_mechanisms(rows: Sequence[Mapping[str, str | None]]) -> Mapping[str, KnownMechanism]:
    """The mechanisms of a form's list: columns name, and type, village, commune, closed where they are known."""
    found = {}
    for row in rows:
        get = {key: (value or "").strip() for key, value in row.items() if isinstance(value, str)}.get
        name = get("name", "")
        if name:
            place = get("village", "") or get("commune", "")
            found[name] = KnownMechanism(get("type", ""), place, get("closed", ""))
    return found
