"""The administrator's page of places, and the same for programs: a preview, then all of it or nothing, and back."""

import io
from typing import Any

from lxml import html

from forms.places.places import all_places
from tests.server.places.test_both_maps import REGISTER
from tests.server.places.test_counts_by_map import Reader, reader

__all__ = ["reader"]
HEADING = "code;niveau;nom;parent"


def file_of(*left_out: str, more: str = "", **other_parents: str) -> bytes:
    """The register as somebody's file, in Excel's French."""
    lines = [
        f"{place.code};{place.level};{place.name};{other_parents.get(place.code, place.parent)}"
        for place in REGISTER
        if place.code not in left_out
    ]
    return "\r\n".join([HEADING, *lines, more]).encode("cp1252")


def choose(reader: Reader, content: bytes, *, name: str = "lieux.csv") -> Any:
    """Choose a file; gives the page that comes."""
    return reader.client.post(
        "/places/uploads",
        headers=reader.headers,
        data={"file": (io.BytesIO(content), name)},
        follow_redirects=True,
    )


def press(reader: Reader, answer: Any, choice: str, **fields: Any) -> Any:
    """Press a button of a preview, its hidden fields sent along."""
    [form] = html.fromstring(answer.text).xpath("//form[contains(@action, '/places/')]")
    sent = {"state": form.xpath(".//input[@name='state']/@value")[0], "choice": choice, **fields}
    return reader.client.post(form.get("action"), headers=reader.headers, data=sent, follow_redirects=True)


def words(answer: Any) -> str:
    """What a page says."""
    return " ".join(html.fromstring(answer.text).text_content().split())


def codes(reader: Reader) -> dict[str, str]:
    """The register: parents by code."""
    with reader.office.storage.reading() as db:
        return {place.code: place.parent for place in all_places(db) if not place.is_unlisted}


def test_nothing_changes_before_the_preview_is_confirmed_and_undoing_brings_it_back(reader: Reader) -> None:
    before = codes(reader)
    preview = choose(reader, file_of(more="V4;village;Neuf;K2", K1="C2"))
    assert codes(reader) == before
    told = words(preview)
    for said in ("1 lieu ajouté", "1 déplacé", "2 fiches changent de lieu", "Kolokani → Goumbou"):
        assert said in told, said
    done = press(reader, preview, "all", **{"from": "2023-07"})
    assert "lieux.csv est importé : 2 lieux modifiés" in words(done)
    assert "en vigueur depuis juillet 2023" in words(done)
    assert codes(reader) == {**before, "K1": "C2", "V4": "K2"}
    undone = reader.client.get("/places/imports/1/undo", headers=reader.headers)
    assert "1 retiré" in words(undone)
    assert "est annulé" in words(press(reader, undone, "all"))
    assert codes(reader) == before


def test_a_dropped_place_with_sheets_asks_for_its_successor(reader: Reader) -> None:
    preview = choose(reader, file_of("V2"))
    assert "1 fiche perdrait son lieu" in words(preview)
    assert "Changer le registre" not in words(preview)
    forced = press(reader, preview, "all")
    assert forced.status_code == 400
    assert "Nommez les successeurs" in words(forced)
    wrong = press(reader, preview, "look", dropped="V2", successor="V9")
    assert 'role="alert"' in wrong.text
    named = press(reader, preview, "look", dropped="V2", successor="V3")
    assert "Dinguera → Selinkegny" in words(named)
    press(reader, named, "all", dropped="V2", successor="V3")
    assert "V2" in codes(reader)
    assert "1 d’entre eux a été fusionné" in words(reader.client.get("/places", headers=reader.headers))


def test_a_file_that_cannot_be_used_is_told_cell_by_cell(reader: Reader) -> None:
    answer = choose(reader, file_of(more="V4;hameau;Neuf;K9"))
    assert answer.status_code == 400
    cells = [td.text_content() for td in html.fromstring(answer.text).xpath("//tbody/tr/*")]
    assert cells[:3] == ["11", "niveau", "hameau"]
    assert "ne peut pas être lu" in words(choose(reader, b"%PDF-1.4", name="lieux.pdf"))


def test_whoever_confirms_what_somebody_else_changed_meanwhile_looks_again(reader: Reader) -> None:
    preview = choose(reader, file_of(K1="C2"))
    reader.merge()
    answer = press(reader, preview, "all")
    assert "changé le registre entre-temps" in words(answer)
    assert codes(reader)["K1"] == "C1"
    assert codes(reader)["V2"] == "K1", "what the other did stays"


def test_the_register_can_be_taken_away_and_comes_back_the_same(reader: Reader) -> None:
    file = reader.client.get("/places/register.csv", headers=reader.headers).get_data()
    assert "il n’y a rien à importer" in words(choose(reader, file))


def test_programs_do_the_same(reader: Reader) -> None:
    def send(path: str, **body: Any) -> Any:
        return reader.client.post(path, headers=reader.headers, json=body)

    places = [
        {"code": place.code, "level": place.level, "name": place.name, "parent": place.parent}
        for place in REGISTER
    ]
    assert reader.json("/v1/places")[0]["code"] == "C1"
    fewer = [place for place in places if place["code"] != "V2"]
    dry = send("/v1/places", places=fewer, dryRun=True).get_json()
    assert (dry["importId"], dry["sheetsLosing"], dry["counts"]["dropped"]) == (None, 1, 1)
    assert [change["code"] for change in dry["changes"] if change["isRefused"]] == ["V2"]
    assert send("/v1/places", places=fewer).status_code == 409
    taken = send("/v1/places", places=fewer, successors={"V2": "V3"}, firstMonth="2022-01").get_json()
    assert taken["counts"]["merged"] == 1
    [made] = reader.json("/v1/places/imports")
    assert (made["id"], made["fileName"], made["undoneAt"]) == (taken["importId"], "API", None)
    assert send(f"/v1/places/imports/{made['id']}/undo", dryRun=True).get_json()["importId"] is None
    assert send(f"/v1/places/imports/{made['id']}/undo").status_code == 200
    assert send(f"/v1/places/imports/{made['id']}/undo").status_code == 404
    assert {place["code"]: place["successor"] for place in reader.json("/v1/places")}["V2"] == ""
    wrong = send("/v1/places", places=[{**places[-1], "level": "hameau"}])
    assert (wrong.status_code, "level" in wrong.get_json()["message"]) == (400, True)
