"""A table turned for people: whatever was counted, lines, columns and the corner agree with the table."""

from collections import defaultdict
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.report.pivot import Figure, Pivot, Sorting, pivot
from aggregates.report.suppression import suppress
from aggregates.report.table import TallyRow, TallyTable
from tests.aggregates.sheets import SCHEMES

SCHEME = SCHEMES["spotlight"]
CELLS = [("M", "18+"), ("F", "18+"), ("M", "5-17"), ("F", "5-17")]
BY = ("region", "cercle", "sex", "age_band")
KEYS = st.tuples(
    st.sampled_from(["KAY", "KOU", ""]),
    st.sampled_from(["a", "b", "é"]),
    st.sampled_from(["M", "F", ""]),
    st.sampled_from(["5-17", "18+", "age_undetailed", "age_unknown"]),
)
COUNTS = st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


def table(counts: dict[tuple[str, ...], tuple[int, int]], by: tuple[str, ...] = BY) -> TallyTable:
    """A table as `aggregates.report.report` makes it, of numbers by their keys."""

    def row(keys: tuple[str, ...], provisional: int, verified: int) -> TallyRow:
        return TallyRow(keys, keys, provisional, verified, 1, 1, provisional)

    sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for keys, pair in counts.items():
        for prefix in accumulate(((), *[(key,) for key in keys[:-1]])):
            sums[prefix] = [sum(both) for both in zip(sums[prefix], pair, strict=True)]
    subtotals = [row(keys, *sums[keys]) for keys in sorted(sums, key=lambda keys: -len(keys))]
    rows = [row(keys, *pair) for keys, pair in counts.items()]
    totals = sums.get((), [0, 0])
    return TallyTable(
        by, rows, subtotals or [row((), 0, 0)], *totals, "participants", "contacts", "direct", "", "provisional",
        "spotlight", SCHEME, 0,
    )  # fmt: skip


def both(figures: list[Figure]) -> tuple[int, int]:
    """The sums of both states."""
    return sum(figure.provisional for figure in figures), sum(figure.verified for figure in figures)


def pair(figure: Figure) -> tuple[int, int]:
    """Both states of one number."""
    return figure.provisional, figure.verified


@given(
    st.dictionaries(KEYS, COUNTS), st.integers(1, 4), st.sampled_from([None, (), ("F", "18+")]), st.booleans()
)
def test_lines_columns_and_the_corner_agree_with_the_table(
    counts: dict[tuple[str, ...], tuple[int, int]],
    across: int,
    column: tuple[str, ...] | None,
    is_falling: bool,
) -> None:
    told = table(counts)
    laid = pivot(told, across, SCHEME, sorting=Sorting(column, is_falling=is_falling))
    depth = len(BY) - across
    assert pair(laid.grand.total) == (told.provisional_total, told.verified_total)
    assert both([heading.total for heading in laid.columns]) == pair(laid.grand.total)
    assert [pair(figure) for figure in laid.grand.figures] == [
        pair(heading.total) for heading in laid.columns
    ]
    for line in (*laid.lines, laid.grand):
        assert both(list(line.figures)) == pair(line.total)
    leaves = [line for line in laid.lines if len(line.keys) == depth]
    assert both([line.total for line in leaves]) == (pair(laid.grand.total) if depth else (0, 0))
    for line in laid.lines:
        if len(line.keys) < depth:
            members = [member for member in laid.lines if member.keys[:-1] == line.keys]
            assert both([member.total for member in members]) == pair(line.total)
            for number, figure in enumerate(line.figures):
                assert both([member.figures[number] for member in members]) == pair(figure)
    found = {
        (*line.keys, *column.keys): pair(figure)
        for line in (leaves if depth else [laid.grand])
        for column, figure in zip(laid.columns, line.figures, strict=True)
    }
    assert {keys: figures for keys, figures in found.items() if any(figures)} == {
        keys: count for keys, count in counts.items() if any(count)
    }


@given(st.dictionaries(KEYS, COUNTS, min_size=1), st.booleans())
def test_lines_stand_below_their_group_and_in_the_order_asked_for(
    counts: dict[tuple[str, ...], tuple[int, int]], is_falling: bool
) -> None:
    laid = pivot(table(counts), 2, SCHEME, sorting=Sorting((), is_falling=is_falling))
    seen: set[tuple[str, ...]] = {()}
    for line in laid.lines:
        assert line.keys[:-1] in seen
        seen.add(line.keys)
    for group in {line.keys[:-1] for line in laid.lines}:
        totals = [line.total.provisional for line in laid.lines if line.keys[:-1] == group]
        assert totals == sorted(totals, reverse=is_falling)
    assert len(seen) == len(laid.lines) + 1


def laid_by_region(counts: dict[tuple[str, ...], tuple[int, int]]) -> Pivot:
    """The first view: regions down, the four cells across."""
    return pivot(table(counts, ("region", "sex", "age_band")), 2, SCHEME, always=CELLS)


def test_the_four_cells_stand_in_the_sources_order_also_where_nobody_came() -> None:
    laid = laid_by_region({("KAY", "F", "5-17"): (7, 3), ("KAY", "", "18+"): (2, 0)})
    assert [column.keys for column in laid.columns] == [
        ("M", "18+"), ("F", "18+"), ("", "18+"), ("M", "5-17"), ("F", "5-17"),
    ]  # fmt: skip
    assert [column.keys for column in laid_by_region({}).columns] == CELLS
    assert pair(laid_by_region({}).grand.total) == (0, 0)


def test_what_is_not_told_stands_last_by_name_and_names_are_read_without_accents() -> None:
    counts = {
        ("", "é", "M", "18+"): (1, 0),
        ("KOU", "é", "M", "18+"): (1, 0),
        ("KOU", "a", "M", "18+"): (1, 0),
        ("KOU", "f", "M", "18+"): (1, 0),
    }
    assert [line.keys for line in pivot(table(counts), 2, SCHEME).lines] == [
        ("KOU",), ("KOU", "a"), ("KOU", "é"), ("KOU", "f"), ("",), ("", "é"),
    ]  # fmt: skip


def test_hidden_numbers_stay_hidden_and_are_never_added_across() -> None:
    told = suppress(table({("2020", f"R{number}"): (1, 0) for number in range(9)}, ("year", "region")))
    laid = pivot(told, 0, SCHEME)
    hidden = {line.keys for line in laid.lines if line.total.is_hidden}
    assert ("2020", "R0") in hidden
    assert ("2020",) in hidden, "the total of nine ones tells them"
    assert all(pair(line.total) == (0, 0) for line in laid.lines if line.total.is_hidden)
    with pytest.raises(ValueError, match="1"):
        pivot(told, 1, SCHEME)
