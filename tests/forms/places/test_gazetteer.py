"""A table of places, as Excel writes it in French and as others do: read, or refused with line and column."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.base.refusal import Refusal
from forms.base.table import CellsRefused, ColumnsMissing
from forms.places.gazetteer import LAYOUT, Register, read_gazetteer, read_places
from forms.places.place import Place
from forms.places.register_change import SuccessorUnfit
from server.base.table_reader import read_rows
from server.web.problem import sentence

SMALL = """code,level,name,parent,cso,lat,lon
R2,region,Ségou,ML,,13.45,-6.26
R1,region,Kayes,ML,,,
C1,cercle,Kita,R1,,,
K1,commune,"Kita, Ouest",C1,osc-a,,
V2,village,Zambougou,K1,osc-a,,
V1,village,Bendougou,K1,osc-b,14.5,-9.5
V9,village,Égaré,,,,
"""
FRENCH = """Code;Niveau;Nom;Parent;OSC;Latitude;Longitude;Population
R2;Région;Ségou;ML;;13,45;-6,26;1 200
V1;village;Bendougou;K1;osc-b;14,5;-9,5;
"""


def gazetteer(text: str | bytes, name: str = "places.csv") -> tuple[Place, ...]:
    """The places of a file."""
    return read_places(read_rows(text.encode() if isinstance(text, str) else text, name, LAYOUT))


def test_a_gazetteer_is_read_with_codes_and_coordinates() -> None:
    places = {place.code: place for place in gazetteer(SMALL)}
    assert places["V1"] == Place("V1", "village", "Bendougou", "K1", "osc-b", 14.5, -9.5)
    assert places["R1"] == Place("R1", "region", "Kayes", "ML")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_excel_saves_in_french_is_read(encoding: str, separator: str) -> None:
    content = FRENCH.replace(";", separator).replace("\n", "\r\n").encode(encoding)
    assert gazetteer(content) == (
        Place("R2", "region", "Ségou", "ML", "", 13.45, -6.26, 1200),
        Place("V1", "village", "Bendougou", "K1", "osc-b", 14.5, -9.5),
    )


def test_a_workbook_is_read_whatever_its_cells_are() -> None:
    book = openpyxl.Workbook()
    for row in (
        ("Lieux du projet",),
        ("code", "niveau", "nom", "parent", "lat", "population"),
        (7, "Village", "Bendougou", "K1", 14.5, 312.0),
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    assert gazetteer(file.getvalue(), "lieux.xlsx") == (
        Place("7", "village", "Bendougou", "K1", "", 14.5, None, 312),
    )


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        (",village,X,K1,,,", "code", "required"),
        ("V3,village,,K1,,,", "name", "required"),
        ("V3,hameau,X,K1,,,", "level", "level_unknown"),
        ("V3,,X,K1,,,", "level", "level_unknown"),
        ("V1,village,X,K1,,,", "code", "twice"),
        ("V3,village,X,K1,,nord,", "lat", "degrees_unreadable"),
        ("V3,village,X,K1,,nan,", "lat", "degrees_unreadable"),
        ("V3,village,X,K1,,,181", "lon", "degrees_unreadable"),
        (f"V3,village,{'x' * 300},K1,,,", "name", "too_long"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_by_line_and_column(line: str, column: str, rule: str) -> None:
    with pytest.raises(CellsRefused) as refusal:
        gazetteer(SMALL + line)
    [problem] = refusal.value.facts["problems"]
    assert (problem.row, problem.column, problem.rule) == (9, column, rule)
    for language, word in (("fr", "Ligne 9"), ("en", "Line 9")):
        assert f"{word}, {column}" in sentence(refusal.value, language)


def test_every_mistake_of_a_file_is_told_and_not_the_first_alone() -> None:
    wrong = "V3;hameau;X;K1;;91;;\n" * 4
    with pytest.raises(CellsRefused) as refusal:
        gazetteer(FRENCH + wrong)
    assert [problem.row for problem in refusal.value.facts["problems"]] == [4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7]
    assert "(6 de plus)" in sentence(refusal.value, "fr")


def test_a_file_without_the_columns_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(ColumnsMissing) as refusal:
        gazetteer("code;nom;parents\nV1;Bendougou;K1\n")
    assert refusal.value.facts == {
        "missing": ("level", "parent"),
        "found": ("code", "nom", "parents"),
        "near": ("parents → parent",),
    }


@given(st.text(max_size=60) | st.text(alphabet='code,lvnampr"\n\r\x00V1é', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for header in ("", "code,level,name,parent\n"):
        try:
            gazetteer(header + text)
        except Refusal:
            continue


WHOLE = """code;niveau;nom;parent;alias;valable du;valable au;successeur
R1;région;Kayes;ML;;;;
C1;cercle;Kita;R1;;;;
K1;commune;Kita Ouest;C1;;;;
V1;village;Bendougou;K1;BEN|Béndougou;2020-05-01;;
V2;village;Zambougou;K1;;;12/03/2023;V1
"""


def register(text: str, known: Register | None = None) -> tuple[Place, ...]:
    """The places that a file makes of a register."""
    return read_gazetteer(read_rows(text.encode(), "lieux.csv", LAYOUT), known or Register())


def test_other_names_days_and_successors_are_read() -> None:
    places = {place.code: place for place in register(WHOLE)}
    assert places["V1"].aliases == ("BEN", "Béndougou")
    assert (places["V1"].valid_from, places["V1"].valid_to) == ("2020-05-01", "")
    assert (places["V2"].valid_to, places["V2"].successor) == ("2023-03-12", "V1")
    assert [places["V2"].is_valid(day) for day in ("2023-03-12", "2023-03-13")] == [True, False]


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        ("V3;village;X;;;;;", "parent", "required"),
        ("V3;village;X;K9;;;;", "parent", "parent_unknown"),
        ("V3;village;X;C1;;;;", "parent", "parent_of_other_level"),
        ("V3;village;X;K1;;;2023-01-01;V9", "successeur", "successor_unknown"),
        ("V3;village;X;K1;;;2023-01-01;K1", "successeur", "successor_of_other_level"),
        ("V3;village;X;K1;;;2023-01-01;V3", "successeur", "successor_in_a_circle"),
        ("V3;village;X;K1;;;;V1", "valable au", "required"),
        ("V3;village;X;K1;;2023-02-01;2023-01-01;", "valable au", "ends_before_it_begins"),
        ("V3;village;X;K1;;mai;;", "valable du", "day_unreadable"),
        ("V3;village;X;K1;V2;;;", "alias", "alias_taken"),
    ],
)
def test_a_place_that_cannot_stand_in_a_register_is_named(line: str, column: str, rule: str) -> None:
    with pytest.raises(CellsRefused) as refusal:
        register(WHOLE + line)
    [problem] = refusal.value.facts["problems"]
    assert (problem.row, problem.column, problem.rule) == (7, column, rule)
    assert sentence(refusal.value, "fr")


def test_a_file_with_fewer_columns_changes_nothing_else() -> None:
    short = "code;niveau;nom;parent\nR1;région;Kayes;ML\nC1;cercle;Kita;R1\nK1;commune;Kita Ouest;C1\nV1;village;B;K1\n"
    known = Register(register(WHOLE))
    places = {place.code: place for place in register(short, known)}
    assert places["V1"].aliases == ("BEN", "Béndougou")
    assert places["V2"].successor == "V1", "a merged place stays, though no list names it any more"


def test_a_place_that_is_left_out_stays_closed_where_its_successor_is_named() -> None:
    known = Register(register(WHOLE), {"V1": "V4"}, "2026-01-31")
    text = WHOLE.replace("V1;village;Bendougou;K1;BEN|Béndougou;2020-05-01;;", "V4;village;Neuf;K1;;;;")
    places = {place.code: place for place in register(text.replace(";V1", ";V4"), known)}
    assert (places["V1"].valid_to, places["V1"].successor) == ("2026-01-31", "V4")
    with pytest.raises(SuccessorUnfit):
        register(WHOLE, known)


def test_the_successor_of_a_merged_place_is_not_left_out_by_itself() -> None:
    known = Register(register(WHOLE))
    with pytest.raises(CellsRefused) as refusal:
        register("\n".join(line for line in WHOLE.splitlines() if not line.startswith("V")), known)
    [problem] = refusal.value.facts["problems"]
    assert (problem.found, problem.rule) == ("V2", "successor_unknown")
