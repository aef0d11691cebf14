"""A small map of where a sheet was filled, drawn from what the register knows: no tiles, nothing from elsewhere. Pure.

The sheet's position with the circle of its accuracy, the village, the places around that have coordinates, a scale
bar, north, and the distance between the two. The plane is equirectangular about the middle of what is shown, which
is exact enough for a district.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import asin, ceil, cos, floor, log10, radians, sin, sqrt
from xml.sax.saxutils import escape

EARTH_KM = 6371.0
WIDTH, HEIGHT, MARGIN = 360, 250, 30
LEAST_KM = 4.0
"""The map shows at least this much from side to side, or a point would stand in an empty sheet."""
MOST_NAMES = 12
MOST_SEATS = 60
LINE = 15
"""Height of a name."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the earth, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Fix:
    """A position that a phone took."""

    point: Point
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A place of the register that has coordinates."""

    name: str
    level: str
    """"region", "cercle", "commune" or "village"."""
    point: Point


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """A drawing, and what it tells."""

    svg: str
    km: float | None
    """From the village (or the finest place known) to the position."""


@dataclass(frozen=True, slots=True)
class _Plane:
    """Turns degrees into points of the drawing."""

    middle: Point
    pixels_a_km: float

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point stands in the drawing, from its upper left corner."""
        east, north = _east_north(self.middle, point)
        return WIDTH / 2 + east * self.pixels_a_km, HEIGHT / 2 - north * self.pixels_a_km


def read_fix(text: str) -> Fix | None:
    """A geopoint answer ("latitude longitude altitude accuracy"), None where it is none.

    >>> read_fix("12.65 -8.0 320 4.5")
    Fix(point=Point(latitude=12.65, longitude=-8.0), accuracy_m=4.5)
    """
    try:
        numbers = [float(word) for word in text.split()[:4]]
    except ValueError:
        return None
    if len(numbers) < 2 or not (abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180):
        return None
    accuracy = numbers[3] if len(numbers) > 3 and 0 < numbers[3] < 1e6 else None
    return Fix(Point(numbers[0], numbers[1]), accuracy)


