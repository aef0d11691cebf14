"""What a form may count, and every way in which its numbers would be wrong, guessed or mixed."""

from dataclasses import replace

import pytest

from forms.definition.age_band import bands_from
from forms.definition.definition import Definition, TagProblem, TallyTag
from forms.definition.tally_tag import MEASURES, check, read_tag
from tests.forms.xforms import FICHE, definition_of, tagged

BANDS = bands_from(["5-17", "18+"])
CELL = "count sex age reach unit subset"


def problems(definition: Definition) -> list[tuple[str, str, str, str]]:
    return [(fault.path, fault.attribute, fault.value, fault.reason) for fault in check(definition, BANDS)]


def cell(
    count: str = "", sex: str = "", age: str = "", reach: str = "", unit: str = "", subset: str = ""
) -> str:
    return f"| | integer | n | N | | | {count} | {sex} | {age} | {reach} | {unit} | {subset} |"


def one(row: str, tags: str = CELL) -> list[tuple[str, str, str, str]]:
    return problems(tagged(row, tags=tags))


@pytest.mark.parametrize(
    "row",
    [
        cell("participants", "F", "18+"),
        cell("participants", "M", "5-17", unit="first_time"),
        cell("participants", "F", "18-24", subset="youth"),
        cell("participants", "F", subset="disability"),
        cell("participants", subset="disability"),
        cell("participants", reach="indirect"),
        cell("participants", reach="media"),
        cell("referrals"),
    ],
)
def test_a_cell_that_says_what_it_counts_is_taken(row: str) -> None:
    assert one(row) == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (cell("participant", "F", "18+"), ("count", "participant", "unknown_measure")),
        (cell("participants", "f", "18+"), ("sex", "f", "unknown_sex")),
        (cell("participants", "F", "adultes"), ("age", "adultes", "age_unreadable")),
        (cell("participants", "F", "15-24"), ("age", "15-24", "age_outside_bands")),
        (cell("participants", "F", "0-4"), ("age", "0-4", "age_outside_bands")),
        (cell("participants", "", "18+"), ("sex", "", "sex_missing")),
        (cell("participants", "F", ""), ("age", "", "age_missing")),
        (cell("participants", "F", "18+", reach="radio"), ("reach", "radio", "unknown_reach")),
        (cell("participants", "F", "18+", unit="persons"), ("unit", "persons", "unknown_unit")),
        (cell("participants", "F", "18+", unit="events"), ("unit", "events", "unknown_unit")),
        (cell("participants", "F", "18+", subset="Âgées"), ("subset", "Âgées", "subset_no_word")),
        (cell("referrals", "F"), ("sex", "F", "events_have_no_people")),
        (cell("referrals", age="18+"), ("age", "18+", "events_have_no_people")),
        (cell("", "F"), ("sex", "F", "nothing_beside")),
        (cell("", reach="media"), ("reach", "media", "nothing_beside")),
    ],
)
def test_a_cell_that_would_be_counted_wrong_is_refused(row: str, problem: tuple[str, str, str]) -> None:
    assert one(row) == [("/n", *problem)]


def test_only_whole_numbers_and_calculations_are_counted() -> None:
    row = "| | {type} | n | N | {calculation} | | participants | F | 18+ |"
    refused = [("/n", "count", "participants", "not_a_number")]
    assert one(row.format(type="integer", calculation=""), "count sex age") == []
    assert one(row.format(type="calculate", calculation="1 + 1"), "count sex age") == []
    for kind in ("decimal", "text", "date", "image", "acknowledge"):
        assert one(row.format(type=kind, calculation=""), "count sex age") == refused


def test_a_tag_that_nobody_knows_is_refused_and_not_passed_over() -> None:
    assert one("| | integer | n | N | | | participants |", "counts") == [
        ("/n", "counts", "participants", "unknown_attribute")
    ]


def test_a_question_has_one_role() -> None:
    row = "| | integer | n | N | | | participants | participants | F | 18+ |"
    assert one(row, "count total sex age") == [("/n", "total", "participants", "two_roles")]


@pytest.mark.parametrize(("asked", "missing"), [("jour", "no_place"), ("lieu", "no_date")])
def test_a_number_without_a_date_or_a_place_belongs_nowhere(asked: str, missing: str) -> None:
    kind, dimension = {"jour": ("date", "date"), "lieu": ("text", "place")}[asked]
    definition = definition_of(f"""
| survey   |
|          | type    | name    | label      | bind::fiche:dimension | bind::fiche:count |
|          | {kind}  | {asked} | Q          | {dimension}           |                   |
|          | integer | n       | N          |                       | referrals         |
| settings |
|          | form_id | namespaces |
|          | club    | {FICHE}    |
""")
    assert problems(definition) == [("/n", "count", "referrals", missing)]


def test_a_date_asked_in_another_repeat_is_not_the_number_s_own() -> None:
    definition = definition_of(f"""
| survey   |
|          | type         | name  | label | bind::fiche:dimension | bind::fiche:count |
|          | text         | lieu  | Lieu  | place                 |                   |
|          | begin repeat | jours | Jours |                       |                   |
|          | date         | jour  | Jour  | date                  |                   |
|          | integer      | n     | N     |                       | referrals         |
|          | end repeat   |       |       |                       |                   |
|          | integer      | reste | Reste |                       | referrals         |
| settings |
|          | form_id | namespaces |
|          | club    | {FICHE}    |
""")
    assert problems(definition) == [("/reste", "count", "referrals", "no_date")]


