"""A plan's rows: what is right is taken in, what is wrong is told with its line, column and what is allowed."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.plan.column import HEADINGS, LAYOUT
from aggregates.plan.planned import Planned
from aggregates.plan.reading import PlanReading, read_plan, rows_of
from aggregates.plan.resolver import NameResolver, PlanForm
from forms.base.table import ColumnsMissing, find_columns
from forms.places.place import Place, locate_all

GAZETTEER = (
    Place("KOU", "region", "Koulikoro", "ML"),
    Place("KOU-KOL", "cercle", "Kolokani", "KOU", "TAGNE"),
    Place("NON", "commune", "Nonkon", "KOU-KOL"),
    Place("KOL", "commune", "Kolokani", "KOU-KOL"),
    Place("SIB", "commune", "Siby", "KOU-KOL", "APSEF"),
    Place("V1", "village", "Éléna", "NON"),
    Place("V2", "village", "Dinguera", "NON"),
    Place("V3", "village", "Dinguera", "KOL"),
    Place("V4", "village", "Siby", "SIB"),
)
FORMS = (
    PlanForm(
        "seance",
        ("Fiche de séance",),
        {"causerie": ("causerie éducative", "group talk"), "radio": ("émission",)},
    ),
    PlanForm("formation", ("Formation",), {}),
)


def resolver(reach: frozenset[str] | None = None) -> NameResolver:
    located, _ = locate_all(GAZETTEER)
    return NameResolver(
        {"TAGNE": "Association Tagné", "APSEF": "APSEF"},
        located,
        FORMS,
        {"tagne": ("Awa Demba", "Oumou")},
        reach,
    )


def read(
    *lines: str,
    heading: str = "osc;lieu;commune;mois;date;activite;seances;personnes",
    **more: frozenset[str],
) -> PlanReading:
    rows = [(number, line.split(";")) for number, line in enumerate((heading, *lines), start=1)]
    return read_plan(rows, resolver(**more))


def test_a_line_is_read_by_codes_and_by_names_whatever_their_accents_and_case() -> None:
    told = read(
        "tagne;V1;;2020-03;;causerie;4;120", "Association TAGNE;elena;;mars 2020;;Causerie Educative;4;120"
    )
    assert told.problems == ()
    assert set(told.planned) == {
        Planned("tagne", "2020-03", "V1", activity="causerie", sessions=4, people=120)
    }
    assert [remark.rule for remark in told.remarks] == ["same_as"]


def test_every_column_has_a_french_and_an_english_heading_and_a_title_may_stand_above() -> None:
    row = [
        "TAGNE",
        "V1",
        "",
        "",
        "8/3/2020",
        "group talk",
        "Fiche de seance",
        "awa demba",
        "1",
        "100",
        "20",
        "40",
        "10",
        "30",
    ]
    for headings in (
        ["OSC", "Lieu", "Commune", "Mois", "Date", "Activité", "Fiche", "Animateur", "Séances", "Personnes",
         "Hommes", "Femmes", "Garçons", "Filles"],
        ["CSO", "Place", "Commune", "Month", "Date", "Activity", "Form", "Animator", "Sessions", "People",
         "Men", "Women", "Boys", "Girls"],
    ):  # fmt: skip
        told = read_plan([(1, ["Plan de mars"]), (3, headings), (4, row)], resolver())
        assert told.planned == (
            Planned(
                "tagne",
                "2020-03",
                "V1",
                "2020-03-08",
                "seance",
                "causerie",
                "Awa Demba",
                1,
                100,
                20,
                40,
                10,
                30,
            ),
        )


def test_a_name_that_several_places_bear_needs_its_commune() -> None:
    told = read(
        "tagne;Dinguera;;2020-03;;;1;",
        "tagne;Dinguera;Nonkon;2020-03;;;1;",
        "tagne;Dinguera;Siby;2020-03;;;1;",
    )
    assert [line.place for line in told.planned] == ["V2"]
    assert [(problem.row, problem.rule, problem.allowed) for problem in told.problems] == [
        (2, "place_ambiguous", ("Kolokani", "Nonkon")),
        (4, "place_elsewhere", ("Nonkon", "Kolokani")),
    ]


def test_a_village_goes_before_the_commune_of_its_name_and_a_commune_alone_is_a_place() -> None:
    told = read("apsef;Siby;;2020-03;;;1;", "tagne;Nonkon;;2020-03;;;1;", "tagne;;Kolokani;2020-03;;;1;")
    assert [line.place for line in told.planned] == ["V4", "NON", "KOL"]


def test_each_mistake_is_told_with_what_stands_there_and_what_is_allowed() -> None:
    told = read("tagne;Elenna;;2020-13;;causerie;0;douze", "sini;V1;;2020-03;;danse;2;5")
    assert told.planned == ()
    assert told.refused == 2
    assert [
        (problem.row, problem.column, problem.found, problem.rule, problem.allowed)
        for problem in told.problems
    ] == [
        (2, "lieu", "Elenna", "place_unknown", ("Éléna",)),
        (2, "mois", "2020-13", "when_unreadable", ()),
        (2, "seances", "0", "number_unreadable", ("1", "999")),
        (2, "personnes", "douze", "number_unreadable", ("0", "1000000")),
        (3, "osc", "sini", "cso_unknown", ("APSEF", "TAGNE")),
        (3, "activite", "danse", "activity_unknown", ("causerie", "radio")),
    ]


def test_a_coordinator_plans_for_her_own_cso_and_need_not_name_it() -> None:
    told = read("apsef;V4;;2020-03;;;1;", ";V1;;2020-03;;;1;", reach=frozenset(("tagne",)))
    assert [line.cso for line in told.planned] == ["tagne"]
    assert [(problem.rule, problem.allowed) for problem in told.problems] == [("cso_not_yours", ("TAGNE",))]


def test_a_line_without_a_cso_is_of_the_places() -> None:
    assert [line.cso for line in read(";V1;;2020-03;;;;", ";V4;;2020-03;;;;").planned] == ["tagne", "apsef"]


def test_the_first_day_of_a_month_in_the_column_of_months_is_the_month() -> None:
    told = read(
        "tagne;V1;;01/03/2020;;;3;", "tagne;V1;;2020-03;31/03/2020;;1;", "tagne;V1;;2020-03;01/04/2020;;1;"
    )
    assert [(line.month, line.day) for line in told.planned] == [("2020-03", ""), ("2020-03", "2020-03-31")]
    assert [problem.rule for problem in told.problems] == ["month_differs"]


def test_a_day_is_one_session_and_the_cells_add_up_to_the_whole() -> None:
    told = read(
        "V1;8/3/2020;3;;;;;", "V1;2020-03;;100;20;40;10;31", "V1;2020-03;;50;20;40;;", "V1;2020-03;;100;20;40;;",
        heading="lieu;mois;seances;personnes;hommes;femmes;garcons;filles",
    )  # fmt: skip
    assert [problem.rule for problem in told.problems] == [
        "day_has_one_session",
        "people_differ",
        "people_differ",
    ]
    assert len(told.planned) == 1


def test_a_heading_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(ColumnsMissing) as refusal:
        read("x", heading="osc;lieux dits;moiss;seances")
    assert refusal.value.facts["missing"] == ("lieu / commune", "mois / date")
    assert "moiss → mois" in refusal.value.facts["near"]
    assert read("V1;2020-03;2", heading="lieu;mois;seancess").unread == (("seancess", "seances"),)


def test_no_heading_means_two_columns() -> None:
    known = [heading for headings in HEADINGS.values() for heading in headings]
    assert len(known) == len(set(known))


def test_lines_of_a_program_are_read_like_a_file() -> None:
    lines = [
        {"cso": "TAGNE", "place": "V1", "month": "2020-03", "sessions": 4},
        {"place": "V9", "month": "2020-03"},
    ]
    told = read_plan(rows_of(lines), resolver())
    assert [line.sessions for line in told.planned] == [4]
    assert [(problem.row, problem.column, problem.rule) for problem in told.problems] == [
        (2, "place", "place_unknown")
    ]


CELLS = st.one_of(
    st.sampled_from(
        ["", "V1", "tagne", "2020-03", "08/03/2020", "4", "lieu", "mois", "Nonkon", "=1+1", "x" * 300]
    ),
    st.text(max_size=12),
)


@given(rows=st.lists(st.lists(CELLS, max_size=9), max_size=12))
def test_whatever_the_rows_say_each_line_is_taken_in_or_told(rows: Sequence[Sequence[str]]) -> None:
    numbered = [(1, ["osc", "lieu", "commune", "mois", "date", "activite", "seances", "personnes"])]
    numbered += [(number, list(row)) for number, row in enumerate(rows, start=2)]
    columns = find_columns(numbered, LAYOUT)
    told = read_plan(numbered, resolver())
    assert len(told.planned) + told.refused == sum(number > columns.row for number, _ in numbered)
    for line in told.planned:
        assert line.sessions >= 1
        assert line.cso in ("tagne", "apsef")
