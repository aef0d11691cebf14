"""The ten rules of ODK Collect that bite first, with tests for each (`OR-…`: read in Collect's source)."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from server.app import create_app
from server.identity.accounts import add_administrator
from server.identity.app_users import NewPhone, add_app_user, revoke_app_user
from server.settings.settings import Settings, UploadLimits
from tests.phone import message_of, multipart
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, Station

VILLAGES = b"name,label\nKOU-1,Nonkon\n"
CLUB = """
| survey |                                   |          |          |
|        | type                              | name     | label    |
|        | date                              | jour     | Jour     |
|        | integer                           | presents | Présents |
|        | image                             | photo    | Photo    |
|        | image                             | liste    | Liste    |
|        | select_one_from_file villages.csv | village  | Village  |
| settings |         |           |               |
|        | form_id   | version   | form_title    |
|        | club      | {version} | Club & débat  |
"""
VISIT = """
| survey |      |      |       |
|        | type | name | label |
|        | date | jour | Jour  |
| settings |         |         |            |
|        | form_id   | version | form_title |
|        | visite    | 1       | Visite     |
"""


@dataclass
class Desk:
    """The server as one phone sees it, without a network between."""

    station: Station
    client: FlaskClient
    phone_id: int
    address: str
    headers: dict[str, str] = field(default_factory=lambda: {"X-OpenRosa-Version": "1.0"})

    def get(self, url: str, **headers: str) -> TestResponse:
        """GET an address below the phone's own, or a whole one."""
        url = url if url.startswith("http") else self.address + url
        return self.client.get(
            url,
            query_string={"deviceID": "collect:a b"},
            headers={**self.headers, **headers},
            buffered=True,
        )

    def head(self) -> TestResponse:
        """HEAD before a POST."""
        return self.client.head(f"{self.address}/submission?deviceID=collect%3Aab", headers=self.headers)

    def post(
        self, xml: bytes, files: dict[str, bytes] | None = None, *, is_incomplete: bool = False
    ) -> TestResponse:
        """POST a sheet as Collect writes it."""
        return self.post_body(*multipart(xml, files or {}, is_incomplete=is_incomplete))

    def post_body(self, body: bytes, content_type: str) -> TestResponse:
        """POST any bytes."""
        return self.client.post(
            f"{self.address}/submission?deviceID=collect%3Aab",
            data=body,
            content_type=content_type,
            headers=self.headers,
        )

    def rows(self, sql: str) -> list[dict[str, object]]:
        """What the database holds."""
        with self.station.storage.reading() as db:
            return list(db.query(sql))


def open_desk(
    station: Station, folder: Path, *, language: str = "fr", uploads: UploadLimits | None = None
) -> Desk:
    """A server over a station's database, and a phone in service."""
    settings = Settings(file=folder / "fiche.toml", data_directory=folder, uploads=uploads or UploadLimits())
    with station.storage.writing() as db:
        phone_id, token = add_app_user(
            db, station.project_id, NewPhone(display_name="Awa", language=language), now=BEGINNING
        )
    client = create_app(settings, station.storage, station.blobs).test_client()
    return Desk(station, client, phone_id, f"/v1/key/{token}/projects/{station.project_id}")


def sheet(instance_id: str = "uuid:a", **answers: object) -> bytes:
    """A sheet of the club."""
    named = {f"/{name}": answer for name, answer in answers.items()} or {"/presents": "12"}
    return instance_xml("club", "1", named, instance_id=instance_id)


def parts(response: TestResponse) -> list[dict[str, str]]:
    """The entries of a list or a manifest."""
    root = etree.fromstring(response.data)
    return [{etree.QName(element).localname: element.text or "" for element in entry} for entry in root]


@pytest.fixture
def desk(station: Station, tmp_path: Path) -> Desk:
    """Two forms, one of them with media."""
    station.publish(CLUB.format(version="1"), {"villages.csv": VILLAGES})
    station.publish(VISIT)
    return open_desk(station, tmp_path)


# 1. Basic never happens over plain http: the way in is the token in the address (OR-52, OR-55, OR-56).


def test_a_phone_comes_in_by_the_token_in_its_address_alone(desk: Desk) -> None:
    answer = desk.get("/formList")
    assert answer.status_code == 200
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("path", ["/formList", "/submission", "/forms/club.xml", "/forms/club/manifest"])
@pytest.mark.parametrize("token", ["unknown", "a%20b", "é", "'--"])
def test_an_unknown_token_is_403_and_never_asks_for_a_password(desk: Desk, path: str, token: str) -> None:
    url = f"http://localhost/v1/key/{token}/projects/{desk.station.project_id}{path}"
    answer = desk.get(url, Authorization="Basic YTpi")
    assert answer.status_code == 403
    assert "WWW-Authenticate" not in answer.headers
    assert "code à scanner" in message_of(answer.data)


