"""What phones are told when a sheet cannot be taken, in French and in English, and what is kept of it."""

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from server.settings.settings import UploadLimits
from server.web.request_log import JsonLines
from tests.phone import message_of, multipart
from tests.server.openrosa.test_openrosa_ten import CLUB, VILLAGES, Desk, open_desk, sheet
from tests.sheet_writer import instance_xml
from tests.station import Station

SMALL = UploadLimits(
    max_body_bytes=40_000, max_file_bytes=20_000, max_xml_bytes=10_000, accept_content_length=10_000
)
NOTHING = {
    "submission": 0,
    "submission_version": 0,
    "submission_attachment": 0,
    "submission_conflict": 0,
    "sheet_club": 0,
}


@pytest.fixture
def desk(station: Station, tmp_path: Path) -> Desk:
    """A form with media, and small limits."""
    station.publish(CLUB.format(version="1"), {"villages.csv": VILLAGES})
    return open_desk(station, tmp_path, uploads=SMALL)


def kept(desk: Desk) -> dict[str, object]:
    """How much the database holds."""
    return {name: desk.rows(f"SELECT COUNT(*) AS n FROM {name}")[0]["n"] for name in NOTHING}


REFUSED = [
    (b"<data id='club'", 400, "Renvoyez : la fiche est arrivée incomplète", "Send again: the sheet arrived"),
    (b"", 400, "Renvoyez : la fiche est arrivée incomplète", "Send again: the sheet arrived"),
    (
        b"<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><data id='club'>&e;</data>",
        400,
        "Renvoyez : la fiche",
        "Send again: the sheet",
    ),
    (
        b"<data/>",
        400,
        "Prévenez votre coordinateur : cette fiche ne dit pas",
        "Tell your coordinator: this sheet",
    ),
    (
        b"<data id='club' version='1'/>",
        400,
        "Prévenez votre coordinateur : cette fiche n’a pas d’identifiant",
        "Tell your coordinator: this sheet has no identifier",
    ),
    (
        b"<data id='club' version='1' encrypted='yes'/>",
        400,
        "Prévenez votre coordinateur : cette fiche est chiffrée",
        "Tell your coordinator: this sheet is encrypted",
    ),
    (
        instance_xml("autre", "1", {}),
        404,
        "Prévenez votre coordinateur : la fiche autre",
        "Tell your coordinator: the form autre",
    ),
    (
        instance_xml("club", "7", {}),
        404,
        "Prévenez votre coordinateur : la version 7",
        "Tell your coordinator: version 7",
    ),
    (
        instance_xml("club", "1", {}, deprecated_id="uuid:none"),
        404,
        "Envoyez d’abord la première version",
        "Send the first version",
    ),
    (b"<data>" + b"x" * 11_000 + b"</data>", 413, "Envoyez des photos ou", "Send smaller pictures"),
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("xml", "status", "french", "english"), REFUSED)
def test_what_cannot_be_taken_is_told_in_the_phones_language_and_leaves_nothing(
    station: Station, tmp_path: Path, language: str, xml: bytes, status: int, french: str, english: str
) -> None:
    station.publish(CLUB.format(version="1"), {"villages.csv": VILLAGES})
    desk = open_desk(station, tmp_path, language=language, uploads=SMALL)
    answer = desk.post(xml)
    told = message_of(answer.data).replace("\u00a0", " ")
    assert (answer.status_code, answer.content_type) == (status, "text/xml; charset=utf-8")
    assert told.startswith(french if language == "fr" else english)
    assert kept(desk) == NOTHING


def test_a_closed_form_takes_nothing_new_but_still_says_yes_to_a_resend(desk: Desk) -> None:
    desk.post(sheet("uuid:before"))
    with desk.station.storage.writing() as db:
        db.execute("UPDATE form SET state = 'closed'")
    answer = desk.post(sheet("uuid:after"))
    assert answer.status_code == 409
    assert "est fermé" in message_of(answer.data)
    assert desk.post(sheet("uuid:before")).status_code == 201
    assert desk.get("/forms/club.xml").status_code == 403
    assert b"<xform>" not in desk.get("/formList").data


def test_another_content_under_the_same_identifier_is_409_and_is_kept_aside(desk: Desk) -> None:
    desk.post(sheet(presents="1"))
    for _ in range(2):
        answer = desk.post(sheet(presents="2"))
        assert answer.status_code == 409
        assert "gardé à part" in message_of(answer.data)
    assert kept(desk) == {
        **NOTHING,
        "submission": 1,
        "submission_version": 1,
        "submission_conflict": 1,
        "sheet_club": 1,
    }
    assert desk.rows("SELECT presents FROM sheet_club") == [{"presents": 1}]


def test_a_correction_takes_the_place_of_its_first_version(desk: Desk) -> None:
    desk.post(sheet("uuid:a", presents="1"))
    edit = instance_xml("club", "1", {"/presents": "2"}, instance_id="uuid:b", deprecated_id="uuid:a")
    answer = desk.post(edit)
    assert (answer.status_code, message_of(answer.data)) == (201, "Correction reçue. Merci.")
    late = instance_xml("club", "1", {"/presents": "3"}, instance_id="uuid:c", deprecated_id="uuid:a")
    assert desk.post(late).status_code == 409
    assert desk.rows("SELECT presents FROM sheet_club") == [{"presents": 2}]


def test_a_body_that_says_it_is_too_large_is_not_read(desk: Desk) -> None:
    answer = desk.post(sheet(), {"a.jpg": b"x" * 50_000})
    assert answer.status_code == 413
    assert kept(desk) == NOTHING


