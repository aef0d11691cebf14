"""Links with which a sheet is filled without an account: what they open, and what they never do."""

from pathlib import Path

import pytest

from server.identity import public_links
from server.identity.public_links import PublicLinkUnknown, PublicLinkUsed
from server.store import tables
from server.store.database import Storage
from server.web.route import ANYONE, ROUTES, SIGNED_IN
from sync.intake import submissions
from tests.server.cast import Stage, stage
from tests.server.web.test_access import address, body_of
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
BASE = "/v1/projects/1/forms/club/public-links"
OPENROSA = {"X-OpenRosa-Version": "1.0", "Content-Type": "text/xml"}


def sheet(instance_id: str, *, form_id: str = "club", **answers: str) -> bytes:
    """A sheet as a browser sends it."""
    return instance_xml(
        form_id, "1", {f"/{name}": value for name, value in answers.items()}, instance_id=instance_id
    )


def send(stage: Stage, token: str, xml: bytes) -> int:
    """What a sending through a link is answered with."""
    answer = stage.client.post(f"/v1/key/{token}/projects/1/submission", data=xml, headers=OPENROSA)
    return int(answer.status_code)


def test_a_coordinator_makes_lists_and_withdraws_links_of_her_own_cso(stage: Stage) -> None:
    stage.reset()
    made = stage.call(
        "coordinator", "POST", BASE, json={"displayName": "École", "once": True, "cso": "APDF"}
    ).get_json()
    assert (made["type"], made["once"], made["cso"]) == ("public_link", True, "tagne")
    assert len(made["token"]) > 30
    listed = stage.get("coordinator", BASE).get_json()
    assert [(link["displayName"], len(link["token"])) for link in listed] == [("École", 5), ("Mairie", 5)]
    assert stage.get("other coordinator", BASE).get_json() == []
    assert stage.call("other coordinator", "DELETE", f"{BASE}/{made['id']}").status_code == 404
    assert stage.call("coordinator", "DELETE", f"{BASE}/{made['id']}").status_code == 200
    assert send(stage, made["token"], sheet("uuid:late")) == 403
    assert [link["displayName"] for link in stage.get("coordinator", BASE).get_json()] == ["Mairie"]


def test_a_link_is_ended_by_its_token_as_a_phone_is(stage: Stage) -> None:
    stage.reset()
    token = stage.tokens["link"]
    assert stage.call("other coordinator", "DELETE", f"/v1/sessions/{token}").status_code == 403
    assert stage.call("coordinator", "DELETE", f"/v1/sessions/{token}").status_code == 200
    assert send(stage, token, sheet("uuid:late")) == 403
    assert stage.get("coordinator", BASE).get_json()[0]["token"] is None


def test_no_link_leads_to_a_confidential_form(stage: Stage) -> None:
    stage.reset()
    path = "/v1/projects/1/forms/orientation/public-links"
    for who in ("coordinator", "officer", "admin"):
        assert stage.call(who, "POST", path, json={"displayName": "X"}).status_code == 403
    assert stage.get("case manager", "/projects/1/fill/orientation").status_code in (401, 403)


def test_a_link_reads_its_form_and_sends_sheets_and_nothing_else(stage: Stage) -> None:
    for route in ROUTES:
        if route.is_page or route.may in (ANYONE, SIGNED_IN, "form.read", "submission.create"):
            continue
        stage.reset()
        answer = stage.call("link", route.method, address(route, stage), **body_of(route))
        assert answer.status_code in (401, 403), (route.method, route.path, answer.status_code)
    assert stage.get("link", "/v1/projects/1/forms/club/versions/1.xml").status_code == 200
    assert (
        stage.get("link", "/v1/projects/1/forms/club/versions/1/attachments/villages.csv").status_code == 200
    )
    assert stage.get("link", "/v1/projects/1/forms/orientation.xml").status_code == 403


