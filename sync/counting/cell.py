"""What a number means: its cell (what was counted, of whom); its grain is `forms.definition.dimension.Grain`.

The keys of both are digests of their own columns, and of the project's code instead of its number here: a rebuild in
another order, or on another machine, gives the same keys, and a hub may add up its nodes' tallies by them.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from forms.definition.dimension import Grain

SEPARATOR = "\x1f"
"""Between the columns of a key: no XML document can hold this character, so no answer can either."""


class Cell(NamedTuple):
    """What was counted. Numbers of two measures, units, reaches or subsets are never added together."""

    measure: str
    unit: str
    """"contacts", "first_time" or "events" (domain page § 2.5)."""
    reach: str
    """"direct", "indirect" or "media" (domain page § 2.4)."""
    subset: str
    """A part of a cell already counted ("disability" …), "" for the cell itself."""
    sex: str
    """"M", "F" or "" for unknown."""
    age_band: str
    """A band ("5-17", "18+"), an exact age in completed years ("13"), or "" for unknown."""


class Kind(NamedTuple):
    """A cell without its sex and age: what a sheet states, whichever of its cells it fills."""

    measure: str
    unit: str
    reach: str
    subset: str


@lru_cache(maxsize=20_000)
def key_of(value: Cell) -> int:
    """The key of a cell: 63 bits, so that any SQL engine has an integer for it.

    >>> key_of(Cell("participants", "contacts", "direct", "", "F", "18+"))
    4544169734341574104
    """
    return _digest(value)


@lru_cache(maxsize=20_000)
def key_of_grain(grain: Grain, project: str) -> int:
    """The key of a grain of a project with this code: no number that another server might give otherwise is in it.

    >>> from forms.definition.dimension import Grain
    >>> key_of_grain(Grain("2020-03", 1, "seance"), "p") == key_of_grain(Grain("2020-03", 7, "seance"), "p")
    True
    """
    month, _, *others = grain
    return _digest((month, project, *others))


def _digest(parts: Iterable[object]) -> int:
    text = SEPARATOR.join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1