def test_one_person_for_each_instance_belongs_on_a_repeat() -> None:
    persons = """
| | begin repeat | p | P | | | participants |
| | text | sexe | Sexe | | sex | |
| | end repeat |
"""
    assert one(persons, "each") == []
    assert one("| | integer | n | N | | | participants |", "each") == [
        ("/n", "each", "participants", "each_needs_repeat")
    ]
    assert one(persons, "event") == [("/p", "event", "participants", "not_on_repeat")]


def test_a_total_needs_cells_of_its_own_kind() -> None:
    def with_total(rows: str) -> list[tuple[str, str, str, str]]:
        return one(rows + "\n| | integer | t | T | | | | | | | participants |", "count sex age reach total")

    nothing = [("/t", "total", "participants", "total_of_nothing")]
    assert with_total("| | integer | n | N | | | participants | F | 18+ | | |") == []
    assert with_total("| | integer | n | N | | | participants | | | media | |") == nothing
    assert with_total("| | integer | n | N | | | trainees | F | 18+ | | |") == nothing
    assert with_total("| | integer | n | N | | | referrals | | | | |") == nothing


def test_a_total_is_compared_with_what_stands_in_its_scope_and_further_in() -> None:
    inside = """
| | begin repeat | club | Club |
| | integer | n | N | | | participants | F | 18+ | |
| | end repeat |
| | integer | t | T | | | | | | participants |
"""
    outside = """
| | integer | n | N | | | participants | F | 18+ | |
| | begin repeat | club | Club |
| | integer | t | T | | | | | | participants |
| | end repeat |
"""
    assert one(inside, "count sex age total") == []
    assert one(outside, "count sex age total") == [("/club/t", "total", "participants", "total_of_nothing")]


def test_a_total_of_persons_listed_one_by_one_can_be_checked() -> None:
    rows = """
| | begin repeat | p | P | | | participants | |
| | text | sexe | Sexe | | sex | | |
| | end repeat |
| | integer | t | T | | | | participants |
"""
    assert one(rows, "each total") == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("| | text | q | Q | | lieux | |", ("dimension", "lieux", "unknown_dimension")),
        ("| | image | q | Q | | activity | |", ("dimension", "activity", "not_a_question")),
        ("| | integer | q | Q | | date | |", ("dimension", "date", "not_a_date")),
        ("| | text | q | Q | | status | |", ("dimension", "status", "status_without_held")),
        ("| | text | q | Q | | activity | oui |", ("held", "oui", "held_without_status")),
        ("| | text | q | Q | | | oui |", ("held", "oui", "nothing_beside")),
    ],
)
def test_a_dimension_that_cannot_be_read_is_refused(row: str, problem: tuple[str, str, str]) -> None:
    assert one(row, "held") == [("/q", *problem)]


def test_one_question_alone_says_whether_the_event_took_place() -> None:
    rows = "| | text | a | A | | status | oui |\n| | text | b | B | | status | oui |"
    assert one(rows, "held") == [("/b", "dimension", "status", "second_status")]
    (tag,) = [field.tag for field in tagged(rows, tags="held").fields if field.name == "a"]
    assert tag == TallyTag(dimension="status", took_place=("oui",))


def test_a_form_without_tags_has_nothing_to_check() -> None:
    assert problems(definition_of("| survey |\n| | type | name | label |\n| | text | a | A |")) == []


def test_what_is_no_person_is_counted_in_events() -> None:
    units = {measure: read_tag({"count": measure}) for measure in MEASURES}
    assert {measure: tag.unit for measure, tag in units.items() if tag} == {
        measure: "events" if kind == "events" else "contacts" for measure, kind in MEASURES.items()
    }
    assert read_tag({"sex": "F"}) is None


def test_every_problem_of_a_form_is_told_at_once() -> None:
    rows = "\n".join(
        f"| | integer | n{number} | N | | | participants | {sex} | {age} |"
        for number, (sex, age) in enumerate([("F", ""), ("", "18+"), ("X", "15-24")])
    )
    found = check(tagged(rows, tags="count sex age"), BANDS)
    assert TagProblem("/n0", "age", "", "age_missing") in found
    assert [fault.path for fault in found] == ["/n0", "/n1", "/n2", "/n2"]


def narrative(kind: str = "text", name: str = "recit", *, said: str = "yes", count: str = "") -> str:
    return f"| | {kind} | {name} | Récit | | | {said} | {count} |"


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        (narrative(), []),
        (narrative(said="no"), []),
        (narrative(said="oui"), ["yes_or_no"]),
        (narrative("integer"), ["narrative_no_text"]),
        (narrative("image"), ["narrative_no_text"]),
        (narrative(count="mediations"), ["not_a_number", "narrative_counted"]),
    ],
)
def test_a_narrative_is_a_text_that_counts_nothing(row: str, reasons: list[str]) -> None:
    found = one(row, tags="narrative count")
    assert [fault[3] for fault in found] == reasons


def test_a_confidential_form_asks_for_no_testimony() -> None:
    form = replace(tagged(narrative(), tags="narrative"), is_confidential=True)
    assert problems(form) == [("/recit", "narrative", "yes", "narrative_confidential")]


def test_the_shipped_sheets_own_narrative_is_one_in_versions_that_do_not_say_so() -> None:
    for row, expected in (
        (narrative(name="changement", said=""), {"/changement"}),
        (narrative(name="changement", said="no"), set()),
        (narrative("integer", "changement", said=""), set()),
        (narrative(said=""), set()),
    ):
        assert tagged(row, tags="narrative").narratives == expected


def test_a_form_without_its_narratives_asks_the_rest() -> None:
    form = tagged(narrative(), tags="narrative")
    assert [field.name for field in form.without(form.narratives).fields if field.repeat == ""][:2] == [
        "jour",
        "lieu",
    ]
    assert "/recit" not in form.without(form.narratives).by_path
    assert form.without(frozenset()) is form