def test_a_sheet_of_a_link_counts_to_its_cso_and_corrects_no_other(stage: Stage) -> None:
    stage.reset()
    token = stage.tokens["link"]
    assert send(stage, token, sheet("uuid:n1", osc="apdf")) == 201
    assert send(stage, token, sheet("uuid:n1", osc="apdf")) == 201  # the answer was lost: once more
    assert stage.get("coordinator", "/v1/projects/1/forms/club/submissions/uuid:n1").status_code == 200
    assert send(stage, token, sheet("uuid:n2", form_id="orientation")) == 403
    correction = sheet("uuid:n3").replace(
        b"</instanceID>", b"</instanceID><deprecatedID>uuid:tagne</deprecatedID>"
    )
    assert b"deprecatedID" in correction
    assert send(stage, token, correction) == 404
    with stage.station.storage.reading() as db:
        assert submissions.find_version(db, 1, "uuid:n3") is None


def test_a_link_for_one_sheet_closes_after_it_but_takes_the_same_again(stage: Stage) -> None:
    stage.reset()
    made = stage.call("coordinator", "POST", BASE, json={"displayName": "Une", "once": True}).get_json()
    assert send(stage, made["token"], sheet("uuid:one")) == 201
    assert send(stage, made["token"], sheet("uuid:one")) == 201
    assert send(stage, made["token"], sheet("uuid:two")) == 403
    through_api = stage.client.post(
        f"/v1/key/{made['token']}/projects/1/forms/club/submissions",
        data=sheet("uuid:three"),
        content_type="application/xml",
    )
    assert through_api.status_code == 403
    with stage.station.storage.reading() as db, pytest.raises(PublicLinkUsed):
        public_links.admit_sheet(db, made["id"], is_known=False, is_edit=False)


def test_the_page_of_a_link_says_what_is_wrong_and_keeps_its_policy(stage: Stage) -> None:
    stage.reset()
    page = stage.client.get(f"/f/{stage.tokens['link']}", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    policy = page.headers.getlist("Content-Security-Policy")
    assert len(policy) == 1
    assert "'wasm-unsafe-eval'" in policy[0]
    assert "frame-ancestors 'none'" in policy[0]
    unknown = stage.client.get("/f/nobody-knows-it", headers={"Accept-Language": "en"})
    assert unknown.status_code == 404
    assert "does not work any more" in unknown.text
    assert stage.client.get(f"/f/{stage.tokens['phone']}").status_code == 404
    stage.call("officer", "PATCH", "/v1/projects/1/forms/club", json={"state": "closed"})
    closed = stage.client.get(f"/f/{stage.tokens['link']}", headers={"Accept-Language": "en"})
    assert "takes no answers any more" in closed.text
    for path in ("/", "/sign-in"):
        assert "wasm" not in stage.client.get(path).headers["Content-Security-Policy"]


def test_what_accounts_there_were_stay_what_they_are(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "old.db")
    storage.migrate()
    with storage.writing() as db:
        db.execute("DROP TABLE public_link")
        db.execute("ALTER TABLE account RENAME COLUMN kind TO was")
        db.execute(
            "ALTER TABLE account ADD COLUMN kind TEXT NOT NULL DEFAULT 'user' CHECK (kind IN ('user', 'app_user'))"
        )
        db.execute("ALTER TABLE account DROP COLUMN was")
        db.execute(
            "INSERT INTO account (kind, display_name, role, created_at) VALUES ('app_user', 'Awa', '', '2020')"
        )
        db.execute(
            "INSERT INTO account (kind, display_name, role, created_at) VALUES ('user', 'Oumou', '', '2020')"
        )
        tables.m016_public_links(db)
        kinds = db.execute("SELECT display_name, kind FROM account ORDER BY id").fetchall()
        assert [tuple(kind) for kind in kinds] == [("Awa", "app_user"), ("Oumou", "user")]
        with pytest.raises(PublicLinkUnknown):
            public_links.find_link(db, 1)
    storage.close()
