"""Submissions through the interface: sent, edited, decided on, deleted, and whose eyes they are for."""

from typing import Any

import pytest

from tests.phone import multipart
from tests.server.cast import Stage, stage
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
CLUB = "/v1/projects/1/forms/club"
REFERRALS = "/v1/projects/1/forms/orientation"
XML = "application/xml"
OPENROSA = {"X-OpenRosa-Version": "1.0"}


@pytest.fixture(autouse=True)
def at_the_beginning(stage: Stage) -> None:
    """Each test finds the stage as it was."""
    stage.reset()


def sheet(instance_id: str, *, replaces: str = "", osc: str = "tagne", **answers: object) -> bytes:
    """A club's sheet."""
    paths = {"/osc": osc, **{f"/{name}": value for name, value in answers.items()}}
    return instance_xml("club", "1", paths, instance_id=instance_id, deprecated_id=replaces)


def post(stage: Stage, who: str, xml: bytes, path: str = f"{CLUB}/submissions") -> Any:
    """A sheet sent with a program."""
    return stage.call(who, "POST", path, data=xml, content_type=XML)


def test_a_sheet_is_sent_edited_and_decided_on_as_central_answers_it(stage: Stage) -> None:
    made = post(stage, "officer", sheet("uuid:n", presents=1)).get_json()
    assert made["instanceId"] == made["currentVersion"]["instanceId"] == "uuid:n"
    assert "reviewState" not in made
    assert post(stage, "officer", sheet("uuid:n", presents=1)).get_json()["code"] == 409.3
    one = f"{CLUB}/submissions/uuid%3An"
    edit = stage.call(
        "officer", "PUT", one, data=sheet("uuid:m", replaces="uuid:n", presents=2), content_type=XML
    )
    assert edit.get_json()["reviewState"] == "edited"
    stale = stage.call("officer", "PUT", one, data=sheet("uuid:o", replaces="uuid:n"), content_type=XML)
    assert stale.get_json()["code"] == 409.9
    bare = stage.call("officer", "PUT", one, data=sheet("uuid:o"), content_type=XML)
    assert bare.get_json()["code"] == 400.19
    assert stage.call("officer", "PATCH", one, json={"reviewState": "received"}).get_json()["code"] == 400.8
    assert stage.call("officer", "PATCH", one, json={"reviewState": ""}).get_json()["code"] == 400.8
    approved = stage.call(
        "officer", "PATCH", one, json={"reviewState": "approved"}, headers={"X-Action-Notes": "bien"}
    )
    assert approved.get_json()["reviewState"] == "approved"
    log = stage.get("officer", f"{one}/audits").get_json()
    assert [entry["action"] for entry in log] == [
        "submission.update",
        "submission.update.version",
        "submission.create",
    ]
    assert (log[0]["notes"], log[0]["details"]) == ("bien", {"reviewState": "approved"})
    moved = stage.get("officer", f"{CLUB}/submissions/uuid%3Am")
    assert moved.status_code == 301
    assert moved.headers["Location"].endswith("/submissions/uuid%3An/versions/uuid%3Am")
    assert stage.get("officer", f"{one}.xml").data == sheet("uuid:m", replaces="uuid:n", presents=2)
    assert stage.get("officer", f"{one}/versions/uuid%3An.xml").data == sheet("uuid:n", presents=1)
    assert stage.call("officer", "POST", f"{one}/comments", json={"body": "  "}).get_json()["code"] == 400.8


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (sheet("uuid:x")[:60], 400.39),
        (b"", 400.39),
        (b"<data/>", 400.2),
        (b'<data id="club" version="1"><meta/></data>', 400.2),
        (b'<data id="autre" version="1"><meta><instanceID>uuid:x</instanceID></meta></data>', 400.8),
        (b'<data id="club" version="9"><meta><instanceID>uuid:x</instanceID></meta></data>', 404.6),
        (
            b'<!DOCTYPE a><data id="club" version="1"><meta><instanceID>uuid:x</instanceID></meta></data>',
            400.39,
        ),
    ],
)
def test_what_is_no_sheet_of_the_form_is_refused(stage: Stage, xml: bytes, code: float) -> None:
    before = stage.get("officer", f"{CLUB}/submissions").get_json()
    answer = post(stage, "officer", xml)
    assert answer.get_json()["code"] == code
    assert stage.get("officer", f"{CLUB}/submissions").get_json() == before


