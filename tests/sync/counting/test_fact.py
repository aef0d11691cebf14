"""What one sheet counts."""

import pytest

from sync.counting.answer import read_count
from sync.counting.cell import Cell, key_of
from sync.counting.derivation import Derivation, Finding
from tests.aggregates.sheets import CLUB, SESSION, STOPS, derived, session

WOMEN = Cell("participants", "contacts", "direct", "", "F", "18+")


def facts(derivation: Derivation) -> dict[Cell, int]:
    return {cell: n for record in derivation.records for cell, n in record.facts}


def rules(derivation: Derivation) -> list[tuple[str, str]]:
    return [(finding.rule, finding.path) for finding in derivation.findings]


def ages(**person: str) -> list[str]:
    return [cell.age_band for cell in facts(derived(CLUB, {"jour": "2020-02-28", "personne": [person]}))]


def test_every_tagged_cell_becomes_a_fact_under_the_dimensions_of_its_sheet() -> None:
    sheet = derived(SESSION, session(n_femmes=25, n_filles=14))
    (record,) = sheet.records
    assert (record.number, record.event_date, record.status) == (0, "2020-03-08", "oui")
    assert record.grain[:7] == ("2020-03", 1, "seance", "T-NON1", "tagne", "causerie", "hors_ecole")
    assert facts(sheet) == {
        WOMEN: 25,
        WOMEN._replace(age_band="5-17"): 14,
        Cell("sessions", "events", "direct", "", "", ""): 1,
    }
    assert sheet.findings == ()


def test_an_empty_cell_is_unknown_and_a_zero_is_a_number() -> None:
    sheet = derived(SESSION, session(n_femmes=0, n_filles="", n_hommes="NaN"))
    assert [n for cell, n in facts(sheet).items() if cell.measure == "participants"] == [0]


def test_a_postponed_session_is_kept_with_its_status_and_counts_nothing() -> None:
    sheet = derived(SESSION, session(statut="reportee", n_femmes=25, total_fiche=3))
    (record,) = sheet.records
    assert (record.status, record.facts, sheet.findings) == ("reportee", (), ())


def test_the_finest_place_that_was_answered_wins() -> None:
    both = derived(SESSION, session(commune="KOU-KOL-NON"))
    commune = derived(SESSION, session(commune="KOU-KOL-NON", village=""))
    assert [both.records[0].grain.place, commune.records[0].grain.place] == ["T-NON1", "KOU-KOL-NON"]


def test_units_reaches_and_subsets_are_cells_of_their_own() -> None:
    sheet = derived(
        SESSION, session(n_femmes=25, nv_femmes=5, dont_handicap=2, n_indirect=400, n_mediations=1)
    )
    kinds = {(cell.measure, cell.unit, cell.reach, cell.subset): n for cell, n in facts(sheet).items()}
    assert kinds == {
        ("participants", "contacts", "direct", ""): 25,
        ("participants", "first_time", "direct", ""): 5,
        ("participants", "contacts", "direct", "disability"): 2,
        ("participants", "contacts", "indirect", ""): 400,
        ("mediations", "events", "direct", ""): 1,
        ("sessions", "events", "direct", ""): 1,
    }


@pytest.mark.parametrize("when", ["", "hier", "2020-13-01", "08/03/2020"])
def test_a_sheet_without_a_readable_date_counts_in_no_month_and_is_pointed_out(when: str) -> None:
    sheet = derived(SESSION, session(date_seance=when, n_femmes=25))
    assert (sheet.records[0].grain.month, sheet.records[0].event_date) == ("", "")
    assert facts(sheet)[WOMEN] == 25
    assert rules(sheet) == [("missing_date", "/date_seance")]


def test_a_moment_gives_its_day() -> None:
    sheet = derived(SESSION, session(date_seance="2020-03-08T23:30:00.000+01:00"))
    assert sheet.records[0].event_date == "2020-03-08"


@pytest.mark.parametrize("text", ["douze", "-3", "2.5", "1_000", "99999999999", "inf", "1 200"])
def test_a_number_that_cannot_be_read_is_pointed_out_and_not_guessed(text: str) -> None:
    sheet = derived(SESSION, session(n_femmes=text, n_filles=14))
    assert WOMEN not in facts(sheet)
    assert rules(sheet) == [("unreadable_value", "/effectifs/n_femmes")]


@pytest.mark.parametrize(("text", "n"), [("12", 12), ("12.0", 12), ("1.2E1", 12), (" 12 ", 12), ("0", 0)])
def test_numbers_are_read_as_form_engines_write_them(text: str, n: int) -> None:
    assert read_count(text) == n


