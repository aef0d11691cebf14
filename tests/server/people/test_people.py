"""The page of people: a role or a project that is none is refused whole, and nobody is left behind half invited."""

from datetime import timedelta
from typing import Any

import pytest

from forms.base.moment import written
from server.base.clock import now
from server.identity import accounts, assignments, sessions
from tests.server.cast import PASSWORD, Stage, stage

__all__ = ["stage"]
INVITED = {"email": "awa@osc.ml", "name": "Awa", "role": "coordinator", "project": "1", "cso": "TAGNE"}


@pytest.mark.parametrize(
    "wrong",
    [{"role": "nobody"}, {"role": "app-user"}, {"project": ""}, {"project": "x"}, {"project": "99"}],
    ids=str,
)
def test_an_invitation_to_a_role_or_project_that_is_none_adds_nobody(
    stage: Stage, wrong: dict[str, str]
) -> None:
    stage.reset()
    answer = stage.call("admin", "POST", "/people", data=INVITED | wrong)
    assert answer.status_code == 400
    with stage.station.storage.reading() as db:
        assert accounts.people(db, search="awa@osc.ml", with_disabled=True) == []


@pytest.mark.parametrize("address", ["/people/{}/role", "/people/{}/role/remove"])
@pytest.mark.parametrize("project", ["x", "²", "99", "9" * 30])
def test_a_role_in_a_project_that_is_none_changes_nothing(stage: Stage, address: str, project: str) -> None:
    stage.reset()
    key = stage.ids["officer"]
    told = {"role": "coordinator", "project": project}
    answer = stage.call("admin", "POST", address.format(key), data=told)
    assert answer.status_code in (303, 404)
    with stage.station.storage.reading() as db:
        assert [assignment.role for assignment in assignments.assignments_of(db, key)] == ["manager"]


def test_a_role_or_an_account_that_was_taken_by_mistake_is_given_back_from_the_page(stage: Stage) -> None:
    stage.reset()
    key = stage.ids["officer"]
    told = {"role": "manager", "project": "1"}
    taken = stage.call("admin", "POST", f"/people/{key}/role/remove", data=told).headers["Location"]
    page = stage.get("admin", taken).text
    assert "has the role “Project officer” no more" in page
    form = page.partition('role="status"')[2].partition("</form>")[0]
    assert f'action="/people/{key}/role"' in form
    stage.call("admin", "POST", f"/people/{key}/role", data=told)
    with stage.station.storage.reading() as db:
        assert [assignment.role for assignment in assignments.assignments_of(db, key)] == ["manager"]
    assert "no more" not in stage.get("admin", taken).text, "what is so no more is not told"
    closed = stage.call("admin", "POST", f"/people/{key}/disable").headers["Location"]
    assert "cannot sign in any more" in stage.get("admin", closed).text
    stage.call("admin", "POST", f"/people/{key}/enable")
    assert "cannot sign in any more" not in stage.get("admin", closed).text


def test_an_invitation_gives_the_role_in_the_project(stage: Stage) -> None:
    stage.reset()
    assert stage.call("admin", "POST", "/people", data=INVITED).status_code == 200
    with stage.station.storage.reading() as db:
        [awa] = accounts.people(db, search="awa@osc.ml", with_disabled=True)
        [given] = assignments.assignments_of(db, awa.id)
    assert (given.role, given.project_id) == ("coordinator", 1)


def cookies_of(answer: Any) -> str:
    """What an answer lets a browser keep."""
    return "\n".join(answer.headers.getlist("Set-Cookie"))


def test_over_https_the_session_is_kept_where_no_other_host_can_put_one(stage: Stage) -> None:
    stage.reset()
    stage.call("admin", "POST", "/v1/users", json={"email": "kani@osc.ml", "password": PASSWORD})
    form = {"email": "kani@osc.ml", "password": PASSWORD}
    client = stage.app.test_client()
    safe = client.post("/sign-in", data=form, base_url="https://fiche.example.org")
    assert "__Host-fiche_session=" in cookies_of(safe)
    assert all("Secure" in line and "HttpOnly" in line for line in cookies_of(safe).splitlines())
    assert client.get("/account", base_url="https://fiche.example.org").status_code == 200
    token = cookies_of(safe).partition("__Host-fiche_session=")[2].partition(";")[0]
    planted = stage.app.test_client(use_cookies=False).get(
        "/account", base_url="https://fiche.example.org", headers={"Cookie": f"fiche_session={token}"}
    )
    assert planted.status_code == 303, "what a neighbour on plain http can set is nothing over https"


def test_a_session_is_noted_as_used_and_ended_everywhere_else_by_a_press(stage: Stage) -> None:
    stage.reset()
    storage = stage.station.storage
    with storage.writing() as db:
        earlier = written(now() - timedelta(minutes=100))
        db.execute("UPDATE session SET seen_at = :earlier", {"earlier": earlier})
        other = sessions.start_session(db, accounts.find_person(db, stage.ids["officer"]), now=now())[0]
    assert stage.get("officer", "/account").text.count("last used about") == 2
    with storage.reading() as db:
        rows = db.execute(
            "SELECT seen_at > :earlier FROM session WHERE account_id = :id",
            {"earlier": earlier, "id": stage.ids["officer"]},
        )
        assert {row[0] for row in rows} == {1}
    assert stage.call("officer", "POST", "/account/sessions/end").status_code == 303
    assert stage.get("officer", "/account").status_code == 200
    stage.tokens["other"] = other
    assert stage.get("other", "/v1/users/current").status_code == 401
    with storage.writing() as db:
        db.execute("UPDATE session SET seen_at = :long", {"long": written(now() - timedelta(minutes=121))})
    assert stage.get("officer", "/v1/users/current").status_code == 401


@pytest.mark.parametrize(
    ("address", "base", "is_warned"),
    [
        ("192.168.1.7", "http://192.168.1.2:8383", True),
        ("192.168.1.7", "https://fiche.example.org", False),
        ("127.0.0.1", "http://127.0.0.1:8383", False),
    ],
)
def test_the_page_of_signing_in_says_that_a_line_can_be_read(
    stage: Stage, address: str, base: str, is_warned: bool
) -> None:
    client = stage.app.test_client()
    page = client.get("/sign-in?lang=en", base_url=base, environ_overrides={"REMOTE_ADDR": address})
    assert ("is not encrypted" in page.text) == is_warned
