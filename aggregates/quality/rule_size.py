"""Rules about how many came, measured by what is usual (V08, V09)."""

from collections.abc import Mapping
from typing import NamedTuple

from aggregates.quality.fingerprint import Fingerprint
from aggregates.quality.threshold import Thresholds
from sync.counting.derivation import Finding


class Usual(NamedTuple):
    """What is usual for an organisation and activity in the twelve months up to and with one month."""

    sheets: int = 0
    median: int = 0
    """The lower of the two in the middle, where there are two."""


NOTHING_YET = Usual()


def outlier(sheet: Fingerprint, usual: Usual, thresholds: Thresholds) -> Finding | None:
    """V09: many times the median of the same organisation and activity; before there are enough sheets, over the most
    that is usual for the activity."""
    limit = limit_of(usual, sheet.activity, thresholds)
    if sheet.people <= limit:
        return None
    if usual.sheets >= thresholds.outlier_least_sheets:
        details = {"people": sheet.people, "usual": usual.median, "sheets": usual.sheets}
        return Finding("outlier", "", details)
    return Finding("outlier", "", {"people": sheet.people, "limit": limit, "case": "limit"})


def unusual_size(sheet: Fingerprint, thresholds: Thresholds) -> Finding | None:
    """V08: a big group for this activity, which the phone has asked about already."""
    limit = thresholds.usual_max_of(sheet.activity)
    if sheet.people <= limit:
        return None
    return Finding("unusual_size", "", {"people": sheet.people, "limit": limit})


def limit_of(usual: Usual, activity: str, thresholds: Thresholds) -> int:
    """The number of people beyond which a sheet is an outlier."""
    if usual.sheets >= thresholds.outlier_least_sheets:
        return usual.median * thresholds.outlier_factor
    return thresholds.usual_max_of(activity)


def usual_by_month(counts: Mapping[int, Mapping[int, int]], months: int) -> dict[int, Usual]:
    """What is usual in each month that has sheets, over the months before it and itself.

    `counts` says by month how many sheets had so many people.

    >>> usual_by_month({1: {10: 1, 20: 1}, 2: {90: 3}}, 12)
    {1: Usual(sheets=2, median=10), 2: Usual(sheets=5, median=90)}
    """
    found = {}
    for month in counts:
        window: dict[int, int] = {}
        for other, sizes in counts.items():
            if month - months < other <= month:
                for people, sheets in sizes.items():
                    window[people] = window.get(people, 0) + sheets
        found[month] = Usual(sum(window.values()), _median(window))
    return found


def _median(window: Mapping[int, int]) -> int:
    middle = (sum(window.values()) + 1) // 2
    passed = 0
    for people in sorted(window):
        passed += window[people]
        if passed >= middle:
            return people
    return 0
