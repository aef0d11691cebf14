"""Small counts stay hidden, whatever else of the same tables is shown."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.report.suppression import THRESHOLD, askable, hidden_keys
from aggregates.tallies.query import QueryInvalid, TallyQuery

Counts = dict[tuple[str, ...], tuple[int, int]]
leaves = st.dictionaries(
    st.tuples(st.sampled_from(["2019", "2020", "2021"]), st.sampled_from(["KAY", "KOU", "SEG", "BKO"])),
    st.integers(0, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    max_size=12,
)


def nested(found: Counts) -> Counts:
    """Counts with the totals of their groups and of all."""
    sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    sums[()] = [0, 0]
    for keys, pair in found.items():
        for length in range(3):
            for side in (0, 1):
                sums[keys[:length]][side] += pair[side]
    return {keys: (pair[0], pair[1]) for keys, pair in sums.items()}


@given(found=leaves)
@settings(max_examples=400)
def test_no_small_count_is_shown_or_found_by_subtraction(found: Counts) -> None:
    counts = nested(found)
    hidden = hidden_keys(counts)
    for keys, pair in counts.items():
        assert keys in hidden or not any(0 < count < THRESHOLD for count in pair)
    for parent in counts:
        group = [keys for keys in counts if keys and keys[:-1] == parent]
        unknown = [keys for keys in group if keys in hidden]
        if group and parent not in hidden:
            assert len(unknown) != 1, "the total tells it"
        if group and parent in hidden:
            assert unknown, "the parts tell it"


@given(found=leaves)
def test_where_nothing_is_small_nothing_is_hidden(found: Counts) -> None:
    large = {keys: (pair[0] * THRESHOLD, pair[0] * THRESHOLD) for keys, pair in found.items()}
    assert hidden_keys(nested(large)) == set()


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
