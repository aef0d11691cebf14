"""Where a sheet was filled and where it says it was: the map of one sheet, with what it tells in words."""

from dataclasses import dataclass

from babel.numbers import format_decimal
from flask import g
from markupsafe import Markup

from forms.base.sqlite import Database
from forms.definition.definition import Definition
from forms.places.place import Place, by_any_code
from forms.places.places import all_places
from server.sheet.place_map import Fix, Point, Seat, place_map, read_fix
from server.words.language import mark, number, translate
from sync.instance.instance import Scope


@dataclass(frozen=True, slots=True)
class Shown:
    """A map and the sentence beside it."""

    svg: Markup
    text: str


def map_of(db: Database, definition: Definition, root: Scope, code: str) -> Shown | None:
    """The map of a sheet, None where it has no position and its place has no coordinates in the register."""
    fix = _fix(definition, root)
    places = by_any_code(all_places(db))
    place, is_own = _seat_of(code, places)
    seats = [seat for code, seated in places.items() if code == seated.code and (seat := _seat(seated))]
    if fix is None and not is_own:
        return None
    language: str = g.language
    km = place_map(fix, place, [], title="")
    text = _told(fix, place, km.km if km else None, language, is_own=is_own)
    drawn = place_map(fix, place, seats, title=text, length=lambda each: f"{_decimal(each, language)} km")
    assert drawn is not None
    return Shown(Markup(drawn.svg), text)  # noqa: S704  our own drawing, its texts escaped


def _fix(definition: Definition, root: Scope) -> Fix | None:
    """The first position that was answered."""
    texts = (
        root.answers[answer.path]
        for answer in definition.answers_in("")
        if answer.kind == "geopoint" and answer.path in root.answers
    )
    return next((fix for text in texts if (fix := read_fix(text))), None)


def _seat(place: Place) -> Seat | None:
    if place.latitude is None or place.longitude is None:
        return None
    return Seat(place.name, place.level, Point(place.latitude, place.longitude))


def _seat_of(code: str, places: dict[str, Place]) -> tuple[Seat | None, bool]:
    """The place, or the nearest one around it that has coordinates; and whether it is the place itself."""
    own = place = places.get(code)
    while place is not None and _seat(place) is None:
        place = places.get(place.parent)
    return (_seat(place), place is own) if place is not None else (None, False)


def _told(fix: Fix | None, place: Seat | None, km: float | None, language: str, *, is_own: bool) -> str:
    def said(message: str, **facts: str) -> str:
        return translate(language, message, **facts)

    if fix is None:
        assert place is not None
        return said(mark("{place}; the sheet has no position."), place=place.name)
    if place is None or km is None:
        where = said(mark("The sheet was filled at the cross; its place has no coordinates in the register."))
    else:
        distance = (
            f"{_decimal(km, language)} km" if km >= 1 else f"{number(language, round(km * 100) * 10)} m"
        )
        message = (
            mark("The sheet was filled {distance} from {place}.")
            if is_own
            else mark("The sheet was filled {distance} from {place}, the nearest place with coordinates.")
        )
        where = said(message, distance=distance, place=place.name)
    if fix.accuracy_m is None:
        return where
    exact = said(
        mark("The position is exact to {metres} m."), metres=number(language, max(1, round(fix.accuracy_m)))
    )
    return f"{where} {exact}"


def _decimal(value: float, language: str) -> str:
    return str(
        format_decimal(round(value, 2 if value < 1 else 1) if value < 20 else round(value), locale=language)
    )