def test_pictures_are_sent_by_name_read_in_ranges_and_taken_away(stage: Stage) -> None:
    files = f"{CLUB}/submissions/uuid%3Atagne/attachments"
    assert stage.get("team", files).get_json() == [{"name": "p.jpg", "exists": False}]
    assert stage.get("team", f"{files}/p.jpg").status_code == 404
    sent = stage.call("coordinator", "POST", f"{files}/p.jpg", data=b"picture", content_type="image/jpeg")
    assert sent.get_json() == {"success": True}
    part = stage.get("team", f"{files}/p.jpg", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.headers["Content-Type"]) == (206, b"pict", "image/jpeg")
    assert part.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    other = stage.call("coordinator", "POST", f"{files}/q.jpg", data=b"x", content_type="image/jpeg")
    assert other.status_code == 404
    assert stage.call("coordinator", "DELETE", f"{files}/p.jpg").status_code == 200
    assert stage.get("team", files).get_json() == [{"name": "p.jpg", "exists": False}]


def test_a_deleted_sheet_is_in_the_trash_comes_back_and_a_phone_is_told(stage: Stage) -> None:
    one = f"{CLUB}/submissions/uuid%3Atagne"
    assert stage.call("officer", "DELETE", one).status_code == 200
    assert stage.get("officer", one).status_code == 404
    gone = [
        sheet["instanceId"] for sheet in stage.get("officer", f"{CLUB}/submissions?deleted=true").get_json()
    ]
    assert sorted(gone) == ["uuid:gone", "uuid:tagne"]
    xml = (
        stage.station.storage.connection()
        .execute("SELECT xml FROM submission_version WHERE instance_id = 'uuid:tagne'")
        .fetchone()[0]
    )
    body, kind = multipart(bytes(xml), {})
    again = stage.call(
        "phone", "POST", "/v1/projects/1/submission", data=body, content_type=kind, headers=OPENROSA
    )
    assert again.status_code == 409
    assert stage.call("officer", "POST", f"{one}/restore").status_code == 200
    assert stage.get("officer", one).status_code == 200
    both = {"instanceIds": ["uuid:tagne", "uuid:nobody"]}
    assert stage.call("officer", "POST", f"{CLUB}/submissions/bulk-delete", json=both).status_code == 404
    assert stage.get("officer", one).status_code == 200  # all of them, or none
    decided = {"instanceIds": ["uuid:tagne", "uuid:apdf"], "reviewState": "approved"}
    assert stage.call("officer", "POST", f"{CLUB}/submissions/bulk-review", json=decided).status_code == 200
    states = {sheet["reviewState"] for sheet in stage.get("team", f"{CLUB}/submissions").get_json()}
    assert states == {"approved"}


@pytest.mark.parametrize(
    "path",
    [
        "", ".xml", "/attachments", "/attachments/p.jpg", "/versions", "/versions/uuid%3Aapdf",
        "/versions/uuid%3Aapdf.xml", "/diffs", "/comments", "/audits",
    ],
)  # fmt: skip
def test_the_sheets_of_another_cso_are_not_told_of_by_any_address(stage: Stage, path: str) -> None:
    assert stage.get("coordinator", f"{CLUB}/submissions/uuid%3Aapdf{path}").status_code == 404
    assert stage.get("team", f"{CLUB}/submissions/uuid%3Aapdf{path}").status_code in (200, 404)


def test_the_sheets_of_another_cso_are_in_no_export_and_no_feed(stage: Stage) -> None:
    for path in (
        "/submissions", "/submissions.csv", "/submissions.geojson", ".svc/Submissions?$count=true",
        ".svc/Submissions.membre", ".svc/Submissions?$expand=*",
    ):  # fmt: skip
        own = stage.get("coordinator", f"{CLUB}{path}")
        assert own.status_code == 200
        assert "apdf" not in own.text, path
        every = stage.get("team", f"{CLUB}{path}")
        assert own.headers["ETag"] != every.headers["ETag"]
    assert stage.get("coordinator", f"{CLUB}.svc/Submissions?$count=true").get_json()["@odata.count"] == 1
    for method, path, more in (
        ("PATCH", "/submissions/uuid%3Aapdf", {"json": {"reviewState": "approved"}}),
        (
            "PUT",
            "/submissions/uuid%3Aapdf",
            {"data": sheet("uuid:z", replaces="uuid:apdf"), "content_type": XML},
        ),
        ("POST", "/submissions/uuid%3Aapdf/comments", {"json": {"body": "x"}}),
    ):
        assert stage.call("coordinator", method, f"{CLUB}{path}", **more).status_code == 404, path


