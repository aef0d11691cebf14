"""A share of the sheets drawn by lot: near the share asked for, and the same whenever the draw is asked again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.base.sqlite import sqlite3
from sync.lists.sample import DRAWS, Sample, read_sample

SHEETS = 4000


def drawn(sample: Sample, ids: range) -> set[int]:
    """The sheets that SQLite draws among these."""
    condition, values = sample.condition
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE sheet (submission_id INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO sheet VALUES (?)", [(key,) for key in ids])
    found = {row[0] for row in db.execute(f"SELECT submission_id FROM sheet AS y WHERE {condition}", values)}
    db.close()
    return found


@settings(max_examples=40)
@given(
    percent=st.integers(5, 95),
    draw=st.integers(0, DRAWS - 1),
    first=st.integers(1, 2**52),
    step=st.sampled_from([1, 2, 7, 100]),
)
def test_a_draw_takes_about_its_share_of_any_numbering(
    percent: int, draw: int, first: int, step: int
) -> None:
    ids = range(first, first + SHEETS * step, step)
    share = len(drawn(Sample(percent, draw), ids)) / SHEETS
    assert share == pytest.approx(percent / 100, abs=0.06)


def test_sheets_that_come_later_leave_a_draw_as_it_was() -> None:
    sample = Sample(10, 4821)
    before, after = drawn(sample, range(1, 1001)), drawn(sample, range(1, 2001))
    assert before == {key for key in after if key <= 1000}
    assert before != drawn(Sample(10, 4822), range(1, 1001)), "another draw gives others"
    assert before < drawn(Sample(20, 4821), range(1, 1001)), "a larger share of a draw has the smaller in it"


@pytest.mark.parametrize("text", ["", "0", "100", "10-", "10-12345", "-1", "dix", "10;1"])
def test_what_is_no_draw_is_left_out(text: str) -> None:
    assert read_sample(text) is None