def test_a_withdrawn_phone_is_403_everywhere(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        revoke_app_user(db, desk.phone_id, now=BEGINNING)
    assert [desk.get("/formList").status_code, desk.head().status_code] == [403, 403]
    assert desk.post(sheet()).status_code == 403
    assert desk.rows("SELECT 1 FROM submission") == []


def test_a_token_opens_its_own_project_alone(desk: Desk) -> None:
    other = re.sub(r"projects/\d+", "projects/999", desk.address)
    assert desk.get(f"http://localhost{other}/formList").status_code == 403


def test_a_password_over_an_open_line_is_refused_without_a_challenge(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        add_administrator(db, "a@b.ml", "secret", now=BEGINNING)
    open_line = {"REMOTE_ADDR": "192.168.1.20"}
    answer = desk.client.get("/v1/tallies", auth=("a@b.ml", "secret"), environ_base=open_line)
    assert answer.status_code == 401
    assert answer.get_json()["code"] == 401.3
    assert "WWW-Authenticate" not in answer.headers


# 2. A manifest that fails is read as "no media" (OR-24): what the list names can be had.


def test_every_manifest_and_file_that_the_list_leads_to_is_served(desk: Desk) -> None:
    manifests = [entry["manifestUrl"] for entry in parts(desk.get("/formList")) if "manifestUrl" in entry]
    assert len(manifests) == 1  # none for the form without media
    answer = desk.get(manifests[0])
    assert (answer.status_code, answer.content_type) == (200, "text/xml; charset=utf-8")
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    [entry] = parts(answer)
    assert entry["filename"] == "villages.csv"
    assert entry["hash"] == f"md5:{hashlib.md5(VILLAGES).hexdigest()}"
    assert desk.get(entry["downloadUrl"]).data == VILLAGES


def test_a_list_and_a_manifest_fetched_around_a_publishing_belong_together(desk: Desk) -> None:
    """OR-20b: the addresses of the list name the version."""
    club = next(entry for entry in parts(desk.get("/formList")) if entry["formID"] == "club")
    newer = CLUB.replace("Présents", "Présentes").format(version="2")
    desk.station.publish(newer, {"villages.csv": VILLAGES + b"KOU-2,Banamba\n"})
    assert f"md5:{hashlib.md5(desk.get(club['downloadUrl']).data).hexdigest()}" == club["hash"]
    [entry] = parts(desk.get(club["manifestUrl"]))
    assert desk.get(entry["downloadUrl"]).data == VILLAGES
    assert desk.get("/forms/club.xml").data.count("Présentes".encode()) == 1


# 3. One bad entry rejects the whole list (OR-10, OR-21).


def test_every_entry_of_the_list_is_complete(desk: Desk) -> None:
    answer = desk.get("/formList")
    root = etree.fromstring(answer.data)
    assert root.tag == "{http://openrosa.org/xforms/xformsList}xforms"
    entries = parts(answer)
    assert {entry["formID"]: entry["name"] for entry in entries} == {
        "club": "Club & débat",
        "visite": "Visite",
    }
    for entry in entries:
        assert entry["downloadUrl"].startswith("http://localhost/")
        assert re.fullmatch(r"md5:[0-9a-f]{32}", entry["hash"])


@pytest.mark.parametrize("version", ["", "2020/03 b", "é.1", "___", "v.xml", "a%2Fb"])
def test_a_version_of_any_spelling_can_be_downloaded(station: Station, tmp_path: Path, version: str) -> None:
    station.publish(CLUB.format(version=version), {"villages.csv": VILLAGES})
    desk = open_desk(station, tmp_path)
    [entry] = parts(desk.get("/formList"))
    answer = desk.get(entry["downloadUrl"])
    assert (answer.status_code, entry.get("version", "")) == (200, version)
    [media] = parts(desk.get(entry["manifestUrl"]))
    assert desk.get(media["downloadUrl"]).data == VILLAGES


# 4. An empty list with status 200 deletes the forms from the phone (OR-17).


def test_a_database_that_fails_is_500_and_never_an_empty_list(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        db.execute("ALTER TABLE form_media RENAME TO lost")
    answer = desk.get("/formList")
    assert answer.status_code == 500
    assert "Réessayez plus tard" in message_of(answer.data)
    assert "lost" not in answer.text
    assert "media" not in answer.text


def test_a_request_without_the_version_header_is_400(desk: Desk) -> None:
    desk.headers = {}
    assert desk.get("/formList").status_code == 400
    assert desk.post(sheet()).status_code == 400


# 5. The hash is of exactly the bytes that are served (OR-11 to OR-13); unchanged ones answer 304 (OR-08).


def test_the_hash_of_the_list_is_that_of_the_bytes_served(desk: Desk) -> None:
    for entry in parts(desk.get("/formList")):
        assert entry["hash"] == f"md5:{hashlib.md5(desk.get(entry['downloadUrl']).data).hexdigest()}"


@pytest.mark.parametrize(
    "path", ["/formList", "/forms/club.xml", "/forms/club/manifest", "/forms/club/attachments/villages.csv"]
)
@pytest.mark.parametrize("weak", ["", "W/"])
def test_what_did_not_change_is_304(desk: Desk, path: str, weak: str) -> None:
    first = desk.get(path)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = desk.get(path, **{"If-None-Match": weak + first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert desk.get(path, **{"If-None-Match": '"other"'}).status_code == 200


# 6. Only 201 and 202 are success (OR-38).


def test_a_sheet_taken_is_201_and_so_are_the_same_bytes_again(desk: Desk) -> None:
    first, again = desk.post(sheet()), desk.post(sheet())
    assert (first.status_code, message_of(first.data)) == (201, "Fiche reçue. Merci.")
    assert (again.status_code, message_of(again.data)) == (
        201,
        "Cette fiche avait déjà été reçue. Tout va bien.",
    )
    assert first.headers["X-OpenRosa-Version"] == "1.0"
    [row] = desk.rows("SELECT xml, device_id FROM submission_version")
    assert row == {"xml": sheet(), "device_id": "collect:ab"}


# 7. HEAD answers 204 with the limit, and nothing is ever redirected (OR-28 to OR-31, OR-43).


def test_head_is_204_with_the_limit_and_without_a_location(desk: Desk) -> None:
    answer = desk.head()
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["X-OpenRosa-Accept-Content-Length"] == "10000000"
    assert "Location" not in answer.headers


def test_a_slash_at_the_end_is_no_redirect(desk: Desk) -> None:
    assert desk.get("/formList/").status_code == 200
    assert desk.get("/submission/").status_code == 204
    body, content_type = multipart(sheet(), {})
    answer = desk.client.post(
        f"{desk.address}/submission/", data=body, content_type=content_type, headers=desk.headers
    )
    assert answer.status_code == 201


# 8. *isIncomplete* is on the earlier POSTs, and an interrupted phone begins again (OR-34 to OR-36).


def test_files_may_come_in_several_posts_in_any_order_and_again_from_the_first(desk: Desk) -> None:
    xml = sheet(photo="a.jpg", liste="b.jpg")
    assert desk.post(xml, {"b.jpg": b"bb"}, is_incomplete=True).status_code == 201
    for _ in range(2):
        assert desk.post(xml, {"a.jpg": b"a"}, is_incomplete=True).status_code == 201
        assert desk.post(xml, {"b.jpg": b"bb"}).status_code == 201
    files = desk.rows("SELECT name, sha256 FROM submission_attachment ORDER BY name")
    assert [(file["name"], file["sha256"]) for file in files] == [
        ("a.jpg", hashlib.sha256(b"a").hexdigest()),
        ("b.jpg", hashlib.sha256(b"bb").hexdigest()),
    ]
    assert desk.rows("SELECT COUNT(*) AS n FROM submission") == [{"n": 1}]


# 9. The animator reads the message, in the language that the server chose (OR-03, OR-41).


@pytest.mark.parametrize(("language", "told"), [("fr", "Fiche reçue."), ("en", "Sheet received.")])
def test_messages_are_in_the_phones_language_whatever_the_request_says(
    station: Station, tmp_path: Path, language: str, told: str
) -> None:
    station.publish(CLUB.format(version="1"), {"villages.csv": VILLAGES})
    desk = open_desk(station, tmp_path, language=language)
    desk.headers["Accept-Language"] = "bm, en;q=0.9, fr;q=0.1"
    answer = desk.post(sheet())
    assert message_of(answer.data).startswith(told)
    assert answer.content_type == "text/xml; charset=utf-8"


# 10. Screens and forms have languages of their own (OR-97): a phone without one reads the server's first.


def test_a_phone_without_a_language_reads_the_first_of_the_configuration(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        db.execute("UPDATE account SET language = ''")
    assert message_of(desk.post(sheet()).data) == "Fiche reçue. Merci."