def test_referrals_are_for_the_case_manager_of_their_cso_alone(stage: Stage) -> None:
    assert [
        sheet["instanceId"] for sheet in stage.get("case manager", f"{REFERRALS}/submissions").get_json()
    ] == ["uuid:cas"]
    assert b"T-1" in stage.get("case manager", f"{REFERRALS}/submissions/uuid%3Acas.xml").data
    for who in ("admin", "officer", "team", "coordinator", "other coordinator", "entry", "stranger", "phone"):
        for path in (
            "/submissions", "/submissions/uuid%3Acas", "/submissions/uuid%3Acas.xml", "/submissions.csv",
            "/submissions.csv.zip", ".svc/Submissions", "/submissions/uuid%3Acas/audits",
        ):  # fmt: skip
            assert stage.get(who, f"{REFERRALS}{path}").status_code in (403, 404), (who, path)
    with stage.station.storage.reading() as db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "sheet_club" in tables
    assert "sheet_orientation" not in tables  # what is confidential lies flat nowhere
    told = stage.get("admin", f"{REFERRALS}", headers={"X-Extended-Metadata": "true"}).get_json()
    assert "submissions" not in told


def test_phones_see_and_send_the_forms_they_are_given_and_nothing_else(stage: Stage) -> None:
    made = stage.call("officer", "POST", "/v1/projects/1/app-users", json={"displayName": "Kani"}).get_json()
    key = f"/v1/key/{made['token']}/projects/1"
    body, kind = multipart(sheet("uuid:k"), {})

    def ask(method: str, path: str, **more: Any) -> int:
        answer = stage.client.open(f"{key}{path}", method=method, headers=OPENROSA, **more)
        status: int = answer.status_code
        answer.close()
        return status

    assert "formID" not in stage.client.get(f"{key}/formList", headers=OPENROSA).text
    assert ask("GET", "/forms/club.xml") == 403
    assert ask("POST", "/submission", data=body, content_type=kind) == 403  # never 401: it has no password
    stage.call("officer", "POST", f"{CLUB}/assignments/app-user/{made['id']}")
    assert ask("GET", "/forms/club.xml") == 200
    assert ask("GET", "/forms/orientation.xml") == 403
    assert ask("POST", "/submission", data=body, content_type=kind) == 201
    assert ask("GET", "/forms/club/submissions") == 403
    listed = stage.get("officer", "/v1/projects/1/app-users").get_json()
    assert [(phone["displayName"], bool(phone["token"])) for phone in listed] == [
        ("Kani", True),
        ("Awa", True),
    ]
    assert made["token"] not in str(listed)
    assert stage.call("officer", "DELETE", f"/v1/sessions/{made['token']}").status_code == 200
    assert ask("GET", "/formList") == 403
    listed = stage.get("officer", "/v1/projects/1/app-users").get_json()
    assert [phone["token"] is None for phone in listed] == [False, True]
    assert stage.call("officer", "DELETE", f"/v1/sessions/{made['token']}").get_json()["code"] == 403.1


def test_a_coordinators_phones_are_of_her_cso(stage: Stage) -> None:
    phones = "/v1/projects/1/app-users"
    made = stage.call(
        "other coordinator", "POST", phones, json={"displayName": "X", "cso": "TAGNE"}
    ).get_json()
    assert made["cso"] == "apdf"
    mine = [phone["displayName"] for phone in stage.get("coordinator", phones).get_json()]
    assert mine == ["Awa"]
    assert stage.call("other coordinator", "DELETE", f"{phones}/{stage.ids['phone']}").status_code == 404


def test_counts_are_held_to_ones_own_cso(stage: Stage) -> None:
    asked = "/v1/tallies?by=cso&measure=sessions&cso=apdf"
    assert stage.get("team", asked).status_code == 200
    assert stage.get("coordinator", asked).get_json()["total"] == 0
    assert stage.get("stranger", asked).status_code == 403


def test_small_counts_of_referrals_are_told_to_their_cso_and_hidden_from_everybody_else(stage: Stage) -> None:
    asked = "/v1/tallies?measure=referrals&by=year"
    for who in ("admin", "officer", "team"):
        assert stage.get(who, asked).status_code == 200
        assert stage.get(who, "/v1/tallies?measure=referrals&by=village").status_code == 400
        assert stage.get(who, "/v1/tallies?measure=referrals&region=KAY").status_code == 400
    for who in ("coordinator", "case manager"):
        assert stage.get(who, "/v1/tallies?measure=referrals&by=village").status_code == 200
