"""The heads of a sheet: who was present, as men, women, boys, girls and those who cannot be told so. Pure.

The one way from facts to the four cells (domain page § 2.1): the inbox, the head of a sheet, the plan, the quality
rules and the compilation sheet all count by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from forms.definition.age_band import AgeBandInvalid, is_outside, parse_band, place
from forms.definition.age_scheme import AgeScheme
from forms.definition.tally_tag import MEASURES
from sync.counting.cell import Cell

OTHERS = "others"
LEFT_OUT = "left_out"
"""Whose age lies in no band of the programme (under-fives): nobody counts them (domain page § 2.1)."""
GROUPS = {("M", True): "men", ("F", True): "women", ("M", False): "boys", ("F", False): "girls"}
"""By sex and whether they are adults; the source's order (domain page § 2.1)."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Who was present. None for what no answer tells: unknown, and not nought."""

    men: int | None = None
    women: int | None = None
    boys: int | None = None
    girls: int | None = None
    others: int | None = None
    """Whose sex or age nobody told, or whose band holds children and adults: counted all the same."""

    @property
    def people(self) -> int:
        """Everybody."""
        return sum(n or 0 for n in (*self.four, self.others))

    @property
    def four(self) -> tuple[int | None, int | None, int | None, int | None]:
        """The four cells: men, women, boys, girls."""
        return self.men, self.women, self.boys, self.girls


def is_of_people(cell: Cell) -> bool:
    """Whether a cell counts people and not a part of people that another cell counts."""
    return cell.unit == "contacts" and not cell.subset and MEASURES.get(cell.measure) == "people"


def is_present(cell: Cell) -> bool:
    """Whether a cell counts people who were there: contacts reached directly."""
    return cell.reach == "direct" and is_of_people(cell)


@lru_cache(maxsize=10_000)
def group_of(sex: str, age_band: str, scheme: AgeScheme) -> str:
    """Which of the four cells a sex and a band (or an exact age) belong to, or OTHERS, or LEFT_OUT.

    A band must lie within one of the scheme's: nothing is spread by a ratio.

    >>> from forms.definition.age_scheme import read_scheme
    >>> [group_of("F", age, read_scheme("18,5-17,18+")) for age in ("13", "3", "3-20", "")]
    ['girls', 'left_out', 'others', 'others']
    """
    try:
        told = parse_band(age_band)
    except AgeBandInvalid:
        return OTHERS
    band = place(told, scheme)
    if band is None and is_outside(told, scheme):
        return LEFT_OUT
    is_adult = None if band is None else scheme.is_adult(band)
    return OTHERS if is_adult is None else GROUPS.get((sex, is_adult), OTHERS)


def heads_of(facts: Iterable[tuple[Cell, int]], scheme: AgeScheme) -> Heads:
    """The heads that these facts count."""
    counted: dict[str, int] = {}
    for cell, n in facts:
        if is_present(cell):
            group = group_of(cell.sex, cell.age_band, scheme)
            if group != LEFT_OUT:
                counted[group] = counted.get(group, 0) + n
    return Heads(**counted)
