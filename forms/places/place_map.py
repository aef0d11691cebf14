"""Where each place stands on the map of each month, and on that of today. Pure.

A map is read by month, as the tallies are. A place that was moved stands below its old parent until the month from
which the new map is in force, and below its new one from then on; one that was merged stands for itself through its
last day and for its successor afterwards. On the map of today every place is its last successor. Whatever was ever
in the register is on both maps: no import takes a sheet off them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms.base.month import Month
from forms.places.place import LEVELS, UNLISTED, Place

THEN, NOW = "then", "now"
MAPS = (THEN, NOW)
ALWAYS, FOR_EVER = "", "9999-12"
"""The first month of all, before which nothing is, and the last."""
Line = tuple[str, str, str, str]
"""The codes of region, cercle, commune and village, "" below the place's own level."""
Lines = list[tuple[str, Line]]
"""From which month on a place stands where, by month; the first is ALWAYS."""


@dataclass(frozen=True, slots=True)
class Move:
    """A place got another parent."""

    first_month: str
    """From which the new map is in force; "" where it mends what was wrong before."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a code that sheets name stands on a map, through some months."""

    map: str
    code: str
    first_month: str
    last_month: str
    line: Line


def spots(
    places: Sequence[Place], moves: Mapping[str, Sequence[Move]], *, gone: Sequence[Place] = ()
) -> Iterator[Spot]:
    """Every code that sheets may name, on both maps; no two of one code and map share a month.

    `moves` holds those of each place in the order in which they were made, `gone` what was dropped, as it was last.
    """
    known = {place.code: place for place in (*gone, *places) if not place.is_unlisted}
    present = {place.code for place in places}
    maps: dict[str, _Today | _Months] = {NOW: _Today(known), THEN: _Months(known, moves)}
    for name, on_map in maps.items():
        lines = {code: on_map.lines(code) for code in known}
        for code, place in known.items():
            if place.level == "commune":
                unlisted: Lines = [(month, _unlisted(line)) for month, line in lines[code]]
                lines.setdefault(code + UNLISTED, unlisted)
        for code in known.keys() & present:
            for alias in known[code].aliases:
                lines.setdefault(alias, lines[code])
        for code, through in lines.items():
            yield from _spots(name, code, through)


def today(places: Sequence[Place]) -> dict[str, Line]:
    """Where each code that sheets may name stands on today's map of a register."""
    return {spot.code: spot.line for spot in spots(places, {}) if spot.map == NOW}


def _spots(name: str, code: str, lines: Lines) -> Iterator[Spot]:
    ends = [str(Month.parse(month).previous) for month, _ in lines[1:]]
    for (first, line), last in zip(lines, [*ends, FOR_EVER], strict=True):
        yield Spot(name, code, first, last, line)


class _Today:
    """Each place as its last successor, below the last successors of those above it."""

    def __init__(self, known: Mapping[str, Place]) -> None:
        self.known = known

    def lines(self, code: str) -> Lines:
        """One line, for all months."""
        codes: dict[str, str] = {}
        place = self._last(code)
        while place is not None and place.level not in codes:
            codes[place.level] = place.code
            place = self._last(place.parent)
        return [(ALWAYS, _line(codes))]

    def _last(self, code: str) -> Place | None:
        seen: set[str] = set()
        place = self.known.get(code)
        while place is not None and place.successor in self.known and place.code not in seen:
            seen.add(place.code)
            place = self.known[place.successor]
        return place


class _Months:
    """Each place below the parents that it had in each month."""

    def __init__(self, known: Mapping[str, Place], moves: Mapping[str, Sequence[Move]]) -> None:
        self.known = known
        self.moves = moves
        self.ready: dict[str, Lines] = {}

    def lines(self, code: str) -> Lines:
        """From which month on it stands where."""
        if code not in self.ready:
            self.ready[code] = [(ALWAYS, _line({}))]  # of a place that would stand above itself
            self.ready[code] = self._lines(self.known[code])
        return self.ready[code]

    def _lines(self, place: Place) -> Lines:
        parents = parents_of(place, self.moves.get(place.code, ()))
        lines: Lines = []
        for number, (first, parent) in enumerate(parents):
            last = parents[number + 1][0] if number + 1 < len(parents) else ""
            above = self.lines(parent) if parent in self.known else [(ALWAYS, _line({}))]
            lines += _clipped([(month, _below(line, place)) for month, line in above], first, last)
        if place.successor in self.known and place.valid_to:
            after = str(Month.parse(place.valid_to[:7]).next)
            lines = _clipped(lines, ALWAYS, after) + _clipped(self.lines(place.successor), after, "")
        return [line for number, line in enumerate(lines) if not number or line[1] != lines[number - 1][1]]


def parents_of(place: Place, moves: Sequence[Move]) -> list[tuple[str, str]]:
    """From which month on a place has had which parent, by month.

    A move without a month mends the parent that the place has now, for as long as it has had it.
    """
    parents = [(ALWAYS, moves[0].before if moves else place.parent)]
    for move in moves:
        if move.first_month:
            parents = [kept for kept in parents if kept[0] < move.first_month]
            parents.append((move.first_month, move.after))
        else:
            parents[-1] = (parents[-1][0], move.after)
    parents[-1] = (parents[-1][0], place.parent)
    return parents


def _clipped(lines: Lines, first: str, last: str) -> Lines:
    """The lines from a month until before another, "" for no end."""
    reached = [number for number, (month, _) in enumerate(lines) if month <= first]
    begun = [(first, lines[reached[-1]][1]), *lines[reached[-1] + 1 :]]
    return [line for line in begun if not last or line[0] < last]


def _below(line: Line, place: Place) -> Line:
    return _line({**dict(zip(LEVELS, line, strict=True)), place.level: place.code})


def _unlisted(line: Line) -> Line:
    return (*line[:3], line[2] + UNLISTED)


def _line(codes: Mapping[str, str]) -> Line:
    region, cercle, commune, village = (codes.get(level, "") for level in LEVELS)
    return region, cercle, commune, village