def distance_km(one: Point, other: Point) -> float:
    """The way between two points over the ground.

    >>> round(distance_km(Point(12.64, -8.0), Point(13.43, -6.26)))
    208
    """
    north, east = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    half = (
        sin(north / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    )
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def place_map(
    fix: Fix | None,
    place: Seat | None,
    around: Sequence[Seat],
    *,
    title: str,
    length: Callable[[float], str] = "{:g} km".format,
) -> PlaceMap | None:
    """The map of a sheet; None where neither its position nor its place is known.

    `around` is the register; what lies outside the drawing is left out. `title` is the text alternative, and
    `length` writes kilometres in the reader's language.
    """
    shown = [point for point in (fix.point if fix else None, place.point if place else None) if point]
    if not shown:
        return None
    plane, names = _plane(shown, around, fix), _Names()
    mine = _mark(plane, place, "map-place", names) if place else []  # its name has the first choice of room
    others = [
        seat for seat in around if place is None or (seat.name, seat.level) != (place.name, place.level)
    ]
    others.sort(key=lambda each: distance_km(plane.middle, each.point))
    drawn = [
        part for other in others[:MOST_SEATS] for part in _mark(plane, other, f"map-{other.level}", names)
    ]
    km = None
    if fix and place:
        km = distance_km(fix.point, place.point)
        (x1, y1), (x2, y2) = plane.at(place.point), plane.at(fix.point)
        drawn.append(f'<line class="map-way" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')
    drawn += [*(_fix(plane, fix) if fix else []), *mine]
    return PlaceMap(_svg(drawn, plane, title, length), km)


def _plane(shown: Sequence[Point], around: Sequence[Seat], fix: Fix | None) -> _Plane:
    """About what is shown, near enough for the nearest known places to be in sight."""
    middle = Point(
        (min(point.latitude for point in shown) + max(point.latitude for point in shown)) / 2,
        (min(point.longitude for point in shown) + max(point.longitude for point in shown)) / 2,
    )
    reach = max([LEAST_KM / 2, *(distance_km(middle, point) * 1.25 for point in shown)])
    if fix and fix.accuracy_m:
        reach = max(reach, min(fix.accuracy_m / 1000 * 1.5, 50))
    near = sorted(distance_km(middle, seat.point) for seat in around)
    beside = [distance for distance in near if distance > reach * 0.2]
    if beside and beside[0] > reach:
        reach = min(beside[0] * 1.2, max(reach * 12, 60))
    return _Plane(middle, (min(WIDTH, HEIGHT) / 2 - MARGIN) / reach)


def _east_north(middle: Point, point: Point) -> tuple[float, float]:
    degree = radians(1) * EARTH_KM
    east = (point.longitude - middle.longitude + 180) % 360 - 180
    return east * degree * cos(radians(middle.latitude)), (point.latitude - middle.latitude) * degree


class _Names:
    """The names that were written, so that none is written over another."""

    def __init__(self) -> None:
        self.boxes: list[tuple[float, float, float, float]] = [
            (0, HEIGHT - 34, 150, HEIGHT),
            (WIDTH - 34, 0, WIDTH, 54),
        ]

    def place(self, x: float, y: float, text: str) -> tuple[float, float, str] | None:
        """Where a name fits beside its point, with its anchor; None where it does not."""
        if len(self.boxes) > MOST_NAMES + 2:
            return None
        width = 7.4 * len(text)
        for left, baseline, anchor in (
            (x + 9, y + 4.5, "start"),
            (x - 9 - width, y + 4.5, "end"),
            (x - width / 2, y - 10, "middle"),
            (x - width / 2, y + 20, "middle"),
        ):
            box = (left, baseline - LINE + 3, left + width, baseline + 4)
            is_inside = box[0] >= 2 and box[2] <= WIDTH - 2 and box[1] >= 2 and box[3] <= HEIGHT - 2
            if is_inside and not any(_overlap(box, taken) for taken in self.boxes):
                self.boxes.append(box)
                return {"start": left, "end": left + width, "middle": x}[anchor], baseline, anchor
        return None


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _mark(plane: _Plane, seat: Seat, kind: str, names: _Names) -> list[str]:
    x, y = plane.at(seat.point)
    if not (4 <= x <= WIDTH - 4 and 4 <= y <= HEIGHT - 4):
        return []
    size = {"map-place": 6.5, "map-village": 3, "map-commune": 3.5}.get(kind, 4.5)
    drawn = [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{size}"/>']
    written = names.place(x, y, seat.name)
    if written:
        left, baseline, anchor = written
        drawn.append(
            f'<text class="{kind}-name" x="{left:.1f}" y="{baseline:.1f}" text-anchor="{anchor}">'
            f"{escape(seat.name)}</text>"
        )
    return drawn


def _fix(plane: _Plane, fix: Fix) -> list[str]:
    """A cross of its own shape, not of its own colour alone, in the circle of its accuracy."""
    x, y = plane.at(fix.point)
    radius = (fix.accuracy_m or 0) / 1000 * plane.pixels_a_km
    circle = (
        [f'<circle class="map-accuracy" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'] if radius > 1 else []
    )
    return [
        *circle,
        f'<path class="map-fix" d="M{x - 7:.1f} {y - 7:.1f}l14 14m0 -14l-14 14"/>',
    ]


def _svg(drawn: Sequence[str], plane: _Plane, title: str, length: Callable[[float], str]) -> str:
    km = _round_length(90 / plane.pixels_a_km)
    width, bar = km * plane.pixels_a_km, HEIGHT - 14
    return (
        f'<svg class="place-map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{_attribute(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">'
        f'<rect class="map-ground" width="{WIDTH}" height="{HEIGHT}" rx="10"/>{"".join(drawn)}'
        f'<path class="map-scale" d="M14 {bar - 5}v5h{width:.1f}v-5"/>'
        f'<text class="map-scale-name" x="{14 + width + 7:.1f}" y="{bar + 2}">{escape(length(km))}</text>'
        f'<path class="map-north" d="M{WIDTH - 22} 34v-20m-5 7l5 -8l5 8"/>'
        f'<text class="map-scale-name" x="{WIDTH - 22}" y="48" text-anchor="middle">N</text></svg>'
    )


def _round_length(km: float) -> float:
    """The longest of 1, 2 and 5 times a power of ten that is not longer.

    >>> _round_length(3.7), _round_length(0.09), _round_length(70)
    (2.0, 0.05, 50.0)
    """
    power = 10.0 ** floor(log10(km))
    step = next(digit for digit in (5, 2, 1) if digit * power <= km * (1 + 1e-9))
    return round(step * power, max(0, ceil(-log10(power))))


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
