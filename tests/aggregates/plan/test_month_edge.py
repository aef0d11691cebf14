"""Months that hang together: whichever is asked for, every sheet serves one line of one month."""

from hypothesis import given
from hypothesis import strategies as st

from aggregates.plan.expectation import (
    Awaited,
    Field,
    MonthExpectation,
    PlannedMonth,
    SheetSeen,
    awaited_of,
)
from aggregates.plan.fulfilment import expectation
from aggregates.plan.month_edge import MOST_AROUND, joined
from forms.base.month import FIRST, LAST, Month
from forms.places.cso_code import CsoCode
from tests.aggregates.plan.test_fulfilment import AFTER, LIMITS, most_served, planned, sheet

MONTHS = ("2021-01", "2021-02", "2021-03", "2021-04")
DAYS = st.sampled_from(
    [
        f"{month}-{day:02d}"
        for month in MONTHS
        for last in [Month.parse(month).length]
        for day in (1, 2, 3, 15, last - 2, last - 1, last)
    ]
)
PLACES = st.sampled_from(("V1", "V2", "NON"))
KINDS = st.sampled_from(("", "causerie", "projection"))
PLANS = st.lists(
    st.tuples(PLACES, st.one_of(DAYS, st.sampled_from(MONTHS)), KINDS, st.integers(1, 2)).map(
        lambda drawn: awaited_of(
            planned(
                place=drawn[0],
                month=drawn[1][:7],
                day=drawn[1] if len(drawn[1]) > 7 else "",
                activity=drawn[2],
                sessions=drawn[3],
            ),
            LIMITS,
        )
    ),
    max_size=9,
)
SHEETS = st.lists(st.tuples(DAYS, PLACES, KINDS, st.booleans()), max_size=12).map(
    lambda rows: [
        sheet(number, day, place=place, activity=kind, took_place=took_place)
        for number, (day, place, kind, took_place) in enumerate(rows)
    ]
)


def seen_from(month: str, lines: list[Awaited], sheets: list[SheetSeen]) -> MonthExpectation:
    """One month, as somebody sees it who asks for that month alone."""

    def lines_of(name: Month) -> list[Awaited]:
        return [line for line in lines if month_of(line) == str(name)]

    def sheets_of(name: Month) -> list[SheetSeen]:
        return [sheet for sheet in sheets if sheet.event_date.startswith(str(name))]

    asked = Month.parse(month)
    here = PlannedMonth(asked, lines_of(asked), sheets_of(asked))
    around = [pair for step in (-1, 1) for pair in joined(here, step, lines_of, sheets_of)]
    return expectation(
        here, Field(CsoCode("tagne")), today=AFTER, last_senders={}, limits=LIMITS, around=around
    )


def month_of(line: Awaited) -> str:
    """Of whose plan a line is."""
    return line.due[:7]


@given(lines=PLANS, sheets=SHEETS)
def test_all_months_tell_the_same_and_no_less_is_served_than_can_be(
    lines: list[Awaited], sheets: list[SheetSeen]
) -> None:
    told = {month: seen_from(month, lines, sheets) for month in MONTHS}
    used = {
        sheet.submission_id: month
        for month, one in told.items()
        for line in one.lines
        for sheet in line.sheets
    }
    assert len(used) == sum(line.received for one in told.values() for line in one.lines)
    assert len(used) == most_served(lines, sheets)
    for month, one in told.items():
        for month_sheet in one.sheets:
            assert month_sheet.event_date.startswith(month)
            assert (month_sheet in one.unplanned) == (month_sheet.submission_id not in used)
            assert (month_sheet in one.for_others) == (used.get(month_sheet.submission_id, month) != month)
        beside = [
            sheet for line in one.lines for sheet in line.sheets if not sheet.event_date.startswith(month)
        ]
        assert one.took_place_beside == len(beside)


def test_months_without_a_day_at_their_edge_are_looked_at_alone() -> None:
    asked: list[str] = []

    def sheets_of(name: Month) -> list[SheetSeen]:
        asked.append(name)
        return [sheet(1, f"{name}-01")]

    line = awaited_of(planned(month="2020-03", day="2020-03-15"), LIMITS)
    assert joined(PlannedMonth(Month(2020, 3), [line], []), 1, lambda name: [], sheets_of) == []
    assert asked == []


def test_a_chain_of_months_is_followed_only_so_far() -> None:
    def lines_of(name: Month) -> list[Awaited]:
        return [awaited_of(planned(month=str(name), day=name.next.first_day.isoformat()), LIMITS)]

    def sheets_of(name: Month) -> list[SheetSeen]:
        return [sheet(1, f"{name}-01")]

    march = Month(2020, 3)
    found = joined(PlannedMonth(march, lines_of(march), sheets_of(march)), 1, lines_of, sheets_of)
    assert len(found) == MOST_AROUND


def test_there_is_nothing_beyond_the_calendar() -> None:
    for month in (FIRST, LAST):
        for step in (-1, 1):
            assert joined(PlannedMonth(month, [], []), step, lambda name: [], lambda name: []) == []
    assert seen_from("9999-12", [], []).missing == seen_from("0001-01", [], []).missing == 0
