"""A month's arithmetic: whatever is planned, signed or counted by months goes by it."""

import doctest
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.base import month as module
from forms.base.month import FIRST, LAST, Month

MONTHS = st.builds(Month, st.integers(1, 9999), st.integers(1, 12))
INNER = st.builds(Month, st.integers(100, 9900), st.integers(1, 12))
"""Months with room on either side."""


def test_what_its_documentation_shows_is_so() -> None:
    assert doctest.testmod(module).failed == 0


@given(MONTHS)
def test_a_month_is_read_as_it_was_written(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.is_written(str(month))
    assert Month.numbered(month.ordinal) == month


@given(MONTHS, MONTHS)
def test_months_and_their_texts_sort_in_time_order(one: Month, other: Month) -> None:
    assert (one < other) == (str(one) < str(other)) == (one.last_day < other.first_day)


@given(INNER, st.integers(-500, 500), st.integers(-500, 500))
def test_steps_add_up_and_lead_back(month: Month, steps: int, more: int) -> None:
    assert month.plus(steps).plus(more) == month.plus(steps + more)
    assert month.plus(steps).ordinal - month.ordinal == steps
    assert month.next.previous == month.previous.next == month


@given(INNER)
def test_a_month_ends_the_day_before_the_next_begins(month: Month) -> None:
    assert month.last_day + timedelta(days=1) == month.next.first_day
    assert (month.last_day - month.first_day).days + 1 == month.length
    assert Month.of(month.first_day) == Month.of(month.last_day) == month


@given(MONTHS)
def test_a_quarter_holds_its_month_and_starts_in_january_april_july_or_october(month: Month) -> None:
    first, last = month.quarter
    assert month in first.until(last)
    assert len(list(first.until(last))) == 3
    assert first.number in (1, 4, 7, 10) and first.year == last.year == month.year
    assert month.whole_year == (Month(month.year, 1), Month(month.year, 12))


@given(INNER, st.integers(0, 40))
def test_months_until_another_are_counted_one_by_one(month: Month, steps: int) -> None:
    months = list(month.until(month.plus(steps)))
    assert len(months) == steps + 1
    assert all(later == earlier.next for earlier, later in pairwise(months))
    assert list(month.next.until(month)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2020",
        "2020-3",
        "2020-00",
        "2020-13",
        "0000-01",
        "2020-03-08",
        " 2020-03",
        "2020-03\n",
        "２０２０-03",
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    assert not Month.is_written(text)
    with pytest.raises(ValueError, match="^" if text else "^$"):
        Month.parse(text)


def test_the_calendar_ends_where_days_end() -> None:
    for month, step in ((FIRST, -1), (LAST, 1)):
        with pytest.raises(OverflowError):
            month.plus(step)
    assert (FIRST.first_day, LAST.last_day) == (date.min, date.max)
    with pytest.raises(ValueError, match="month"):
        Month(2020, 13)


def test_the_month_of_a_moment_is_that_of_the_place() -> None:
    moment = datetime(2020, 3, 31, 23, 30, tzinfo=UTC)
    assert [str(Month.at(moment, ZoneInfo(name))) for name in ("Africa/Bamako", "Asia/Kolkata")] == [
        "2020-03",
        "2020-04",
    ]
