"""Shelves say what the tallies say, however sheets come, change and go, and whichever of both answers."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from aggregates.tallies import materialized_views, roll_up, tally_queries
from aggregates.tallies.materialized_views import MATERIALIZED_VIEWS
from aggregates.tallies.query import TallyQuery
from server.store import database
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


def test_views_are_the_sums_of_their_tallies(office: Office) -> None:
    assert_true(office)


def test_every_table_is_the_same_from_views_and_from_tallies(office: Office) -> None:
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

    from_views = answers()
    with office.storage.writing() as db:
        materialized_views.suspend(db)
    assert answers() == from_views


def test_a_large_night_suspends_views_and_builds_them_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_up, "MANY", 2)
    for number in range(5):
        office.send("seance", session(n_femmes=number))
    office.night()
    assert_true(office)


def test_what_a_night_that_was_cut_off_left_suspended_is_built_by_the_next(office: Office) -> None:
    with office.storage.writing() as db:
        materialized_views.suspend(db)
    office.send("seance", session(n_femmes=3))
    office.night()
    assert_true(office)


def test_a_column_more_in_a_view_is_there_after_the_next_opening(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = tuple(
        replace(view, grain=(*view.grain, "mechanism")) if view.name.endswith("activity") else view
        for view in MATERIALIZED_VIEWS
    )
    by_mechanism = {"by": ("mechanism", "activity"), "measure": "participants"}
    before = office.values(**by_mechanism)
    monkeypatch.setattr(materialized_views, "MATERIALIZED_VIEWS", declared)
    assert office.values(**by_mechanism) == before  # none is asked that is not as it is declared
    office.storage.migrate()
    with office.storage.reading() as db:
        found = materialized_views.view_of(db, "tally", ("mechanism", "activity"))
        assert found is not None
        assert "mechanism" in found.grain
        for view in declared:
            kept = db.execute(f"SELECT * FROM {view.name} ORDER BY {view.key}").fetchall()
            assert kept == sorted(materialized_views.sums_for(db, view))
    assert office.values(**by_mechanism) == before
    office.send("seance", session(n_femmes=3))
    office.night()
    assert sum(office.values(**by_mechanism).values()) == sum(before.values()) + 3


def test_a_view_that_is_declared_no_more_goes_with_the_next_opening(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, *declared = MATERIALIZED_VIEWS
    monkeypatch.setattr(materialized_views, "MATERIALIZED_VIEWS", tuple(declared))
    office.storage.migrate()
    with office.storage.reading() as db:
        names = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    assert not {gone.name, f"{gone.name}_insert", f"{gone.name}_update", f"{gone.name}_delete"} & names
    office.send("seance", session(n_femmes=3))
    office.night()


def test_what_an_older_version_built_in_its_own_way_is_put_right_by_the_next_opening(office: Office) -> None:
    view = MATERIALIZED_VIEWS[0]
    with office.storage.writing() as db:
        db.execute(f"DROP TRIGGER {view.name}_update")
        db.execute(f"DROP TABLE {view.name}")
        db.execute(f"CREATE TABLE {view.name} (month TEXT NOT NULL)")
    office.storage.migrate()
    assert_true(office)


def test_a_command_beside_a_large_night_leaves_down_what_it_took_down(office: Office) -> None:
    with office.storage.writing() as db:
        materialized_views.suspend(db)
    office.storage.migrate()
    with office.storage.reading() as db:
        assert not any(materialized_views.is_built(db, view) for view in MATERIALIZED_VIEWS)


def test_an_opening_tells_how_far_it_is_only_where_there_is_much_to_do(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    with office.storage.writing() as db:
        materialized_views.drop(db)
    office.storage.migrate(lambda done, total: told.append((done, total)))
    assert told == []
    monkeypatch.setattr(database, "MANY_TALLIES", 2)
    office.storage.migrate(lambda done, total: told.append((done, total)))
    assert told == []
    with office.storage.writing() as db:
        materialized_views.drop(db)
    office.storage.migrate(lambda done, total: told.append((done, total)))
    assert told == [(done, len(MATERIALIZED_VIEWS)) for done in range(len(MATERIALIZED_VIEWS))]
    assert_true(office)


def _facts(query: TallyQuery) -> dict[str, object]:
    return {
        "by": query.by,
        "filters": query.filters,
        "first_month": query.first_month,
        "last_month": query.last_month,
    }
