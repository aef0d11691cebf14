"""A table of places, as Excel writes it in French and as others do: read, or refused with line and column."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.base.refusal import Refusal
from forms.base.table import CellsRefused, ColumnsMissing
from forms.places.gazetteer import LAYOUT, read_gazetteer
from forms.places.place import Place
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
    return read_gazetteer(read_rows(text.encode() if isinstance(text, str) else text, name, LAYOUT))


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
