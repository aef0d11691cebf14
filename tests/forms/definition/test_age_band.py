"""Ages on the day of the event, and bands that fit into each other or are refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.definition.age_band import (
    OLDEST,
    AgeBand,
    AgeBandInvalid,
    bands_from,
    completed_years,
    parse_band,
    place,
)

BANDS = st.builds(
    lambda lower, length: AgeBand(lower, None if length is None else min(lower + length, OLDEST)),
    st.integers(0, OLDEST),
    st.none() | st.integers(0, OLDEST),
)
REPORTING = bands_from(["5-17", "18+"])


@given(BANDS)
def test_a_band_that_is_written_is_read_back(band: AgeBand) -> None:
    assert parse_band(str(band)) == band


@given(st.text(alphabet="0123456789-+ ٣x", max_size=8))
def test_any_text_is_a_band_or_is_refused(text: str) -> None:
    try:
        band = parse_band(text)
    except AgeBandInvalid:
        return
    assert band.upper is None or band.lower <= band.upper <= OLDEST


@pytest.mark.parametrize(
    "text", ["", "+", "-", "5-", "-17", "17-5", "18-24+", "5 - 17", "adultes", "151+", "1" * 5000]
)
def test_what_is_no_band_is_refused(text: str) -> None:
    with pytest.raises(AgeBandInvalid) as refusal:
        parse_band(text)
    assert refusal.value.facts == {"band": text}


@given(BANDS, BANDS)
def test_a_band_holds_another_when_it_holds_each_of_its_ages(outer: AgeBand, inner: AgeBand) -> None:
    def ages(band: AgeBand) -> set[int]:
        return set(range(band.lower, 1000 if band.upper is None else band.upper + 1))

    assert outer.holds(inner) == (ages(inner) <= ages(outer))


def test_a_band_goes_to_the_one_band_that_holds_all_of_it() -> None:
    assert place(parse_band("13-17"), REPORTING) == AgeBand(5, 17)
    assert place(parse_band("18-24"), REPORTING) == AgeBand(18)
    assert place(parse_band("18"), REPORTING) == AgeBand(18)


@pytest.mark.parametrize("text", ["15-24", "0-17", "0-4", "5+"])
def test_a_band_across_two_bands_or_outside_all_goes_nowhere(text: str) -> None:
    assert place(parse_band(text), REPORTING) is None


@pytest.mark.parametrize("texts", [["5-17", "17+"], ["18+", "5-17"], ["18+", "60+"], ["5-17", "5-17"]])
def test_bands_that_overlap_or_stand_out_of_order_are_no_scheme(texts: list[str]) -> None:
    with pytest.raises(AgeBandInvalid):
        bands_from(texts)


def test_a_scheme_may_have_gaps() -> None:
    assert bands_from(["0-4", "10-14", "60+"]) == (AgeBand(0, 4), AgeBand(10, 14), AgeBand(60))


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(2002, 3, 9), date(2020, 3, 8), 17),
        (date(2002, 3, 8), date(2020, 3, 8), 18),
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2020, 3, 8), date(2020, 3, 8), 0),
    ],
)
def test_a_year_is_completed_on_the_birthday_and_not_before(birth: date, on: date, years: int) -> None:
    assert completed_years(birth, on) == years


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_nobody_gets_younger(birth: date, on: date) -> None:
    later = date.fromordinal(on.toordinal() + 1)
    assert completed_years(birth, later) - completed_years(birth, on) in (0, 1)