def test_a_file_over_its_limit_leaves_nothing_behind(desk: Desk) -> None:
    answer = desk.post(sheet(), {"a.jpg": b"small", "b.jpg": b"x" * 25_000})
    assert answer.status_code == 413
    assert kept(desk) == NOTHING
    assert [*desk.station.blobs.incoming.iterdir()] == []


def test_a_body_cut_off_anywhere_leaves_nothing(desk: Desk) -> None:
    body, content_type = multipart(sheet(photo="a.jpg"), {"a.jpg": b"picture" * 20})
    for end in range(0, len(body) - 8, 23):
        answer = desk.post_body(body[:end], content_type)
        assert answer.status_code == 400, end
        assert message_of(answer.data).startswith("Renvoyez")
    assert kept(desk) == NOTHING
    assert desk.post_body(body, content_type).status_code == 201


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary="]
)
def test_a_body_of_another_kind_is_400(desk: Desk, content_type: str) -> None:
    assert desk.post_body(sheet(), content_type).status_code == 400


def test_the_xml_alone_is_a_body_too(desk: Desk) -> None:
    assert desk.post_body(sheet(), "text/xml; charset=utf-8").status_code == 201


HOSTILE = {
    "../../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "/absolu.jpg": "absolu.jpg",
    "Fête n° 3 (Kèlè) 'x'.jpg": "Fête n° 3 (Kèlè) 'x'.jpg",
    "<script>.jpg": "<script>.jpg",
    "n" * 300 + ".jpg": "n" * 300 + ".jpg",
}


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name[:20])
def test_a_files_name_never_leads_out_of_the_store(desk: Desk, tmp_path: Path, name: str) -> None:
    before = {path for path in tmp_path.rglob("*") if desk.station.blobs.folder not in path.parents}
    assert desk.post(sheet(photo=HOSTILE[name]), {name: b"content"}).status_code == 201
    assert desk.rows("SELECT name FROM submission_attachment") == [{"name": HOSTILE[name]}]
    assert {path for path in tmp_path.rglob("*") if desk.station.blobs.folder not in path.parents} == before


@pytest.mark.parametrize("name", ["..", ".", ""])
def test_a_file_without_a_name_is_passed_over(desk: Desk, name: str) -> None:
    assert desk.post(sheet(), {name: b"content"}).status_code == 201
    assert desk.rows("SELECT name FROM submission_attachment") == []


@settings(max_examples=60)
@given(body=st.binary(max_size=400))
def test_any_bytes_are_refused_in_words(desk: Desk, body: bytes) -> None:
    for content_type in ("multipart/form-data; boundary=x", "text/xml"):
        answer = desk.post_body(body, content_type)
        assert answer.status_code == 400
        assert message_of(answer.data)


@pytest.mark.parametrize(
    "path",
    [
        "/forms/%01%0B.xml",
        "/forms/club/attachments/%00",
        "/forms/%EF%BF%BE.xml",
        "/forms/%3C&.xml",
        "//x",
        "/x",
    ],
)
def test_an_address_that_leads_nowhere_is_404_in_readable_xml(desk: Desk, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 404
    assert etree.fromstring(answer.data)[0].get("nature") == "error"


@pytest.mark.parametrize(
    "name", ["../fiche.db", "..%2F..%2Ffiche.db", "%2Fetc%2Fpasswd", "villages.csv%00", "autre.csv"]
)
def test_only_a_forms_own_files_are_given_out(desk: Desk, name: str) -> None:
    assert desk.get(f"/forms/club/attachments/{name}").status_code == 404


def test_a_page_among_a_forms_files_runs_nothing_in_a_browser(desk: Desk) -> None:
    answer = desk.get("/forms/club/attachments/villages.csv")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_405_in_words(desk: Desk, method: str) -> None:
    answer = desk.client.open(f"{desk.address}/submission", method=method, headers=desk.headers)
    assert answer.status_code == 405
    assert message_of(answer.data)


def test_a_full_disk_is_507_and_the_sheet_can_be_sent_again(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 1}")
    statuses = [desk.post(sheet(f"uuid:{number}", jour="x" * 5000)).status_code for number in range(6)]
    assert statuses[-1] == 507
    assert set(statuses) <= {201, 507}
    assert kept(desk)["submission"] == kept(desk)["sheet_club"] == statuses.count(201)
    with desk.station.storage.writing() as db:
        db.execute("PRAGMA max_page_count = 100000")
    assert desk.post(sheet("uuid:5", jour="x" * 5000)).status_code == 201


def test_an_unforeseen_failure_is_told_by_its_number_alone(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with desk.station.storage.writing() as db:
        db.execute("ALTER TABLE sheet_club RENAME TO lost")
    with caplog.at_level(logging.INFO):
        answer = desk.post(sheet())
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in message_of(answer.data)
    assert "sheet_club" not in answer.text
    assert answer.headers["X-Request-Id"] in caplog.text
    assert desk.rows("SELECT 1 FROM submission") == []


def test_no_log_line_holds_a_phones_token(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    token = desk.address.split("/")[3]
    with caplog.at_level(logging.INFO):
        desk.get("/formList")
        desk.get("/nowhere")
        desk.client.get(f"/v1/nowhere/key/{token}", headers=desk.headers)
    lines = [JsonLines().format(record) for record in caplog.records]
    assert len(lines) >= 3
    assert not any(token in line for line in lines)
    assert "GET /v1/projects/1/formList status=200" in json.loads(lines[0])["message"]
