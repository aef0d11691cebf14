"""A month place by place, and what a new plan changes of the present one."""

from dataclasses import replace
from datetime import date

from aggregates.plan.by_place import PlaceCount, place_counts, total_of
from aggregates.plan.difference import PlanTotals, difference
from aggregates.plan.expectation import ExpectationLimits, Field, PlannedMonth, SheetSeen, awaited_of
from aggregates.plan.fulfilment import expectation
from aggregates.plan.planned import Planned
from forms.base.month import Month
from forms.places.cso_code import CsoCode

LIMITS = ExpectationLimits()


def sheet(number: int, place: str, status: str = "oui", people: int = 10) -> SheetSeen:
    took_place = status == "oui"
    return SheetSeen(
        number, "seance", place, frozenset(("NON",)), "causerie", "2020-03-08", status, took_place,
        people if took_place else 0, 1, "2020-03-08T18:00:00.000Z", "",
    )  # fmt: skip


def test_held_put_off_called_off_and_missing_add_up_place_by_place() -> None:
    plan = [Planned("tagne", "2020-03", "V1", sessions=5, people=100), Planned("tagne", "2020-03", "V2")]
    sheets = [
        *(sheet(number, "V1") for number in (1, 2)),
        sheet(3, "V1", "reportee"),
        sheet(4, "V1", "annulee"),
        sheet(5, "V3"),
    ]
    told = expectation(
        PlannedMonth(Month(2020, 3), [awaited_of(line, LIMITS) for line in plan], sheets),
        Field(CsoCode("tagne"), []),
        today=date(2020, 3, 9),
        last_senders={},
        limits=LIMITS,
    )
    counts = place_counts(told)
    assert counts == [
        PlaceCount(
            "V1", planned=5, took_place=2, postponed=1, cancelled=1, missing=1, people_planned=100, people=20
        ),
        PlaceCount("V2", planned=1, missing=1),
        PlaceCount("V3", took_place=1, unplanned=1, people=10),
    ]
    total = total_of(counts)
    assert (total.planned, total.took_place, total.missing, total.people_planned, total.people) == (
        6,
        3,
        2,
        100,
        30,
    )
    assert (total.took_place, total.missing) == (told.took_place, told.missing)


def test_a_new_plan_is_compared_with_the_present_one_line_by_line() -> None:
    line = Planned("tagne", "2020-03", "V1", sessions=4, people=100)
    other = Planned("tagne", "2020-03", "V2", day="2020-03-08", men=3, women=4)
    [told] = difference([line, line, other], {("tagne", "2020-03"): [line, replace(line, place="V9")]})
    assert (told.same, told.added, told.dropped) == (1, 2, 1)
    assert told.new == PlanTotals(3, 9, 207)
    assert told.present == PlanTotals(2, 8, 200)


def test_a_month_that_had_no_plan_is_all_new() -> None:
    [march, april] = difference([Planned("tagne", month, "V1") for month in ("2020-04", "2020-03")], {})
    assert (march.month, april.month) == ("2020-03", "2020-04")
    assert march.present == PlanTotals()
    assert march.new.people is None
