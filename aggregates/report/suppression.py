"""Hides small counts of a confidential measure, so that none is found by subtraction (domain page § 11). Pure.

A count of 1 to 4 could be one woman whom her village knows. Where one row of a group is hidden, a second one is
too, or the group's total. What is protected is one family of nested tables: the whole, years, regions of a year;
other layouts and filters are refused (`askable`), because two tables can be subtracted from each other.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from aggregates.report.table import TallyRow, TallyTable
from aggregates.tallies.query import QueryInvalid, TallyQuery
from forms.definition.tally_tag import CONFIDENTIAL_MEASURES
from forms.places.place_map import THEN

MEASURES = CONFIDENTIAL_MEASURES
THRESHOLD = 5
LAYOUT = ("year", "region")
"""No table of referrals goes below: the cercle and the month wait for numbers that can bear it."""

Keys = tuple[str, ...]


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


def suppress(table: TallyTable, threshold: int = THRESHOLD) -> TallyTable:
    """The table with its small counts hidden: such a row is marked and holds no number any more."""
    rows = {row.keys: row for row in [*table.subtotals, *table.rows]}
    hidden = hidden_keys({keys: (row.provisional, row.verified) for keys, row in rows.items()}, threshold)
    is_total_hidden = () in hidden
    return replace(
        table,
        rows=[_hide(row, hidden) for row in table.rows],
        subtotals=[_hide(row, hidden) for row in table.subtotals],
        provisional_total=0 if is_total_hidden else table.provisional_total,
        verified_total=0 if is_total_hidden else table.verified_total,
        is_suppressed=True,
    )


def hidden_keys(counts: Mapping[Keys, tuple[int, int]], threshold: int = THRESHOLD) -> set[Keys]:
    """Which of nested counts must be hidden. A key's group is what shares all but its last part; () is the whole."""
    hidden = {keys for keys, pair in counts.items() if any(0 < count < threshold for count in pair)}
    groups: dict[Keys, list[Keys]] = defaultdict(list)
    for keys in counts:
        if keys:
            groups[keys[:-1]].append(keys)
    for parent in sorted(
        groups, key=len, reverse=True
    ):  # inner groups first: their totals may have to go too
        if len(hidden & set(groups[parent])) == 1 and parent not in hidden:
            hidden.add(_second(groups[parent], counts, hidden) or parent)
    for parent in sorted(groups, key=len):  # a hidden total must not be the sum of what is shown
        if parent in hidden and not hidden & set(groups[parent]):
            chosen = _second(groups[parent], counts, hidden)
            if chosen is not None:
                hidden.add(chosen)
    return hidden


def _second(group: list[Keys], counts: Mapping[Keys, tuple[int, int]], hidden: set[Keys]) -> Keys | None:
    """The smallest count of a group that is not hidden yet and not nothing, if there is one."""
    left = [keys for keys in group if keys not in hidden and counts[keys][0] > 0]
    return min(left, key=lambda keys: (counts[keys], keys), default=None)


def _hide(row: TallyRow, hidden: set[Keys]) -> TallyRow:
    if row.keys not in hidden:
        return row
    return replace(row, provisional=0, verified=0, value=0, sheets=0, verified_sheets=0, is_hidden=True)
