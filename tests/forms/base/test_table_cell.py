"""Months, days and numbers as people write them in a plan, and nothing else taken for one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.base.table_cell import MONTHS, When, plain, read_count, read_when


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("2020-03", "2020-03", ""),
        ("03/2020", "2020-03", ""),
        ("3/2020", "2020-03", ""),
        ("mars 2020", "2020-03", ""),
        ("Août 2020", "2020-08", ""),
        ("fév. 2020", "2020-02", ""),
        ("March-20", "2020-03", ""),
        ("08/03/2020", "2020-03", "2020-03-08"),
        ("8/3/20", "2020-03", "2020-03-08"),
        ("2020-03-08", "2020-03", "2020-03-08"),
        ("2020-03-08 00:00:00", "2020-03", "2020-03-08"),
        ("8 mars 2020", "2020-03", "2020-03-08"),
        ("1er avril 2020", "2020-04", "2020-04-01"),
        ("08.03.2020", "2020-03", "2020-03-08"),
    ],
)
def test_a_month_or_a_day_is_read_however_it_is_written_the_day_before_the_month(
    text: str, month: str, day: str
) -> None:
    assert read_when(text) == When(month, day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mars",
        "2020",
        "13/2020",
        "31/02/2020",
        "03/20",
        "08/03/1920",
        "8 brumaire 2020",
        "=TODAY()",
        "43898",
        "--",
    ],
)
def test_what_is_no_month_and_no_day_is_none(text: str) -> None:
    assert read_when(text) is None


@given(day=st.dates(date(2000, 1, 1), date(2100, 12, 31)), name=st.sampled_from(sorted(MONTHS)))
def test_every_day_is_read_back_in_every_way_of_writing_it(day: date, name: str) -> None:
    for text in (
        f"{day:%d/%m/%Y}",
        f"{day:%Y-%m-%d}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day} 00:00:00",
    ):
        assert read_when(text) == When(f"{day:%Y-%m}", day.isoformat())
    month = When(f"{day.year}-{MONTHS[name]:02d}")
    assert read_when(f"{name.upper()} {day.year}") == read_when(f"{day.year} {name}") == month


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    when, count = read_when(text), read_count(text)
    assert when is None or when.day.startswith(when.month) or not when.day
    assert count is None or count >= 0
    assert plain(plain(text)) == plain(text)


@given(st.integers(0, 999_999_999))
def test_a_number_is_read_with_or_without_its_blanks(count: int) -> None:
    spaced = f"{count:,}".replace(",", "\u202f")
    assert read_count(str(count)) == read_count(spaced) == read_count(f" {count},0 ") == count


def test_half_a_person_and_a_comma_of_thousands_are_no_number() -> None:
    assert [read_count(text) for text in ("12,5", "1,200", "-3", "douze", "1e3", "²")] == [None] * 6
