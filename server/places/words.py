"""What happens to places, in words, and the register as a table."""

from collections.abc import Mapping, Sequence

from forms.places.gazetteer import BETWEEN_ALIASES
from forms.places.gazetteer import HEADINGS as GAZETTEER_HEADINGS
from forms.places.place import Place
from forms.places.register_change import (
    ADDED,
    DROPPED,
    MERGED,
    MOVED,
    OTHER,
    RENAMED,
    PlaceChange,
)
from server.words.language import mark, translate

KINDS = {
    ADDED: mark("added"),
    RENAMED: mark("renamed"),
    MOVED: mark("moved"),
    MERGED: mark("merged"),
    DROPPED: mark("dropped"),
    OTHER: mark("changed otherwise"),
}
FRENCH_HEADINGS = (
    "code", "niveau", "nom", "parent", "osc", "lat", "lon", "population", "alias", "valable du", "valable au",
    "successeur",
)  # fmt: skip


def kinds_told(change: PlaceChange, language: str) -> str:
    """All that happens to a place."""
    return ", ".join(translate(language, KINDS[kind]) for kind in change.kinds)


def change_told(change: PlaceChange, names: Mapping[str, str]) -> str:
    """What is another, before → after; places by their names."""
    before, after = change.before, change.after
    if before is None or after is None:
        return names.get(change.place.parent, change.place.parent)
    told = []
    if before.name != after.name:
        told.append(f"{before.name} → {after.name}")
    if before.parent != after.parent:
        told.append(f"{_named(before.parent, names)} → {_named(after.parent, names)}")
    if before.successor != after.successor and after.successor:
        told.append(f"→ {_named(after.successor, names)}")
    return " · ".join(told)


def names_among(*registers: Sequence[Place]) -> dict[str, str]:
    """Names by code, the later register's first."""
    return {place.code: place.name for places in registers for place in places}


def register_rows(places: Sequence[Place], language: str) -> list[list[str]]:
    """The register as a table to change and take in again; what is made from it left out."""
    headings = FRENCH_HEADINGS if language == "fr" else [names[0] for names in GAZETTEER_HEADINGS.values()]
    comma = "," if language == "fr" else "."  # Excel in French makes a day of 12.5
    return [list(headings), *(_row(place, comma) for place in places if not place.is_unlisted)]


def _row(place: Place, comma: str) -> list[str]:
    values = {
        **{name: getattr(place, name) for name in GAZETTEER_HEADINGS},
        "aliases": BETWEEN_ALIASES.join(place.aliases),
    }
    return [_cell(value, comma) for value in values.values()]


def _cell(value: str | float | None, comma: str) -> str:
    if isinstance(value, float):
        return str(value).replace(".", comma)
    return "" if value is None else str(value)


def _named(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)
