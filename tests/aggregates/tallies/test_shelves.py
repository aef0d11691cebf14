"""Shelves say what the tallies say, however sheets come, change and go, and whichever of both answers."""

from itertools import combinations
from pathlib import Path

import pytest

from aggregates.tallies import materialized_views, roll_up, tally_queries
from aggregates.tallies.materialized_views import MATERIALIZED_VIEWS
from aggregates.tallies.query import TallyQuery
from tests.aggregates.sheets import CLUB, SESSION, STOPS, Office, session

DIMENSIONS = ("month", "region", "village", "cso", "activity", "form", "sex", "year")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Sheets of two villages and months, one of them changed, one rejected, one gone, over several nights."""
    office = Office(tmp_path, SESSION, CLUB, STOPS)
    for number, village in enumerate(["T-NON1", "T-NON2", "", "NOBODY-KNOWS"] * 3):
        day = f"2020-0{3 + number % 2}-0{1 + number % 3}"
        sheet = office.send(
            "seance", session(village=village, date_seance=day, n_femmes=2**number, n_hommes=1)
        )
        if number % 5 == 0:
            office.review(sheet, "approved")
        office.night()
    office.edit(1, "seance", session(village="T-NON2", date_seance="2021-01-01", n_femmes=7))
    office.review(2, "rejected")
    office.delete(3)
    office.night()
    return office


def assert_true(office: Office) -> None:
    with office.storage.reading() as db:
        for view in MATERIALIZED_VIEWS:
            kept = db.execute(f"SELECT * FROM {view.name} ORDER BY {view.key}").fetchall()
            assert kept == sorted(materialized_views.sums_for(db, view)), view.name


def test_shelves_are_the_sums_of_their_tallies(office: Office) -> None:
    assert_true(office)


def test_every_table_is_the_same_from_shelves_and_from_tallies(office: Office) -> None:
    def answers() -> list[object]:
        queries = [
            TallyQuery(by=by, filters=filters, first_month=first, last_month=last)
            for length in range(3)
            for by in combinations(DIMENSIONS, length)
            for filters in (
                {},
                {"region": ("KOU",)},
                {"activity": ("causerie", "")},
                {"village": ("T-NON2",)},
            )
            for first, last in (("", ""), ("2020-04", ""), ("2020-01", "2020-12"))
        ]
        with office.storage.reading() as db:
            reviews = [tally_queries.sheets_by_review(db, query) for query in queries]
        return [*reviews, *(office.ask(**_facts(query)) for query in queries)]

    from_shelves = answers()
    with office.storage.writing() as db:
        materialized_views.take_down(db)
    assert answers() == from_shelves


def test_a_large_night_takes_shelves_down_and_puts_them_up_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_up, "MANY", 2)
    for number in range(5):
        office.send("seance", session(n_femmes=number))
    office.night()
    assert_true(office)


def test_what_a_night_that_was_cut_off_left_down_is_put_up_by_the_next(office: Office) -> None:
    with office.storage.writing() as db:
        materialized_views.take_down(db)
    office.send("seance", session(n_femmes=3))
    office.night()
    assert_true(office)


def _facts(query: TallyQuery) -> dict[str, object]:
    return {
        "by": query.by,
        "filters": query.filters,
        "first_month": query.first_month,
        "last_month": query.last_month,
    }
