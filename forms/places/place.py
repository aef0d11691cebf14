"""The places of a programme, region to village, and the lists of them that phones choose from."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

LEVELS = ("region", "cercle", "commune", "village")
UNLISTED = "-AUTRE"
"""Ends the code of the entry « Pas dans la liste » of a commune (domain page § 5)."""
UNLISTED_NAME = "Pas dans la liste"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the register."""

    code: str
    level: str
    name: str
    parent: str
    """Code of the place one level up; a region's is its country."""
    cso: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    """How many people live there, where that is known."""
    aliases: tuple[str, ...] = ()
    """Other codes and names by which it is sent, imported and searched."""
    valid_from: str = ""
    """Its first day ("2020-01-31"), "" where it has been there all along."""
    valid_to: str = ""
    """Its last day, "" while it is there."""
    successor: str = ""
    """Code of the place that it became a part of."""

    @property
    def is_unlisted(self) -> bool:
        """Whether it is the entry for the villages of a commune that are not listed: made, and never imported."""
        return self.code == self.parent + UNLISTED

    def is_valid(self, day: str) -> bool:
        """Whether it is there on a day ("2020-01-31")."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class LocatedPlace:
    """A place with the codes of all levels above it, "" below its own."""

    place: Place
    region: str
    cercle: str
    commune: str
    village: str


def locate_all(places: Sequence[Place]) -> tuple[tuple[LocatedPlace, ...], tuple[Place, ...]]:
    """The places that hang on a region, level after level, and those that do not.

    Each commune gets an entry for villages that are not listed, so that a number from there has a place.
    """
    located: dict[str, LocatedPlace] = {}
    stray = []
    for level in LEVELS:
        for place in places:
            if place.level != level:
                continue
            above = located.get(place.parent)
            if level == "region" or (above and LEVELS.index(above.place.level) == LEVELS.index(level) - 1):
                located[place.code] = _located(place, above)
            else:
                stray.append(place)
    for commune in [
        located_place for located_place in located.values() if located_place.place.level == "commune"
    ]:
        code = commune.place.code + UNLISTED
        unlisted = Place(code, "village", UNLISTED_NAME, commune.place.code, commune.place.cso)
        located[code] = _located(unlisted, commune)
    return tuple(located.values()), tuple(stray)


def by_any_code(places: Iterable[Place]) -> dict[str, Place]:
    """Each place by its code and by every other code or name that sheets may send for it."""
    known = list(places)
    others = {alias: place for place in known for alias in place.aliases}
    return {**others, **{place.code: place for place in known}}


def offered(places: Sequence[Place], day: str) -> tuple[Place, ...]:
    """The places that new sheets may name on a day ("2020-01-31"), each below one that may be named as well.

    What hangs on a place that has become a part of another hangs on that one.
    """
    known = {place.code: place for place in places if not place.is_unlisted}

    def above(code: str) -> str:
        seen: set[str] = set()
        while (place := known.get(code)) and not place.is_valid(day) and place.successor and code not in seen:
            seen.add(code)
            code = place.successor
        return code

    return tuple(
        replace(place, parent=above(place.parent)) for place in known.values() if place.is_valid(day)
    )


def media_files(places: Sequence[Place], day: str) -> dict[str, bytes]:
    """The lists that the sheets' cascade reads on a day: regions.csv, cercles.csv, communes.csv, villages.csv.

    Columns name (the code), label, the level above, and cso; by label, « Pas dans la liste » last.
    """
    located, _ = locate_all(offered(places, day))
    files = {}
    for number, level in enumerate(LEVELS):
        above = LEVELS[number - 1] if number else ""
        rows = [located_place.place for located_place in located if located_place.place.level == level]
        rows.sort(key=lambda place: (place.code.endswith(UNLISTED), place.name, place.code))
        files[f"{level}s.csv"] = _csv(rows, above)
    return files


def _csv(places: Iterable[Place], above: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "label", *([above] if above else []), "cso"])
    for place in places:
        writer.writerow([place.code, place.name, *([place.parent] if above else []), place.cso])
    return text.getvalue().encode()


def _located(place: Place, above: LocatedPlace | None) -> LocatedPlace:
    codes = {level: getattr(above, level) if above else "" for level in LEVELS}
    codes[place.level] = place.code
    return LocatedPlace(place, **codes)
