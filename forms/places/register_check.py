"""What makes a list of places impossible as a register: parents, successors and aliases that fit nothing. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forms.places.place import LEVELS, Place


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a place in its list."""

    code: str
    column: str
    rule: str
    allowed: tuple[str, ...] = ()


def mistakes(places: Sequence[Place]) -> Iterator[Mistake]:
    """Every place that cannot stand in a register beside the others."""
    known = {place.code: place for place in places}
    spoken_for = Counter(alias for place in places for alias in {*place.aliases})
    for place in places:
        yield from _above(place, known)
        if place.valid_from and place.valid_to and place.valid_to < place.valid_from:
            yield Mistake(place.code, "valid_to", "ends_before_it_begins", (place.valid_from,))
        if place.successor:
            yield from _after(place, known)
        for alias in place.aliases:
            if alias in known or spoken_for[alias] > 1:
                yield Mistake(place.code, "aliases", "alias_taken", (alias,))


def _above(place: Place, known: dict[str, Place]) -> Iterator[Mistake]:
    """A place hangs on one that is one level above it; a region's parent is its country."""
    if place.level == LEVELS[0]:
        return
    above = LEVELS[LEVELS.index(place.level) - 1]
    parent = known.get(place.parent)
    if parent is None:
        yield Mistake(place.code, "parent", "parent_unknown" if place.parent else "required", ())
    elif parent.level != above:
        yield Mistake(place.code, "parent", "parent_of_other_level", (above,))


def _after(place: Place, known: dict[str, Place]) -> Iterator[Mistake]:
    successor = known.get(place.successor)
    if successor is None:
        yield Mistake(place.code, "successor", "successor_unknown")
    elif successor.level != place.level:
        yield Mistake(place.code, "successor", "successor_of_other_level", (place.level,))
    elif not place.valid_to:
        yield Mistake(place.code, "valid_to", "required")
    else:
        seen = {place.code}
        while successor is not None:
            if successor.code in seen:
                yield Mistake(place.code, "successor", "successor_in_a_circle")
                return
            seen.add(successor.code)
            successor = known.get(successor.successor)