def test_a_stated_total_is_compared_with_the_cells_and_never_counted() -> None:
    sheet = derived(SESSION, session(n_hommes=12, n_femmes=25, nv_femmes=5, n_indirect=400, total_fiche=61))
    assert sum(n for cell, n in facts(sheet).items() if cell[:4] == WOMEN[:4]) == 37
    details = {"stated": 61, "counted": 37, "difference": 24}
    assert [(finding.rule, finding.details) for finding in sheet.findings] == [
        ("stated_total_mismatch", details)
    ]


def test_a_stated_total_that_agrees_says_nothing() -> None:
    assert derived(SESSION, session(n_hommes=12, n_femmes=25, total_fiche=37)).findings == ()


def test_a_sheet_counts_the_same_whatever_else_is_on_it() -> None:
    plain = derived(SESSION, session(n_femmes=25))
    assert derived(SESSION, session(n_femmes=25, note="autre chose")) == plain


def test_each_person_of_a_repeat_is_one_record() -> None:
    people = [{"sexe": "F", "age": "13"}, {"sexe": "m", "age": "40"}, {"sexe": "autre"}]
    sheet = derived(CLUB, {"jour": "2020-03-08", "village": "T-NON1", "personne": people})
    assert [(record.number, record.grain.place) for record in sheet.records] == [
        (1, "T-NON1"),
        (2, "T-NON1"),
        (3, "T-NON1"),
    ]
    assert [(cell.sex, cell.age_band, n) for cell, n in facts(sheet).items()] == [
        ("F", "13", 1),
        ("M", "40", 1),
        ("", "", 1),
    ]


def test_age_is_in_completed_years_on_the_day_of_the_event() -> None:
    assert ages(naissance="2002-02-28") == ["18"]
    assert ages(naissance="2002-02-29") == [""]
    assert ages(naissance="2002-03-01") == ["17"]
    assert ages(annee="2004") == ["16"]
    assert ages(age="0") == ["0"]


def test_a_date_of_birth_is_more_exact_than_a_declared_age_and_that_than_a_year() -> None:
    assert ages(naissance="2002-03-01", age="20", annee="1990") == ["17"]
    assert ages(age="20", annee="1990") == ["20"]


def test_ages_that_only_a_year_of_birth_told_are_marked_as_estimated() -> None:
    people = [{"annee": "2002"}, {"age": "20", "annee": "1990"}, {"annee": "2009"}, {"annee": "3000"}]
    sheet = derived(CLUB, {"jour": "2020-01-01", "personne": people})
    assert [cell.age_band for cell in facts(sheet)] == ["18", "20", "11", ""]
    found = {finding.rule: (finding.path, finding.details) for finding in sheet.findings}
    assert found["age_estimated"] == ("/personne[1]/annee", {"count": 2})


def test_an_age_needs_the_day_of_the_event_unless_it_was_declared() -> None:
    sheet = derived(CLUB, {"personne": [{"sexe": "F", "naissance": "2002-03-01"}, {"sexe": "F", "age": "9"}]})
    assert [cell.age_band for cell in facts(sheet)] == ["", "9"]
    assert rules(sheet) == [("missing_date", "/jour")]


@pytest.mark.parametrize("person", [{"age": "douze"}, {"age": "900"}, {"naissance": "2021-01-01"}])
def test_an_impossible_age_is_unknown_and_pointed_out_by_its_person(person: dict[str, str]) -> None:
    (question,) = person
    sheet = derived(CLUB, {"jour": "2020-03-08", "personne": [{"age": "13"}, {"sexe": "F"} | person]})
    assert rules(sheet) == [("unreadable_value", f"/personne[2]/{question}")]
    assert len(sheet.records) == 2


def test_what_a_repeat_does_not_tell_comes_from_around_it() -> None:
    stops = [
        {"village": "T-NON1", "etat": "oui", "femmes": 10, "total": 12},
        {"village": "T-NON2", "etat": "annulee", "femmes": 9},
        {"village": "T-NON3", "etat": "oui", "jour": "2020-04-02", "femmes": 8, "total": 8},
    ]
    sheet = derived(STOPS, {"depart": "2020-03-30", "osc": "tagne", "etape": stops})
    assert [(r.number, r.grain.month, r.grain.place, r.grain.cso, len(r.facts)) for r in sheet.records] == [
        (1, "2020-03", "T-NON1", "tagne", 1),
        (2, "2020-03", "T-NON2", "tagne", 0),
        (3, "2020-04", "T-NON3", "tagne", 1),
    ]
    details = {"stated": 12, "counted": 10, "difference": 2}
    assert sheet.findings == (Finding("stated_total_mismatch", "/etape[1]/total", details),)


def test_a_key_is_a_digest_of_its_columns_alone() -> None:
    assert key_of(WOMEN) == key_of(Cell(*WOMEN))
    assert 0 <= key_of(WOMEN) < 2**63
    assert key_of(WOMEN) != key_of(WOMEN._replace(sex="M"))
