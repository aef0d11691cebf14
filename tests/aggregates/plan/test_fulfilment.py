"""What was to come and what came: nobody is asked for a sheet that is there, and no sheet serves twice."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from aggregates.plan.expectation import (
    Animator,
    Awaited,
    ExpectationLimits,
    Field,
    MonthExpectation,
    PlannedMonth,
    SheetSeen,
    awaited_of,
)
from aggregates.plan.fulfilment import expectation
from aggregates.plan.planned import Planned
from forms.base.month import Month
from forms.places.cso_code import CsoCode

LIMITS = ExpectationLimits(days_around=3, grace_days=3, late_days=7)
AWA, OUMOU = Animator(1, "Awa", "2020-03-20"), Animator(2, "Oumou")
COMMUNE = frozenset(("NON", "KOL", "KOU"))
AFTER = date(2020, 4, 20)


def sheet(number: int, day: str = "2020-03-08", **changed: object) -> SheetSeen:
    seen = SheetSeen(
        number, "seance", "V1", COMMUNE, "causerie", day, "oui", True, 10, 1, f"{day}T18:00:00.000Z", ""
    )
    return seen._replace(**changed)  # type: ignore[arg-type]


def planned(**changed: object) -> Planned:
    return replace(Planned("tagne", "2020-03", "V1"), **changed)  # type: ignore[arg-type]


def laid(
    plan: list[Planned],
    sheets: list[SheetSeen],
    *,
    today: date = AFTER,
    senders: dict[str, int] | None = None,
) -> MonthExpectation:
    return expectation(
        PlannedMonth(Month(2020, 3), [awaited_of(line, LIMITS) for line in plan], sheets),
        Field(CsoCode("tagne"), [AWA, OUMOU]),
        today=today,
        last_senders=senders or {},
        limits=LIMITS,
    )


def test_a_month_awaits_as_many_sheets_as_sessions_and_a_day_awaits_one() -> None:
    told = laid(
        [planned(sessions=3), planned(place="V2", day="2020-03-08", sessions=4)], [sheet(1), sheet(2)]
    )
    assert [(line.planned, line.received, line.missing) for line in told.lines] == [(3, 2, 1), (1, 0, 1)]
    assert (told.planned, told.received, told.missing, told.took_place) == (4, 2, 2, 2)


def test_a_session_may_be_held_some_days_off_its_day_and_no_more() -> None:
    plan = [planned(day="2020-03-08")]
    assert laid(plan, [sheet(1, "2020-03-11")]).missing == 0
    assert laid(plan, [sheet(1, "2020-03-12")]).missing == 1


def test_a_line_of_a_commune_is_served_by_any_of_its_villages_and_names_of_kinds_are_kept_to() -> None:
    assert laid([planned(place="NON")], [sheet(1)]).missing == 0
    assert laid([planned(place="V2")], [sheet(1)]).missing == 1
    assert laid([planned(activity="projection")], [sheet(1)]).missing == 1
    assert laid([planned(form="formation")], [sheet(1)]).missing == 1


def test_nothing_is_called_missing_that_another_assignment_explains() -> None:
    """The nearest sheet of the first line is the only one of the second: it moves on."""
    plan = [planned(day="2020-03-10"), planned(activity="projection")]
    sheets = [sheet(1, "2020-03-10", activity="projection"), sheet(2, "2020-03-12")]
    told = laid(plan, sheets)
    assert told.missing == 0
    assert [line.sheets[0].submission_id for line in told.lines] == [2, 1]


def test_a_session_that_was_held_counts_before_the_one_that_was_put_off() -> None:
    put_off = sheet(1, "2020-03-08", took_place=False, status="reportee", people=0)
    told = laid([planned(day="2020-03-08")], [put_off, sheet(2, "2020-03-10")])
    assert told.lines[0].took_place == 1
    assert told.lines[0].people == 10
    assert [sheet.submission_id for sheet in told.unplanned] == [1]
    alone = laid([planned(day="2020-03-08")], [put_off]).lines[0]
    assert (alone.received, alone.took_place, alone.missing, alone.people) == (1, 0, 0, 0)


def test_what_is_missing_is_overdue_once_its_day_or_the_month_and_the_grace_are_over() -> None:
    plan = [planned(day="2020-03-08"), planned(place="V2")]
    for today, overdue in (
        ("2020-03-11", [False, False]),
        ("2020-03-12", [True, False]),
        ("2020-04-04", [True, True]),
    ):
        told = laid(plan, [], today=date.fromisoformat(today))
        assert [line.is_overdue for line in told.lines] == overdue, today
    assert [line.awaited.place for line in told.missing_lines] == ["V1", "V2"]


def test_a_sheet_is_expected_from_whom_the_plan_names_else_from_who_sent_last_from_there() -> None:
    plan = [planned(animator="OUMOU"), planned(place="V2"), planned(place="V3"), planned(animator="Kadi")]
    told = laid(plan, [], senders={"V2": 1})
    assert [(line.animator_id, line.animator) for line in told.lines] == [
        (2, "Oumou"),
        (1, "Awa"),
        (None, ""),
        (None, "Kadi"),
    ]
    assert [(animator.name, animator.missing) for animator in told.animators] == [
        ("Awa", 1),
        ("Kadi", 1),
        ("Oumou", 1),
        ("", 1),
    ]


def test_an_animator_is_told_what_came_late_and_how_long_the_phone_is_silent() -> None:
    sheets = [
        sheet(1, "2020-03-08", created_at="2020-03-15T01:00:00.000Z"),
        sheet(2, "2020-03-08", created_at="2020-03-16T01:00:00.000Z"),
    ]
    awa, oumou = laid([planned()], sheets, senders={"V1": 1}).animators
    assert (awa.expected, awa.fulfilled, awa.received, awa.unplanned, awa.late) == (1, 1, 2, 1, 1)
    assert (awa.days_silent, oumou.days_silent) == (31, None)


def test_sheets_of_the_office_are_received_though_no_animator_sent_them() -> None:
    told = laid([planned()], [sheet(1), sheet(2, animator_id=None), sheet(3, animator_id=77)])
    assert (told.received, told.received_otherwise) == (3, 2)
    assert sum(animator.received for animator in told.animators) + told.received_otherwise == told.received


def test_what_a_register_adds_is_awaited_beside_the_plan() -> None:
    """A club that meets weekly: one line a week, each served by a sheet of its own week."""
    weeks = [
        Awaited("V1", f"2020-03-{day:02d}", f"2020-03-{day + 6:02d}", form="club", source="clubs")
        for day in (2, 9, 16, 23)
    ]
    sheets = [
        sheet(1, "2020-03-03", form="club"),
        sheet(2, "2020-03-04", form="club"),
        sheet(3, "2020-03-20"),
    ]
    told = expectation(
        PlannedMonth(Month(2020, 3), weeks, sheets),
        Field(CsoCode("tagne"), []),
        today=AFTER,
        last_senders={},
        limits=LIMITS,
    )
    assert [line.missing for line in told.lines] == [0, 1, 1, 1]


PLACES = ("V1", "V2", "NON")
KINDS = ("", "causerie", "projection")
DAYS = st.integers(1, 31).map(lambda day: f"2020-03-{day:02d}")
PLANS = st.lists(
    st.builds(
        planned,
        place=st.sampled_from(PLACES),
        day=st.one_of(st.just(""), DAYS),
        activity=st.sampled_from(KINDS),
        animator=st.sampled_from(("", "Awa", "Oumou")),
        sessions=st.integers(1, 4),
        people=st.one_of(st.none(), st.integers(0, 50)),
    ),
    max_size=8,
)
SHEETS = st.lists(
    st.tuples(DAYS, st.sampled_from(PLACES), st.sampled_from(KINDS), st.booleans(), st.integers(1, 3)),
    max_size=14,
).map(
    lambda rows: [
        sheet(number, day, place=place, activity=kind, took_place=took_place, animator_id=animator)
        for number, (day, place, kind, took_place, animator) in enumerate(rows)
    ]
)


@given(plan=PLANS, sheets=SHEETS)
def test_no_sheet_serves_twice_and_no_line_takes_more_than_it_awaits(
    plan: list[Planned], sheets: list[SheetSeen]
) -> None:
    told = laid(plan, sheets, senders={"V1": 1, "NON": 2})
    used = [sheet.submission_id for line in told.lines for sheet in line.sheets]
    assert len(used) == len(set(used))
    assert all(line.missing >= 0 and line.received <= line.planned for line in told.lines)
    assert len(used) + len(told.unplanned) == len(sheets)
    assert sum(animator.missing for animator in told.animators) == told.missing
    assert all(animator.expected == animator.fulfilled + animator.missing for animator in told.animators)
    assert sum(animator.expected for animator in told.animators) == told.planned


@given(plan=PLANS, sheets=SHEETS, data=st.data())
def test_the_order_of_the_lines_and_of_the_sheets_changes_nothing(
    plan: list[Planned], sheets: list[SheetSeen], data: st.DataObject
) -> None:
    other = laid(data.draw(st.permutations(plan)), data.draw(st.permutations(sheets)))
    told = laid(plan, sheets)
    assert sorted(map(repr, told.lines)) == sorted(map(repr, other.lines))
    assert told.unplanned == other.unplanned
    assert told.animators == other.animators


def most_served(lines: list[Awaited], sheets: list[SheetSeen]) -> int:
    """By the plainest algorithm there is: one place after another, by a depth-first search."""
    places = [number for number, line in enumerate(lines) for _ in range(line.sessions)]
    taken: dict[int, int] = {}

    def serves(line: Awaited, sheet: SheetSeen) -> bool:
        return (
            line.place in {sheet.place, *sheet.above}
            and line.first_day <= sheet.event_date <= line.last_day
            and line.activity in ("", sheet.activity)
        )

    def find(place: int, tried: set[int]) -> bool:
        for number, sheet in enumerate(sheets):
            if number in tried or not serves(lines[places[place]], sheet):
                continue
            tried.add(number)
            if number not in taken or find(taken[number], tried):
                taken[number] = place
                return True
        return False

    return sum(find(place, set()) for place in range(len(places)))


@given(plan=PLANS, sheets=SHEETS)
def test_as_many_lines_are_served_as_any_assignment_can_serve(
    plan: list[Planned], sheets: list[SheetSeen]
) -> None:
    lines = [awaited_of(line, LIMITS) for line in plan]
    assert sum(line.received for line in laid(plan, sheets).lines) == most_served(lines, sheets)
