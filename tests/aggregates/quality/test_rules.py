"""Each quality rule of the domain page § 10: what it flags, and what it leaves alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from aggregates.quality import (
    rule_date,
    rule_number,
    rule_owner,
    rule_person,
    rule_place,
    rule_size,
)
from aggregates.quality.reference import KnownMechanism, ReferenceData, read_mechanisms
from aggregates.quality.rule_size import Usual
from aggregates.quality.sheet import Number, Person, Position
from aggregates.quality.threshold import Group
from forms.places.cso_code import CsoCode
from sync.counting.cell import Cell
from sync.counting.head_count import Heads
from tests.aggregates.quality.good_sheet import (
    GIRLS,
    REGISTERS,
    SHEET,
    THRESHOLDS,
    WOMEN,
    details,
    fingerprint,
    sheet,
)


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("2020-03-09", None),
        ("2020-03-10", None),
        ("2020-03-11", {"date": "2020-03-11", "received": "2020-03-09"}),
        (None, None),
    ],
)
def test_v01_a_date_after_the_receipt(event: str | None, found: object) -> None:
    day = date.fromisoformat(event) if event else None
    assert details(rule_date.future_date(sheet(event_date=day), THRESHOLDS)) == found


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (date(2018, 8, 24), None),
        (date(2018, 8, 23), {"date": "2018-08-23", "start": "2018-08-24"}),
        (date(2022, 12, 31), None),
        (date(2023, 1, 1), {"date": "2023-01-01", "end": "2022-12-31", "case": "after"}),
        (None, None),
    ],
)
def test_v02_a_date_outside_the_project(event: date | None, found: object) -> None:
    limits = replace(THRESHOLDS, project_end=date(2022, 12, 31))
    assert details(rule_date.outside_project(sheet(event_date=event), limits)) == found
    endless = replace(THRESHOLDS, project_start=None, project_end=None)
    assert rule_date.outside_project(sheet(event_date=event), endless) is None


@pytest.mark.parametrize(
    ("received", "corrected", "found"),
    [
        ("2020-04-07T23:59:59.999Z", "2020-04-07T23:59:59.999Z", None),
        ("2020-04-08T00:00:00.000Z", "2020-04-08T00:00:00.000Z", {"days": 31}),
        ("2020-03-09T00:00:00.000Z", "2020-09-01T00:00:00.000Z", None),
    ],
)
def test_v03_a_late_sheet_but_not_a_late_correction(received: str, corrected: str, found: object) -> None:
    late = sheet(received_at=received, version_received_at=corrected)
    assert details(rule_date.late(late, THRESHOLDS)) == found


@pytest.mark.parametrize(
    ("n", "reach", "found"),
    [
        (5000, "direct", None),
        (5001, "direct", {"value": 5001, "limit": 5000}),
        (500_000, "media", None),
    ],
)
def test_v04_a_cell_that_no_phone_lets_through(n: int, reach: str, found: object) -> None:
    number = Number("/n_femmes", WOMEN._replace(reach=reach), n, 1)
    assert details(rule_number.impossible_cell(number, SHEET, THRESHOLDS)) == found


@pytest.mark.parametrize(
    ("changes", "is_held_back"),
    [
        ({"reached": 0, "people": 0}, True),
        ({"reached": 900, "people": 0}, False),
        ({"reached": 0, "took_place": False}, False),
        ({"reached": 0, "asks_people": False}, False),
        ({}, False),
    ],
)
def test_v05_a_held_event_without_anybody(changes: dict[str, Any], is_held_back: bool) -> None:
    assert (rule_number.no_participants(sheet(**changes), THRESHOLDS) is not None) == is_held_back


@pytest.mark.parametrize(
    ("part", "n", "found"),
    [
        (WOMEN._replace(unit="first_time"), 22, None),
        (WOMEN._replace(unit="first_time"), 23, {"part": 23, "whole": 22}),
        (WOMEN._replace(subset="disability", age_band=""), 33, None),
        (WOMEN._replace(subset="disability", age_band=""), 34, {"part": 34, "whole": 33}),
        (WOMEN._replace(subset="youth", age_band="18-24"), 23, {"part": 23, "whole": 22}),
        (WOMEN._replace(sex="M", unit="first_time"), 99, None),
        (WOMEN._replace(reach="indirect", unit="first_time"), 99, None),
        (WOMEN, 99, None),
    ],
)
def test_v07_a_part_beyond_its_whole(part: Cell, n: int, found: object) -> None:
    number = Number("/part", part, n, 1)
    wholes = (Number("/n_femmes", WOMEN, 22, 1), Number("/n_filles", GIRLS, 11, 1))
    elsewhere = Number("/other", WOMEN, 1000, 2)
    assert details(
        rule_number.part_above_whole(number, sheet(numbers=(*wholes, elsewhere, number)), THRESHOLDS)
    ) == (found)


def test_v07_a_cell_that_nobody_filled_in_is_unknown_and_not_nought() -> None:
    disability = Number(
        "/n_handicap", Cell("participants", "contacts", "direct", "disability", "F", ""), 3, 1
    )
    women = Number("/n_femmes", WOMEN, 2, 1)
    filled = sheet(numbers=(women, disability))
    assert details(rule_number.part_above_whole(disability, filled, THRESHOLDS)) == {"part": 3, "whole": 2}
    girls_unknown = sheet(numbers=(women, disability), unanswered=((1, GIRLS),))
    assert rule_number.part_above_whole(disability, girls_unknown, THRESHOLDS) is None
    elsewhere = sheet(numbers=(women, disability), unanswered=((2, GIRLS),))
    assert rule_number.part_above_whole(disability, elsewhere, THRESHOLDS) is not None


@pytest.mark.parametrize(
    ("activity", "people", "found"),
    [
        ("causerie", 200, None),
        ("causerie", 201, {"people": 201, "limit": 200}),
        ("focus_groupe", 16, {"people": 16, "limit": 15}),
        ("caravane", 2000, None),
    ],
)
def test_v08_a_big_group(activity: str, people: int, found: object) -> None:
    row = fingerprint(activity=activity, people=people)
    assert details(rule_size.unusual_size(row, THRESHOLDS)) == found


@pytest.mark.parametrize(
    ("people", "usual", "found"),
    [
        (440, Usual(5, 44), None),
        (441, Usual(5, 44), {"people": 441, "usual": 44, "sheets": 5}),
        (200, Usual(4, 3), None),
        (201, Usual(4, 3), {"people": 201, "limit": 200, "case": "limit"}),
    ],
)
def test_v09_many_times_what_is_usual(people: int, usual: Usual, found: object) -> None:
    assert details(rule_size.outlier(fingerprint(people=people), usual, THRESHOLDS)) == found


def test_v09_looks_at_the_twelve_months_up_to_its_own() -> None:
    usual = rule_size.usual_by_month({1: {10: 3}, 12: {30: 3}, 13: {50: 1}, 30: {7: 2, 9: 2}}, 12)
    assert usual == {1: Usual(3, 10), 12: Usual(6, 10), 13: Usual(4, 30), 30: Usual(4, 7)}


@pytest.mark.parametrize(
    ("age", "group", "found"),
    [
        (24, Group(10, 24), None),
        (25, Group(10, 24), {"age": 25, "lower": 10, "upper": 24}),
        (9, Group(10, 24), {"age": 9, "lower": 10, "upper": 24}),
        (4, Group(), {"age": 4, "lower": 5, "upper": 110, "case": "impossible"}),
        (111, Group(), {"age": 111, "lower": 5, "upper": 110, "case": "impossible"}),
        (40, Group(), None),
        (None, Group(10, 24), None),
    ],
)
def test_v10_an_age_outside_the_group(age: int | None, group: Group, found: object) -> None:
    person = Person("/personne[1]/age", "F", age, "")
    assert details(rule_person.age_out_of_range(person, group, THRESHOLDS)) == found


@pytest.mark.parametrize(
    ("sex", "situation", "found"),
    [
        ("M", "marie", None),
        ("M", "", None),
        ("", "", None),
        ("F", "marie", {"case": "sex"}),
        ("M", "celibataire", {}),
    ],
)
def test_v11_a_situation_unlike_the_group(sex: str, situation: str, found: object) -> None:
    person = Person("/personne[1]", sex, 30, situation)
    group = THRESHOLDS.groups["cdm"]
    assert details(rule_person.situation_unlike_group(person, group, THRESHOLDS)) == found


@pytest.mark.parametrize(
    ("changes", "mechanisms", "expected"),
    [
        ({"mechanism": "CDM-1"}, {"CDM-1": KnownMechanism("cdm", "", "")}, "cdm"),
        ({"category": "cdfm"}, {}, "cdfm"),
        ({"form": "mentoree_inscription"}, {}, "mentoree_inscription"),
    ],
)
def test_the_group_is_told_by_mechanism_category_or_form(
    changes: dict[str, Any], mechanisms: dict[str, KnownMechanism], expected: str
) -> None:
    found = rule_person.group_of(sheet(**changes), mechanisms, THRESHOLDS)
    assert found == THRESHOLDS.groups[expected]
    assert rule_person.group_of(SHEET, {}, THRESHOLDS) == Group()


@pytest.mark.parametrize(
    ("latitude", "longitude", "accuracy", "rules"),
    [
        (13.5, -8.0, 5.0, {}),
        (13.58, -8.0, 5.0, {}),
        (13.7, -8.0, 5.0, {"gps_far": {"km": 22, "limit": 10}}),
        (48.85, 2.35, 5.0, {"gps_outside_country": {}}),
        (13.5, -8.0, 101.0, {"gps_inaccurate": {"metres": 101}}),
        (13.5, -8.0, None, {}),
    ],
)
def test_v14_a_position_far_away(
    latitude: float, longitude: float, accuracy: float | None, rules: object
) -> None:
    here = sheet(position=Position("/gps", latitude, longitude, accuracy))
    checks = (rule_place.gps_far, rule_place.gps_outside_country, rule_place.gps_inaccurate)
    found = [check(here, REGISTERS, THRESHOLDS) for check in checks]
    assert {flag.rule: dict(flag.details) for flag in found if flag} == rules


@pytest.mark.parametrize(
    ("answered", "owner", "said"),
    [
        ("apsef", "tagne", {"answered": "APSEF", "owner": "TAGNE"}),
        (" TAGNE ", "tagne", None),
        ("", "tagne", None),
        ("apsef", "", None),
    ],
)
def test_v29_another_organisation_is_answered_than_the_one_that_it_counts_for(
    answered: str, owner: str, said: dict[str, str] | None
) -> None:
    here = sheet(answered_cso=CsoCode(answered), cso=CsoCode(owner))
    assert details(rule_owner.cso_unlike_phone(here, THRESHOLDS)) == said


def test_v14_says_nothing_where_the_village_has_no_position() -> None:
    there = sheet(place="T-YEL1", position=Position("/gps", 13.7, -8.0, 5.0))
    assert rule_place.gps_far(there, REGISTERS, THRESHOLDS) is None


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, set()),
        ({"place": "T-YEL1"}, {"zone"}),
        ({"place": "T-YEL1", "cso": "apdf"}, set()),
        ({"event_date": date(2021, 1, 1)}, {"zone"}),
        ({"place": "NULLE-PART"}, {"unknown_village"}),
        ({"place": "KOU-KOL-NON-AUTRE"}, {"unknown_village"}),
        ({"place": ""}, set()),
    ],
)
def test_v15_a_village_of_another_zone_or_of_no_list(changes: dict[str, Any], rules: set[str]) -> None:
    there = sheet(**changes)
    found = [check(there, REGISTERS, THRESHOLDS) for check in (rule_place.zone, rule_place.unknown_village)]
    assert {flag.rule for flag in found if flag} == rules
    assert rule_place.unknown_village(there, ReferenceData(), THRESHOLDS) is None


@pytest.mark.parametrize(
    ("mechanism", "found"),
    [
        ("CDM-1", None),
        ("AUTRE", None),
        ("", None),
        ("CDM-9", {"mechanism": "CDM-9"}),
        ("CDM-2", {"mechanism": "CDM-2", "case": "closed"}),
        ("CDM-3", {"mechanism": "CDM-3", "case": "elsewhere"}),
        ("CDM-4", None),
    ],
)
def test_v16_a_group_that_is_closed_unknown_or_elsewhere(mechanism: str, found: object) -> None:
    rows = [
        {"name": "CDM-1", "type": "cdm", "commune": "KOU-KOL-NON"},
        {"name": "CDM-2", "type": "cdm", "commune": "KOU-KOL-NON", "closed": "2020-03-07"},
        {"name": "CDM-3", "type": "cdm", "village": "T-YEL1"},
        {"name": "CDM-4", "closed": "2020-03-08"},
        {"name": ""},
    ]
    there = sheet(mechanism=mechanism)
    assert details(rule_place.mechanism_closed(there, REGISTERS, read_mechanisms(rows), THRESHOLDS)) == found
    assert rule_place.mechanism_closed(there, REGISTERS, {}, THRESHOLDS) is None


@pytest.mark.parametrize(
    ("setting", "heads", "found"),
    [
        ("scolaire", Heads(9, 22, 6, 11), {"adults": 31, "children": 17}),
        ("scolaire", Heads(1, 1, 1, 1), None),
        ("hors_ecole", Heads(9, 22, 6, 11), None),
    ],
)
def test_v20_more_adults_than_children_in_a_school(setting: str, heads: Heads, found: object) -> None:
    assert details(rule_number.school_adults(sheet(setting=setting, heads=heads), THRESHOLDS)) == found


@pytest.mark.parametrize(("seconds", "found"), [(59, {"seconds": 59}), (60, None), (-5, None)])
def test_v21_filled_faster_than_it_can_be_read(seconds: int, found: object) -> None:
    start = datetime(2020, 3, 8, 10, tzinfo=UTC)
    end = datetime.fromtimestamp(start.timestamp() + seconds, UTC)
    assert details(rule_date.filled_fast(sheet(started=start, ended=end), THRESHOLDS)) == found
    assert rule_date.filled_fast(SHEET, THRESHOLDS) is None


def test_v22_an_older_version_of_the_form() -> None:
    assert rule_date.outdated_form(SHEET, THRESHOLDS) is None
    found = rule_date.outdated_form(sheet(newer_version="2"), THRESHOLDS)
    assert details(found) == {"version": "1", "current": "2"}


@pytest.mark.parametrize(
    ("together", "population", "found"),
    [(800, 800, None), (801, 800, {"together": 801, "population": 800}), (801, None, None)],
)
def test_v27_more_people_than_live_there(together: int, population: int | None, found: object) -> None:
    assert details(rule_place.more_than_population(together, population)) == found
