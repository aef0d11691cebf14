"""Small counts stay hidden, whatever else of the same tables is shown, by state, or was shown yesterday."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.report import suppression
from aggregates.report.suppression import LEAST_LEFT, THRESHOLD, askable, rounded, suppress
from aggregates.report.table import TallyRow, TallyTable
from aggregates.tallies.query import QueryInvalid, TallyQuery
from tests.station import SCHEME

Keys = tuple[str, ...]
Counts = dict[Keys, int]
leaves = st.dictionaries(
    st.tuples(st.sampled_from(["2019", "2020"]), st.sampled_from(["KAY", "KOU", "SEG", "BKO"])),
    st.integers(0, 12),
    max_size=8,
)


def nested(found: Counts) -> Counts:
    """Counts with the totals of their groups and of all."""
    sums: Counts = defaultdict(int)
    sums[()] = 0
    for keys, count in found.items():
        for length in range(3):
            sums[keys[:length]] += count
    return dict(sums)


def hidden_keys(counts: Counts) -> set[Keys]:
    """What is hidden where nothing is verified yet."""
    return suppression.hidden_keys({keys: (count, 0) for keys, count in counts.items()})


def shown(counts: Counts, hidden: set[Keys]) -> dict[Keys, int | None]:
    """What a reader sees."""
    return {keys: None if keys in hidden else rounded(count) for keys, count in counts.items()}


def consistent(found: Counts, counts: Counts, hidden: set[Keys]) -> Iterator[Counts]:
    """All tables that look the same, for a reader who knows which of the hidden counts are small: tried one by one."""
    names = [keys for keys in found if found[keys]]
    small = {keys for keys, count in counts.items() if 0 < count < THRESHOLD}
    table = shown(counts, hidden)
    ranges = [
        range(1, THRESHOLD) if keys in small
        else range(THRESHOLD, THRESHOLD + 8) if keys in hidden
        else range(rounded(found[keys]), rounded(found[keys]) + THRESHOLD)
        for keys in names
    ]  # fmt: skip
    for values in product(*ranges):
        guess = nested({**dict.fromkeys(found, 0), **dict(zip(names, values, strict=True))})
        are_alike = all(
            (0 < guess[keys] < THRESHOLD) == (keys in small)
            and (keys in hidden or rounded(guess[keys]) == table[keys])
            for keys in counts
        )
        if are_alike:
            yield guess


@given(
    found=st.dictionaries(
        st.tuples(st.sampled_from(["2019", "2020"]), st.sampled_from(["KAY", "KOU", "SEG"])),
        st.integers(0, 7),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=60)
def test_for_each_small_count_several_values_fit_all_that_is_shown(found: Counts) -> None:
    counts = nested(found)
    hidden = hidden_keys(counts)
    possible: dict[Keys, set[int]] = defaultdict(set)
    for guess in consistent(found, counts, hidden):
        for keys, count in guess.items():
            possible[keys].add(count)
    for keys, count in counts.items():
        if 0 < count < THRESHOLD:
            assert keys in hidden
            assert len(possible[keys]) >= LEAST_LEFT or hidden >= {name for name in counts if counts[name]}


@given(found=leaves)
@settings(max_examples=400)
def test_no_small_count_is_shown(found: Counts) -> None:
    counts = nested(found)
    told = shown(counts, hidden_keys(counts))
    assert all(count is None or count % THRESHOLD == 0 for count in told.values())
    assert all(told[keys] is None for keys, count in counts.items() if 0 < count < THRESHOLD)


def test_nine_regions_of_one_are_not_told_by_their_total() -> None:
    """Rounded down, their total is five to nine, and nine ones are at least nine."""
    regions = {("2020", f"R{number}"): 1 for number in range(9)}
    hidden = hidden_keys(nested(regions))
    assert {("2020",), ()} <= hidden


def test_five_verified_fours_are_not_told_by_their_total() -> None:
    """A verified count that is shown as 0 is 4 at most, and five of them that make twenty are fours."""
    pairs = {("2020", f"R{number}"): (10, 4) for number in range(5)}
    pairs |= {("2020",): (50, 20), (): (50, 20)}
    assert suppression.hidden_keys(pairs) == set(pairs)


def test_a_count_beside_a_large_one_stays_hidden_without_hiding_that() -> None:
    counts = nested({("2020", "KAY"): 3, ("2020", "KOU"): 20})
    assert hidden_keys(counts) == {("2020", "KAY")}


@given(found=leaves)
def test_where_nothing_is_small_nothing_is_hidden(found: Counts) -> None:
    large = {keys: count * THRESHOLD for keys, count in found.items()}
    assert hidden_keys(nested(large)) == set()


def table_of(provisional: int, verified: int, *more: int) -> TallyTable:
    """A table by year: one of so many, and others of whole fives."""
    counts = [(provisional, verified), *((count, count) for count in more)]
    row = TallyRow(("2020",), ("2020",), 0, 0, 0, 0, 0)
    rows = [
        replace(
            row, keys=(str(2020 + number),), provisional=pair[0], verified=pair[1], value=pair[0],
            sheets=pair[0], verified_sheets=pair[1],
        )
        for number, pair in enumerate(counts)
    ]  # fmt: skip
    totals = (sum(pair[0] for pair in counts), sum(pair[1] for pair in counts))
    total = replace(row, keys=(), names=(), provisional=totals[0], verified=totals[1], value=totals[0],
                    sheets=totals[0], verified_sheets=totals[1])  # fmt: skip
    return TallyTable(
        ("year",),
        rows,
        [total],
        *totals,
        "referrals",
        "people",
        "",
        "",
        "provisional",
        "spotlight",
        SCHEME,
        0,
    )


@given(
    provisional=st.integers(0, 40), decided=st.integers(0, 40), others=st.lists(st.integers(1, 5), max_size=3)
)
def test_no_difference_of_two_states_or_nights_is_one_or_two(
    provisional: int, decided: int, others: list[int]
) -> None:
    verified = min(provisional, decided)
    more = [count * THRESHOLD for count in others]
    today = suppress(table_of(provisional, verified, *more))
    tomorrow = suppress(table_of(provisional + 1, verified, *more))
    for row, later in zip(
        [*today.rows, *today.subtotals], [*tomorrow.rows, *tomorrow.subtotals], strict=True
    ):
        numbers = (row.provisional, row.verified, row.value, row.sheets, row.verified_sheets)
        assert all(number % THRESHOLD == 0 for number in numbers)
        assert (later.provisional - row.provisional) % THRESHOLD == 0
        assert (row.provisional - row.verified) % THRESHOLD == 0
    assert (today.provisional_total % THRESHOLD, today.verified_total % THRESHOLD) == (0, 0)


@pytest.mark.parametrize("by", [(), ("year",), ("year", "region")])
def test_the_protected_tables_may_be_asked(by: tuple[str, ...]) -> None:
    askable(TallyQuery(by=by, measure="referrals"))


@pytest.mark.parametrize(
    "query",
    [
        TallyQuery(by=("region",), measure="referrals"),
        TallyQuery(by=("month",), measure="referrals"),
        TallyQuery(by=("year",), measure="referrals", filters={"region": ("KAY",)}),
        TallyQuery(measure="referrals", first_month="2020-03"),
        TallyQuery(measure="referrals", last_month="2020-03"),
        TallyQuery(by=("year", "region"), measure="referrals", map="now"),
    ],
)
def test_a_table_that_could_be_subtracted_from_another_is_refused(query: TallyQuery) -> None:
    with pytest.raises(QueryInvalid):
        askable(query)
