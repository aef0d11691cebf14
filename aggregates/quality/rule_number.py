"""Rules about the numbers of one sheet (V04, V05, V07, V20); the stated total (V06) is in `sync.counting.fact`."""

from functools import lru_cache

from aggregates.quality.sheet import Number, Sheet
from aggregates.quality.threshold import Thresholds
from forms.definition.age_band import AgeBandInvalid, parse_band
from sync.counting.cell import Cell
from sync.counting.derivation import Finding

SCHOOL = "scolaire"
"""The answer that means « en milieu scolaire » (domain page § 5.1)."""


def impossible_cell(number: Number, sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V04: more heads in a cell than the phone would have let through; what is no number is found while counting."""
    if number.cell.reach != "direct" or number.n <= thresholds.largest_cell:
        return None
    return Finding("impossible_cell", number.path, {"value": number.n, "limit": thresholds.largest_cell})


def part_above_whole(number: Number, sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V07: first-timers, or a part (« dont »), beyond the cells that they are a part of.

    Compared where every such cell of the same scope was answered: an unanswered one is unknown, and not nought.
    """
    cell = number.cell
    if cell.unit == "contacts" and not cell.subset:
        return None
    wholes = [
        other for other in sheet.numbers if other.scope == number.scope and _is_whole_of(other.cell, cell)
    ]
    whole = sum(other.n for other in wholes)
    is_unknown = any(scope == number.scope and _is_whole_of(other, cell) for scope, other in sheet.unanswered)
    if not wholes or is_unknown or number.n <= whole:
        return None
    return Finding("part_above_whole", number.path, {"part": number.n, "whole": whole})


def no_participants(sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V05: an event that was held, on a form that counts people, and nobody was reached. The sheet is held back.

    Its day and place are told with it: who accepts that nobody came accepts it of that event, and is asked again
    when the sheet says it of another.
    """
    if sheet.asks_people and sheet.took_place and not sheet.reached:
        day = sheet.event_date.isoformat() if sheet.event_date else ""
        return Finding("no_participants", "", {"date": day, "place": sheet.grain.place})
    return None


def school_adults(sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V20: in a school, more adults than children: the cells may have been exchanged."""
    men, women, boys, girls = (n or 0 for n in sheet.heads.four)
    adults, children = men + women, boys + girls
    if sheet.grain.setting == SCHOOL and sheet.took_place and adults > children:
        return Finding("school_adults", "", {"adults": adults, "children": children})
    return None


@lru_cache(maxsize=1_000)
def _is_whole_of(whole: Cell, part: Cell) -> bool:
    if whole.unit != "contacts" or whole.subset:
        return False
    if (whole.measure, whole.reach) != (part.measure, part.reach):
        return False
    if part.sex and whole.sex and part.sex != whole.sex:
        return False
    return not part.age_band or not whole.age_band or _holds(whole.age_band, part.age_band)


def _holds(whole: str, part: str) -> bool:
    try:
        return parse_band(whole).holds(parse_band(part))
    except AgeBandInvalid:
        return False
