"""Places from region to village: read, hung below each other, and given to phones as lists."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms.places.place import LEVELS, GazetteerInvalid, Place, locate_all, media_files, read_gazetteer

SHIPPED = (Path(forms.__file__).parent / "sheets" / "gazetteer.csv").read_text("utf-8")
SMALL = """code,level,name,parent,cso,lat,lon
R2,region,Ségou,ML,,13.45,-6.26
R1,region,Kayes,ML,,,
C1,cercle,Kita,R1,,,
K1,commune,"Kita, Ouest",C1,osc-a,,
V2,village,Zambougou,K1,osc-a,,
V1,village,Bendougou,K1,osc-b,14.5,-9.5
V9,village,Égaré,,,,
"""


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"))))


def test_a_gazetteer_is_read_with_codes_and_coordinates() -> None:
    places = {each.code: each for each in read_gazetteer(SMALL)}
    assert places["V1"] == Place("V1", "village", "Bendougou", "K1", "osc-b", 14.5, -9.5)
    assert places["R1"] == Place("R1", "region", "Kayes", "ML")


def test_a_file_saved_by_a_spreadsheet_program_is_read_too() -> None:
    assert read_gazetteer("\ufeff" + SMALL.replace("\n", "\r\n")) == read_gazetteer(SMALL)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",village,X,K1,,,", "code or name missing"),
        ("V3,village,,K1,,,", "code or name missing"),
        ("V3", "code or name missing"),
        ("V3,hameau,X,K1,,,", "level hameau"),
        ("V3,,X,K1,,,", "level –"),
        ("V1,village,X,K1,,,", "code V1 twice"),
        ('V3,village,X,K1,,"14,5",', "lat, lon"),
        ("V3,village,X,K1,,nan,", "lat, lon"),
        ("V3,village,X,K1,,,181", "lat, lon"),
        ('V3,village,"X,K1,,,', "unexpected end"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(line: str, reason: str) -> None:
    with pytest.raises(GazetteerInvalid) as refusal:
        read_gazetteer(SMALL + line)
    assert refusal.value.facts["row"] == 9
    assert reason in refusal.value.facts["reason"]


@pytest.mark.parametrize("text", ["", "code,name\n", "code;level;name;parent\n"])
def test_a_file_without_the_columns_is_refused(text: str) -> None:
    with pytest.raises(GazetteerInvalid) as refusal:
        read_gazetteer(text)
    assert refusal.value.facts["row"] == 1


@given(st.text(max_size=60) | st.text(alphabet='code,lvnampr"\n\r\x00V1é', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for header in ("", "code,level,name,parent\n"):
        try:
            read_gazetteer(header + text)
        except GazetteerInvalid:
            continue


def test_every_place_knows_the_codes_above_it() -> None:
    located, _ = locate_all(read_gazetteer(SMALL))
    above = {each.place.code: (each.region, each.cercle, each.commune, each.village) for each in located}
    assert above["V1"] == ("R1", "C1", "K1", "V1")
    assert above["K1"] == ("R1", "C1", "K1", "")
    assert above["R2"] == ("R2", "", "", "")


def test_each_commune_has_an_entry_for_villages_that_are_not_listed() -> None:
    located, _ = locate_all(read_gazetteer(SMALL))
    (unlisted,) = [each for each in located if each.place.code == "K1-AUTRE"]
    assert (unlisted.place.level, unlisted.place.name, unlisted.place.cso) == (
        "village",
        "Pas dans la liste",
        "osc-a",
    )
    assert (unlisted.region, unlisted.cercle, unlisted.commune, unlisted.village) == (
        "R1", "C1", "K1", "K1-AUTRE",
    )  # fmt: skip


def test_places_that_hang_nowhere_are_given_back_apart() -> None:
    skipping = (
        SMALL + "V8,village,Trop haut,C1,,,\nK8,commune,Sous un absent,C8,,,\nV7,village,Dessous,K8,,,\n"
    )
    located, stray = locate_all(read_gazetteer(skipping))
    assert [each.code for each in stray] == ["K8", "V9", "V8", "V7"]
    assert not {each.place.code for each in located} & {each.code for each in stray}


def test_the_lists_of_phones_hold_code_label_and_the_level_above() -> None:
    files = media_files(read_gazetteer(SMALL))
    assert list(files) == ["regions.csv", "cercles.csv", "communes.csv", "villages.csv"]
    assert rows(files["regions.csv"]) == [["name", "label", "cso"], ["R1", "Kayes", ""], ["R2", "Ségou", ""]]
    assert rows(files["cercles.csv"])[0] == ["name", "label", "region", "cso"]
    assert rows(files["communes.csv"])[1] == ["K1", "Kita, Ouest", "C1", "osc-a"]
    assert rows(files["villages.csv"]) == [
        ["name", "label", "commune", "cso"],
        ["V1", "Bendougou", "K1", "osc-b"],
        ["V2", "Zambougou", "K1", "osc-a"],
        ["K1-AUTRE", "Pas dans la liste", "K1", "osc-a"],
    ]


def test_the_lists_of_the_register_are_those_of_the_gazetteer_it_was_filled_from() -> None:
    places = read_gazetteer(SHIPPED)
    located, _ = locate_all(places)
    register = sorted((each.place for each in located), key=lambda place: place.code)
    assert media_files(register) == media_files(places)


def test_the_shipped_gazetteer_hangs_together_but_for_one_village() -> None:
    located, stray = locate_all(read_gazetteer(SHIPPED))
    assert [each.code for each in stray] == ["V-MED"]
    lists = {
        name: {row[0] for row in rows(content)[1:]}
        for name, content in media_files(read_gazetteer(SHIPPED)).items()
    }
    assert set().union(*lists.values()) == {each.place.code for each in located}
    for level, above in zip(LEVELS[1:], LEVELS, strict=False):
        content = media_files(read_gazetteer(SHIPPED))[f"{level}s.csv"]
        assert {row[2] for row in rows(content)[1:]} <= lists[f"{above}s.csv"]
