"""The month of a CSO from the database: what the plan awaits, and which sheets count as come."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from aggregates.plan import plans
from aggregates.plan.by_place import place_counts
from aggregates.plan.expect import expected
from aggregates.plan.expectation import Animator, ExpectationLimits, Field, MonthExpectation
from aggregates.plan.planned import Planned
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync.counting.summary import Summary
from sync.intake import summaries
from tests.aggregates.sheets import SESSION, Office, session

NOW = datetime(2020, 3, 1, tzinfo=UTC)
PLACES = (
    ("KOU", "Koulikoro", "KOU"),
    ("KOU-KOL", "Kolokani", "KOU KOU-KOL"),
    ("KOU-KOL-NON", "Nonkon", "KOU KOU-KOL KOU-KOL-NON"),
    ("T-NON1", "Éléna", "KOU KOU-KOL KOU-KOL-NON T-NON1"),
    ("T-NON2", "Dinguera", "KOU KOU-KOL KOU-KOL-NON T-NON2"),
)


class Desk(Office):
    """An office where sheets have their summary and their CSO."""

    def come(
        self, day: str = "2020-03-08", place: str = "T-NON1", *, cso: str = "tagne", state: str = ""
    ) -> int:
        """A sheet comes from a village."""
        key = self.send("seance", session(date_seance=day, village=place))
        with self.storage.writing() as db:
            db.execute(
                "UPDATE submission SET cso = :cso, submitter_id = 7, review_state = NULLIF(:state, '')"
                " WHERE id = :id",
                {"cso": cso, "state": state, "id": key},
            )
            summaries.put(db, key, Summary(day, place, "causerie", "oui", True, 12))
        return key

    def plan(self, *lines: Planned) -> None:
        """A plan is taken in."""
        with self.storage.writing() as db:
            plans.add_import(db, 1, lines, file_name="plan.csv", actor_id=None, now=NOW)

    def month(self, cso: str = "TAGNE", *, month: str = "2020-03") -> MonthExpectation:
        """The expectation of March, or of another month."""

        def ask(db: Database) -> MonthExpectation:
            return expected(
                db,
                1,
                Field(CsoCode(cso), [Animator(7, "Awa", "2020-04-20")]),
                Month.parse(month),
                today=date(2020, 4, 30),
                limits=ExpectationLimits(),
            )

        with self.storage.reading() as db:
            return ask(db)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, SESSION)
    desk.place(*PLACES)
    return desk


def test_a_rejected_sheet_another_month_and_another_cso_fulfil_nothing(desk: Desk) -> None:
    desk.plan(Planned("tagne", "2020-03", "T-NON1", sessions=4))
    for state in ("", "rejected", "hasIssues", "approved"):
        desk.come(state=state)
    desk.come("2020-04-01")
    desk.come(cso="apsef")
    told = desk.month()
    assert (told.planned, told.received, told.missing) == (4, 3, 1)


def test_a_session_is_not_missing_that_was_held_on_the_other_side_of_the_months_end(desk: Desk) -> None:
    desk.plan(
        Planned("tagne", "2020-03", "T-NON1", day="2020-03-31"),
        Planned("tagne", "2020-03", "T-NON2", day="2020-03-01"),
        Planned("tagne", "2020-03", "T-NON2", day="2020-03-30"),
        Planned("tagne", "2020-04", "T-NON1", sessions=2),
    )
    for day, place in (("2020-04-01", "T-NON1"), ("2020-02-28", "T-NON2"), ("2020-04-03", "T-NON2")):
        desk.come(day, place)
    march, april, february = (desk.month(month=text) for text in ("2020-03", "2020-04", "2020-02"))
    assert [line.missing for line in march.lines] == [0, 0, 1]  # four days after the 30th are too many
    assert (march.received, march.took_place, march.took_place_beside) == (0, 0, 2)
    assert [count.for_others for count in place_counts(april)] == [1, 0]
    assert (april.received, april.took_place, april.missing) == (2, 2, 2)
    assert [sheet.place for sheet in april.unplanned] == ["T-NON2"]
    assert ([count.took_place for count in place_counts(february)], february.unplanned) == ([1], ())


def test_what_two_months_could_count_goes_where_it_leaves_least_missing(desk: Desk) -> None:
    """The sheet of 1 April serves March, because others serve April's lines without a day."""
    desk.plan(
        Planned("tagne", "2020-03", "T-NON1", day="2020-03-31"),
        Planned("tagne", "2020-04", "T-NON1", sessions=1),
    )
    for day in ("2020-04-01", "2020-04-20"):
        desk.come(day)
    assert desk.month().missing == desk.month(month="2020-04").missing == 0


def test_a_commune_is_served_by_its_villages_and_asked_of_whoever_last_sent_from_there(desk: Desk) -> None:
    desk.plan(Planned("tagne", "2020-03", "KOU-KOL-NON", sessions=2, people=60))
    desk.come(place="T-NON2")
    [line] = desk.month().lines
    assert (line.received, line.missing, line.people, line.animator) == (1, 1, 12, "Awa")
    assert line.is_overdue


def test_an_answer_that_is_no_day_is_in_nobodys_month(desk: Desk) -> None:
    desk.plan(Planned("tagne", "2020-03", "T-NON1", day="2020-03-08"))
    for day in ("2020-03-1x", "2020-03-", "2020-02-31"):
        desk.come(day)
    assert desk.month().received == 0


def test_a_cso_without_a_plan_is_asked_for_nothing(desk: Desk) -> None:
    desk.come()
    told = desk.month()
    assert (told.planned, told.received, told.missing, len(told.unplanned)) == (0, 1, 0, 1)
