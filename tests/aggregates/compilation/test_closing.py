"""Before a month is signed: sums that do not add up are named (V26)."""

from hypothesis import given
from hypothesis import strategies as st

from aggregates.compilation.closing import SumDiffers, sums_that_differ

ACROSS = {"total": ("h", "f")}
ROWS = [
    ("Nonkon", {"h": 31, "f": 62, "total": 93}),
    ("Nonkon", {"h": 18, "f": 40, "total": 58}),
    ("Siby", {"h": 1, "f": 2, "total": 3}),
]
SUBTOTALS = {"Nonkon": {"h": 49, "f": 102, "total": 151}, "Siby": {"h": 1, "f": 2, "total": 3}}
TOTAL = {"h": 50, "f": 104, "total": 154}


def test_a_sheet_that_adds_up_has_nothing_to_say() -> None:
    assert sums_that_differ(ROWS, subtotals=SUBTOTALS, total=TOTAL, across=ACROSS) == []


def test_each_sum_that_differs_is_named_with_its_signed_difference() -> None:
    wrong = {**SUBTOTALS, "Nonkon": {"h": 50, "f": 102, "total": 152}}
    found = sums_that_differ(ROWS, subtotals=wrong, total=TOTAL, across=ACROSS)
    assert SumDiffers("Nonkon", "h", 50, 49) in found
    assert found[0].difference == 1
    assert {(difference.where, difference.column) for difference in found} == {
        ("Nonkon", "h"),
        ("Nonkon", "total"),
        ("", "h"),
        ("", "total"),
    }


def test_cells_that_do_not_make_their_rows_total_are_named() -> None:
    rows = [("Nonkon", {"h": 1, "f": 1, "total": 3})]
    found = sums_that_differ(rows, subtotals={}, total={"total": 3}, across=ACROSS)
    assert SumDiffers("Nonkon", "total", 3, 2) in found


def test_a_number_that_is_unknown_adds_nothing_and_is_not_compared() -> None:
    rows: list[tuple[str, dict[str, int | None]]] = [("a", {"nv": None}), ("a", {"nv": 90})]
    assert sums_that_differ(rows, subtotals={"a": {"nv": 90}}, total={"nv": None}) == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 99), st.integers(0, 99)), max_size=20))
def test_whatever_is_added_up_adds_up(cells: list[tuple[str, int, int]]) -> None:
    rows = [(key, {"h": h, "f": f, "total": h + f}) for key, h, f in cells]
    columns = ("h", "f", "total")
    subtotals = {
        key: {column: sum(row[column] for belonging, row in rows if belonging == key) for column in columns}
        for key in {key for key, _ in rows}
    }
    total = {column: sum(row[column] for _, row in rows) for column in columns}
    assert sums_that_differ(rows, subtotals=subtotals, total=total, across=ACROSS) == []
