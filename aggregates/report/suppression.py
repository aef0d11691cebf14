"""Hides small counts of a confidential measure, so that none is found by subtraction (domain page § 11). Pure.

A count of 1 to 4 could be one woman whom her village knows: it is hidden. All that is shown is rounded down to fives,
so that neither a total minus its rows, nor the provisional minus the verified count, nor today's table minus
yesterday's is a count of one or two. Where totals of fives still tell a hidden count (nine regions of one make nine),
more is hidden. What is protected is one family of nested tables: the whole, years, regions of a year; other layouts
and filters are refused (`askable`), because two tables can be subtracted from each other.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from math import inf

from aggregates.report.table import TallyRow, TallyTable
from aggregates.tallies.query import QueryInvalid, TallyQuery
from forms.definition.tally_tag import CONFIDENTIAL_MEASURES
from forms.places.place_map import THEN

MEASURES = CONFIDENTIAL_MEASURES
THRESHOLD = 5
"""The smallest count that is shown, and what all that is shown is a multiple of."""
LEAST_LEFT = 3
"""So many values at least must remain possible for each hidden small count, even for whoever knows these rules."""
LAYOUT = ("year", "region")
"""No table of referrals goes below: the cercle and the month wait for numbers that can bear it."""

Keys = tuple[str, ...]
Range = tuple[float, float]
"""The least and the most that a count can be for whoever sees the table."""


def askable(query: TallyQuery) -> None:
    """Raise QueryInvalid for a table of a confidential measure that is not of the protected family."""
    if query.by != LAYOUT[: len(query.by)]:
        raise QueryInvalid(parameter="by", value=",".join(query.by), allowed=LAYOUT)
    if query.map != THEN:  # what moved from one region to another is the difference of the two maps
        raise QueryInvalid(parameter="map", value=query.map, allowed=(THEN,))
    asked = [
        *query.filters,
        *(name for name in ("first_month", "last_month", "subset") if getattr(query, name)),
    ]
    if asked:
        raise QueryInvalid(parameter=asked[0].replace("_month", ""), value="…", allowed=())


def suppress(table: TallyTable) -> TallyTable:
    """The table with its small counts hidden, and all others rounded down: a hidden row holds no number any more."""
    rows = {row.keys: row for row in [*table.subtotals, *table.rows]}
    hidden = hidden_keys({keys: (row.provisional, row.verified) for keys, row in rows.items()})
    is_total_hidden = () in hidden
    return replace(
        table,
        rows=[_told(row, hidden) for row in table.rows],
        subtotals=[_told(row, hidden) for row in table.subtotals],
        provisional_total=0 if is_total_hidden else rounded(table.provisional_total),
        verified_total=0 if is_total_hidden else rounded(table.verified_total),
        is_suppressed=True,
    )


def rounded(count: int) -> int:
    """What is shown of a count: whole fives.

    >>> rounded(4), rounded(5), rounded(23)
    (0, 5, 20)
    """
    return count - count % THRESHOLD


def hidden_keys(counts: Mapping[Keys, tuple[int, int]]) -> set[Keys]:
    """Which of nested counts, provisional and verified, must be hidden.

    A key's group is what shares all but its last part; () is the whole. A row is hidden for its provisional count: of
    the verified one that is shown beside it, 0 says that it is less than five.
    """
    provisional, verified = ({keys: pair[end] for keys, pair in counts.items()} for end in (0, 1))
    hidden = {keys for keys, count in provisional.items() if 0 < count < THRESHOLD}
    while given_away := _given_away(provisional, hidden, 1) | _given_away(verified, hidden, 0):
        hidden.add(_next(min(given_away), provisional, hidden))
    return hidden


def _given_away(counts: Mapping[Keys, int], hidden: set[Keys], least: int) -> set[Keys]:
    """The small counts that what is shown leaves too few values for, where more can be hidden."""
    if hidden.issuperset(keys for keys, count in counts.items() if count):
        return set()
    possible = _possible(counts, hidden, least)
    small = {keys for keys, count in counts.items() if 0 < count < THRESHOLD}
    return {keys for keys in small if possible[keys][1] - possible[keys][0] + 1 < LEAST_LEFT}


def _possible(counts: Mapping[Keys, int], hidden: set[Keys], least: int) -> dict[Keys, Range]:
    """What each count can be for whoever knows which of the hidden ones are small: a total is the sum of its group.

    A small one is `least` at least: 1 where a nought is shown as such.
    """
    ranges: dict[Keys, Range] = {}
    groups: dict[Keys, list[Keys]] = defaultdict(list)
    for keys, count in counts.items():
        if count < THRESHOLD:
            ranges[keys] = (0, 0) if least and not count else (least, THRESHOLD - 1)
        elif keys in hidden:
            ranges[keys] = (THRESHOLD, inf)
        else:
            ranges[keys] = (rounded(count), rounded(count) + THRESHOLD - 1)
        if keys:
            groups[keys[:-1]].append(keys)
    for parent in sorted(groups, key=len, reverse=True):
        low, high = (sum(ranges[keys][end] for keys in groups[parent]) for end in (0, 1))
        ranges[parent] = (max(ranges[parent][0], low), min(ranges[parent][1], high))
    for parent in sorted(groups, key=len):
        group = {keys: ranges[keys] for keys in groups[parent]}
        for keys, (low, high) in group.items():
            others = [other for name, other in group.items() if name != keys]
            ranges[keys] = (
                max(low, ranges[parent][0] - sum(other[1] for other in others)),
                min(high, ranges[parent][1] - sum(other[0] for other in others)),
            )
    return ranges


def _next(exposed: Keys, counts: Mapping[Keys, int], hidden: set[Keys]) -> Keys:
    """What else is hidden: the smallest count beside what is given away, else its total, else what is beside that."""
    place = exposed
    while place:
        group = [keys for keys in counts if keys and keys[:-1] == place[:-1]]
        shown = [keys for keys in group if keys not in hidden and counts[keys]]
        if shown:
            return min(shown, key=lambda keys: (counts[keys], keys))
        place = place[:-1]
        if place not in hidden:
            return place
    return min(keys for keys, count in counts.items() if count and keys not in hidden)


def _told(row: TallyRow, hidden: set[Keys]) -> TallyRow:
    if row.keys in hidden:
        return replace(row, provisional=0, verified=0, value=0, sheets=0, verified_sheets=0, is_hidden=True)
    return replace(
        row,
        provisional=rounded(row.provisional),
        verified=rounded(row.verified),
        value=rounded(row.value),
        sheets=None if row.sheets is None else rounded(row.sheets),
        verified_sheets=None if row.verified_sheets is None else rounded(row.verified_sheets),
    )
