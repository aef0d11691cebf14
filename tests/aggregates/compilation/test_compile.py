"""The compilation sheet: the worked example of the domain page § 7, its sums, and the sheets behind each number."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregates.compilation.balance import differences
from aggregates.compilation.compilation import LINE, SUBTOTAL, TOTAL, VERIFIED, Block, Row
from aggregates.compilation.snapshot import CompiledMonth
from aggregates.plan.planned import Planned
from forms.places.place import locate_all
from forms.places.places import replace_places
from sync import changes
from tests.aggregates.months import FORMATION, MARCH, PLACES, Months
from tests.station import Station, station

__all__ = ["station"]
EXAMPLE = (
    "prevues", "tenues", "h", "f", "g", "fi", "total", "nv_total", "dont_handicap", "orientations", "recues",
    "validees", "a_corriger", "signalements",
)  # fmt: skip


@pytest.fixture
def months(station: Station) -> Months:
    """A CSO without sheets."""
    return Months(station)


def block(month: CompiledMonth, key: str, status: str = "provisional") -> Block:
    """A block that is there."""
    found = month.compilation(status).block(key)
    assert found, key
    return found


def told(of: Block, columns: tuple[str, ...], *kinds: str) -> list[tuple[object, ...]]:
    """The heading and some columns of the rows of some kinds."""
    return [
        (row.cells[0], *(of.value(row, column) for column in columns)) for row in of.rows if row.kind in kinds
    ]


def total(of: Block, column: str, kind: str = TOTAL) -> object:
    """The total of a column."""
    [row] = of.of_kind(kind)
    return of.value(row, column)


def example(months: Months) -> None:
    """The sheets of § 7: two villages, one commune, one month."""
    first = [
        months.send(h=10, f=20, g=10, fi=20, nv_f=40, handicap=2, orientations=1),
        months.send(h=10, f=20, g=10, fi=20, nv_f=20),
        months.send(h=10, f=20, g=10, fi=20, nv_f=20),
        months.send(h=1, f=2, g=10, fi=11, nv_f=10),
    ]
    second = [
        months.send(village="NON2", h=6, f=13, g=8, fi=14),
        months.send(village="NON2", h=6, f=13, g=8, fi=14),
        months.send(village="NON2", h=6, f=14, g=9, fi=16),
    ]
    for sheet in (*first[:3], *second):
        months.review(sheet, "approved")
    months.review(first[3], "hasIssues")
    months.plan(
        Planned("tagne", "2020-03", "NON1", sessions=4, activity="causerie"),
        Planned("tagne", "2020-03", "NON2", sessions=4, activity="causerie"),
    )


def test_the_worked_example_of_the_domain_page_comes_out_exactly(months: Months) -> None:
    example(months)
    compiled = compiled_with_flag(months)
    assert told(block(compiled, "sessions"), EXAMPLE, LINE, SUBTOTAL) == [
        ("Nonkon › village test 1", 4, 4, 31, 62, 40, 71, 204, 90, 2, 1, 4, 3, 1, 1),
        ("Nonkon › village test 2", 4, 3, 18, 40, 25, 44, 127, None, 0, 0, 3, 3, 0, 0),
        ("Nonkon", 8, 7, 49, 102, 65, 115, 331, 90, 2, 1, 7, 6, 1, 1),
    ]
    sessions = block(compiled, "sessions")
    assert [sessions.value(row, "nv_fiches") for row in sessions.of_kind(SUBTOTAL)] == ["4/7"]
    assert total(sessions, "total", VERIFIED) == 331 - 24
    assert compiled.header.expected == 8
    assert differences(compiled.provisional) == differences(compiled.verified) == ()


def compiled_with_flag(months: Months) -> CompiledMonth:
    """The month after a roll-up, with a flag that somebody raised beside those of the rules."""
    months.night()
    with months.station.storage.writing() as db:
        db.execute("INSERT OR REPLACE INTO finding SELECT MIN(id), 'gps_far', '', '{}' FROM submission")
    return months.month()


def test_every_number_is_the_sum_of_the_sheets_listed_behind_it(months: Months) -> None:
    example(months)
    months.review(months.send(village="GUI1", type="caravane", h=5, indirect=50, media=900), "rejected")
    months.send(village="GUI1", statut="reportee", type=None, seance=None)
    months.send(
        village="ailleurs", f=3, personne=[{"age": 3}, {"age": 4, "sexe": "F"}], mariages=1, mediations=0
    )
    compiled = months.month()
    looked_at = 0
    for status in ("provisional", "verified"):
        for compiled_block in compiled.compilation(status).blocks:
            for row, column, value in numbers(compiled_block):
                behind = compiled.behind(compiled_block.key, row.keys, column, status)
                if row.kind == VERIFIED:
                    behind = compiled.behind(compiled_block.key, row.keys, column, "verified")
                assert sum(behind.values()) == (value or 0), (compiled_block.key, row, column)
                looked_at += 1
    assert looked_at > 200


def numbers(of: Block) -> Iterator[tuple[Row, str, int | None]]:
    """Every number that can be listed down to sheets."""
    for row in of.rows:
        for column, value in zip(of.columns, row.cells, strict=True):
            if column.is_listed and column.kind == "number" and not isinstance(value, str):
                if row.kind == VERIFIED and value is None:
                    continue
                yield row, column.key, value


def test_a_sheet_that_names_a_place_otherwise_stands_in_the_row_of_the_place(months: Months) -> None:
    called = [replace(place, aliases=("SIR",)) if place.code == "GUI1" else place for place in PLACES]
    with months.station.storage.writing() as db:
        replace_places(db, locate_all(called)[0])
    months.send(village="GUI1", h=1)
    months.send(village="SIR", h=2)
    lines = told(block(months.month(), "sessions"), ("h",), LINE)
    assert lines == [("Guihoyo › Sirado", 3)]


def test_an_unknown_age_or_sex_is_counted_and_children_under_five_are_not(months: Months) -> None:
    months.send(h=1, f=2, personne=[{"age": 3, "sexe": "M"}] * 3 + [{"age": 20}, {"age": 20, "sexe": "F"}])
    sessions = block(months.month(), "sessions")
    assert (total(sessions, "autres"), total(sessions, "total")) == (1, 5)
    assert differences(months.month().provisional) == ()


def test_a_column_of_others_is_not_there_when_nobody_is_in_it(months: Months) -> None:
    months.send(h=1)
    assert not block(months.month(), "sessions").has("autres")


def test_rejected_sheets_are_seen_and_counted_nowhere(months: Months) -> None:
    months.review(months.send(h=9), "rejected")
    sessions = block(months.month(), "sessions")
    assert [total(sessions, column) for column in ("recues", "rejetees", "tenues", "total")] == [1, 1, 0, 0]


def test_what_was_put_off_or_called_off_stands_in_its_own_column(months: Months) -> None:
    months.send(statut="reportee", seance=None)
    months.send(statut="annulee", seance=None)
    months.send(statut="oubliee", seance=None)
    sessions = block(months.month(), "sessions")
    assert [total(sessions, column) for column in ("tenues", "reportees", "annulees", "non_tenues")] == [
        0,
        1,
        1,
        1,
    ]


def test_indirect_and_media_reach_are_never_in_the_total(months: Months) -> None:
    months.send(h=2, indirect=600, media=5000)
    sessions = block(months.month(), "sessions")
    assert [total(sessions, column) for column in ("total", "indirect", "media")] == [2, 600, 5000]


def test_first_timers_that_nobody_tells_are_unknown_and_not_nought(months: Months) -> None:
    months.send(village="NON1", h=2)
    months.send(village="NON2", h=2, nv_f=0)
    assert told(block(months.month(), "sessions"), ("nv_total", "nv_fiches"), LINE, TOTAL) == [
        ("Nonkon › village test 1", None, "0/1"),
        ("Nonkon › village test 2", 0, "1/1"),
        ("", 0, "1/2"),
    ]


def test_a_village_where_something_was_planned_and_nothing_came_is_there(months: Months) -> None:
    months.plan(
        Planned("tagne", "2020-03", "GUI1", sessions=2), Planned("tagne", "2020-03", "NON", sessions=1)
    )
    compiled = months.month()
    assert told(block(compiled, "sessions"), ("prevues", "tenues"), LINE, SUBTOTAL, TOTAL) == [
        ("Guihoyo › Sirado", 2, 0),
        ("Guihoyo", 2, 0),
        ("Nonkon", 1, 0),
        ("Nonkon", 1, 0),
        ("", 3, 0),
    ]
    assert block(compiled, "missing").of_kind(TOTAL)[0].cells[1:4] == (3, 0, 3)


def test_without_a_plan_nobody_is_said_to_have_planned_nothing(months: Months) -> None:
    months.send(h=2)
    assert total(block(months.month(), "sessions"), "prevues") is None
    assert months.month().header.expected is None


def test_trained_persons_stand_in_a_block_of_their_own_by_place(months: Months) -> None:
    assert months.month().provisional.block("trainings") is None  # nobody published such a form
    months.station.publish(FORMATION)
    months.send(h=2)
    months.send(form="formation", rang=[{"categorie": "a", "n_h": 3, "n_f": 4}, {"categorie": "b", "n_f": 1}])
    compiled = months.month()
    trainings = block(compiled, "trainings")
    assert [total(trainings, column) for column in ("tenues", "h", "f", "total", "recues")] == [1, 3, 5, 8, 1]
    assert total(block(compiled, "sessions"), "total") == 2
    assert differences(compiled.provisional) == ()


def test_changes_are_told_by_place_and_only_where_there_are_any(months: Months) -> None:
    months.send(h=2, mariages=2, mediations=1)
    months.send(village="NON2", h=2, mariages=0)
    assert told(block(months.month(), "changes"), ("mariages", "mediations"), LINE, SUBTOTAL, TOTAL) == [
        ("Nonkon › village test 1", 2, 1),
        ("Nonkon", 2, 1),
        ("", 2, 1),
    ]


def test_sheets_of_another_cso_and_of_another_month_are_not_there(months: Months) -> None:
    months.send(cso="apdf", h=7)
    months.send(jour="2020-04-01", h=7)
    assert months.month().header.received == 0


def test_a_sheet_without_a_date_is_of_no_month_and_that_is_said(months: Months) -> None:
    months.send(jour=None, h=7)
    header = months.month().header
    assert (header.received, header.undated) == (0, 1)


def test_a_held_sheet_counts_nowhere_until_somebody_decides(months: Months) -> None:
    kept = months.send(h=5)
    months.send(h=2)
    months.night()
    with months.station.storage.writing() as db:
        db.execute("INSERT OR REPLACE INTO finding VALUES (?, 'no_participants', '', '{}')", [kept])
        changes.append(db, kept, "flag", MARCH)
    compiled = months.month()
    sessions = block(compiled, "sessions")
    assert [total(sessions, column) for column in ("recues", "retenues", "total")] == [2, 1, 2]
    assert compiled.header.on_hold == 1
    assert differences(compiled.provisional) == ()


def test_two_views_have_the_same_totals(months: Months) -> None:
    months.send(h=1, type="causerie")
    months.send(f=2, type="preche", village="GUI1")
    months.send(fi=4, type=None)
    compiled = months.month()
    places, activities = block(compiled, "sessions"), block(compiled, "activities")
    shared = [column.key for column in places.columns[2:]]
    assert [total(places, key) for key in shared] == [total(activities, key) for key in shared]
    assert [row.cells[0] for row in activities.of_kind(LINE)] == ["causerie", "preche", ""]


def test_states_add_up_to_the_provisional_number(months: Months) -> None:
    for number, state in enumerate((None, "edited", "hasIssues", "approved", "rejected"), start=1):
        months.review(months.send(h=10**number), state)
    states = block(months.month(), "states")
    assert [(row.cells[0], states.value(row, "total")) for row in states.rows] == [
        ("received", 10),
        ("edited", 100),
        ("has_issues", 1000),
        ("approved", 10000),
        ("", 11110),
    ]


def test_the_sheet_tells_the_time_of_the_sheets_own_event(months: Months) -> None:
    months.send(h=1, jour="2020-03-31", at=datetime(2020, 5, 1, tzinfo=UTC))
    assert months.month().header.received == 1
    assert MARCH.month == 3
