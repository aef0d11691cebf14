"""Places from region to village: read, hung below each other, and given to phones as lists."""

import csv
import io

from forms.places.place import LEVELS, Place, locate_all, media_files
from server.upkeep.install import shipped_places
from tests.forms.places.test_gazetteer import SMALL, gazetteer

DAY = "2020-03-08"


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"))))


def test_every_place_knows_the_codes_above_it() -> None:
    located, _ = locate_all(gazetteer(SMALL))
    above = {
        place.place.code: (place.region, place.cercle, place.commune, place.village) for place in located
    }
    assert above["V1"] == ("R1", "C1", "K1", "V1")
    assert above["K1"] == ("R1", "C1", "K1", "")
    assert above["R2"] == ("R2", "", "", "")


def test_each_commune_has_an_entry_for_villages_that_are_not_listed() -> None:
    located, _ = locate_all(gazetteer(SMALL))
    (unlisted,) = [place for place in located if place.place.code == "K1-AUTRE"]
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
    located, stray = locate_all(gazetteer(skipping))
    assert [place.code for place in stray] == ["K8", "V9", "V8", "V7"]
    assert not {place.place.code for place in located} & {place.code for place in stray}


def test_the_lists_of_phones_hold_code_label_and_the_level_above() -> None:
    files = media_files(gazetteer(SMALL), DAY)
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
    places = shipped_places()
    located, _ = locate_all(places)
    register = sorted((place.place for place in located), key=lambda place: place.code)
    assert media_files(register, DAY) == media_files(places, DAY)


def test_the_shipped_gazetteer_hangs_together_but_for_one_village() -> None:
    located, stray = locate_all(shipped_places())
    assert [place.code for place in stray] == ["V-MED"]
    lists = {
        name: {row[0] for row in rows(content)[1:]}
        for name, content in media_files(shipped_places(), DAY).items()
    }
    assert set().union(*lists.values()) == {place.place.code for place in located}
    for level, above in zip(LEVELS[1:], LEVELS, strict=False):
        content = media_files(shipped_places(), DAY)[f"{level}s.csv"]
        assert {row[2] for row in rows(content)[1:]} <= lists[f"{above}s.csv"]


def village(code: str, **more: str) -> Place:
    """A village of K1."""
    return Place(code, "village", code, "K1", **more)


def test_a_place_is_offered_to_new_sheets_on_its_own_days_alone() -> None:
    places = (
        *gazetteer(SMALL)[1:4],
        village("PAST", valid_to="2020-03-07"),
        village("LAST", valid_to="2020-03-08"),
        village("FIRST", valid_from="2020-03-08"),
        village("TOCOME", valid_from="2020-03-09"),
    )
    listed = [row[0] for row in rows(media_files(places, DAY)["villages.csv"])[1:]]
    assert listed == ["FIRST", "LAST", "K1-AUTRE"]


def test_what_hung_on_a_merged_commune_is_offered_below_its_successor() -> None:
    places = (
        *gazetteer(SMALL)[1:3],
        Place("K1", "commune", "Kita Ouest", "C1", valid_to="2020-02-29", successor="K2"),
        Place("K2", "commune", "Kita", "C1"),
        village("V1"),
    )
    files = media_files(places, DAY)
    assert [row[0] for row in rows(files["communes.csv"])[1:]] == ["K2"]
    assert [row[:3] for row in rows(files["villages.csv"])[1:]] == [
        ["V1", "V1", "K2"],
        ["K2-AUTRE", "Pas dans la liste", "K2"],
    ]
