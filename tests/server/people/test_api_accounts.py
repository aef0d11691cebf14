"""Accounts through the interface: signing in and out, limits that hold, invitations, disabling, roles, the log."""

from datetime import timedelta
from typing import Any

import pytest

from server.base import clock
from server.identity import attempts
from tests.server.cast import PASSWORD, Stage, stage

__all__ = ["stage"]


@pytest.fixture(autouse=True)
def at_the_beginning(stage: Stage) -> None:
    """Each test finds the stage as it was."""
    stage.reset()


def sign_in(stage: Stage, email: str, password: str) -> Any:
    """A sign-in of nobody known yet."""
    return stage.call("nobody", "POST", "/v1/sessions", json={"email": email, "password": password})


def new_person(stage: Stage, email: str = "kani@osc.ml") -> dict[str, Any]:
    """A person with a password, added by the administrator."""
    made = stage.call("admin", "POST", "/v1/users", json={"email": email, "password": PASSWORD})
    assert made.status_code == 200, made.text
    told: dict[str, Any] = made.get_json()
    return told


def test_a_session_is_a_token_and_a_cookie_that_alone_changes_nothing(stage: Stage) -> None:
    new_person(stage)
    answer = sign_in(stage, "KANI@osc.ml", PASSWORD)
    assert len(answer.get_json()["token"]) == 64
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    browser = {"Cookie": cookie.partition(";")[0]}
    assert stage.get("nobody", "/v1/users/current", headers=browser).get_json()["email"] == "kani@osc.ml"
    changed = {"path": "/v1/users/current", "headers": browser}
    assert (
        stage.call("nobody", "DELETE", "/v1/sessions/current", headers=changed["headers"]).status_code == 401
    )
    meant = {**browser, "X-CSRF-Token": answer.get_json()["csrf"]}
    assert stage.call("nobody", "DELETE", "/v1/sessions/current", headers=meant).status_code == 200
    assert stage.get("nobody", "/v1/users/current", headers=browser).status_code == 401


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.2),
        ({"email": "a"}, 400.2),
        ({"email": 3, "password": "x"}, 400.11),
        ({"email": ["a"], "password": "x"}, 400.11),
        ([], 400.11),
        ("x", 400.11),
    ],
)
def test_a_sign_in_that_lacks_something_says_what(stage: Stage, body: Any, code: float) -> None:
    answer = stage.call("nobody", "POST", "/v1/sessions", json=body)
    assert answer.get_json()["code"] == code
    broken = stage.call("nobody", "POST", "/v1/sessions", data=b'{"email": ', content_type="application/json")
    assert broken.get_json()["code"] == 400.1


def test_passwords_are_not_tried_without_end_and_the_right_one_clears_the_count(stage: Stage) -> None:
    new_person(stage)
    for _ in range(attempts.FAILURES_AN_ACCOUNT - 1):
        assert sign_in(stage, "kani@osc.ml", "faux").status_code == 401
    assert sign_in(stage, "kani@osc.ml", PASSWORD).status_code == 200
    for _ in range(attempts.FAILURES_AN_ACCOUNT):
        assert sign_in(stage, "kani@osc.ml", "faux").status_code == 401
    limited = sign_in(stage, "Kani@OSC.ml", PASSWORD)
    assert limited.status_code == 429
    assert 0 < int(limited.headers["Retry-After"]) <= attempts.PERIOD_SECONDS
    assert sign_in(stage, "other@osc.ml", "faux").status_code == 401  # others are not shut out
    basic = {"Authorization": "Basic a2FuaUBvc2MubWw6ZmF1eA=="}
    assert stage.get("nobody", "/v1/users/current", headers=basic).status_code == 429
    later = clock.now() + timedelta(seconds=attempts.PERIOD_SECONDS)
    with stage.station.storage.writing() as db:
        attempts.count_attempt(db, attempts.Attempt("kani@osc.ml", ""), now=later)


@pytest.mark.parametrize(
    ("password", "code"),
    [("court", 400.21), ("aaaaaaaaaaaa", 400.44), ("kani@osc.ml", 400.44), ("motdepasse", 400.44)],
)
def test_a_password_that_would_be_guessed_is_refused(stage: Stage, password: str, code: float) -> None:
    body = {"email": "kani@osc.ml", "password": password}
    assert stage.call("admin", "POST", "/v1/users", json=body).get_json()["code"] == code


def test_a_changed_password_ends_the_other_sessions(stage: Stage) -> None:
    person = new_person(stage)
    tokens = [sign_in(stage, "kani@osc.ml", PASSWORD).get_json()["token"] for _ in range(2)]
    mine, other = ({"Authorization": f"Bearer {token}"} for token in tokens)
    address = f"/v1/users/{person['id']}/password"
    wrong = stage.call("nobody", "PUT", address, json={"old": "faux", "new": f"{PASSWORD}!"}, headers=mine)
    assert wrong.status_code == 401
    right = stage.call("nobody", "PUT", address, json={"old": PASSWORD, "new": f"{PASSWORD}!"}, headers=mine)
    assert right.get_json() == {"success": True}
    assert stage.get("nobody", "/v1/users/current", headers=mine).status_code == 200
    assert stage.get("nobody", "/v1/users/current", headers=other).status_code == 401
    assert sign_in(stage, "kani@osc.ml", PASSWORD).status_code == 401


def test_an_invitation_works_once_and_a_disabled_person_is_out_at_once(stage: Stage) -> None:
    made = stage.call("admin", "POST", "/v1/users", json={"email": "kani@osc.ml"}).get_json()
    path = "/invitation/" + made["invitationUrl"].rpartition("/")[2]
    chosen = {"new": PASSWORD, "again": PASSWORD}
    assert stage.get("nobody", path).status_code == 200
    assert stage.call("nobody", "POST", path, data={"new": PASSWORD, "again": "autre"}).status_code == 400
    assert stage.call("nobody", "POST", path, data=chosen).status_code == 303
    assert stage.get("nobody", path).status_code == 404
    token = {"Authorization": f"Bearer {sign_in(stage, 'kani@osc.ml', PASSWORD).get_json()['token']}"}
    taken = stage.call("admin", "POST", "/v1/users", json={"email": "Kani@osc.ml"})
    assert taken.get_json()["code"] == 409.3
    assert stage.call("admin", "DELETE", f"/v1/users/{made['id']}").status_code == 200
    assert stage.get("nobody", "/v1/users/current", headers=token).status_code == 401
    assert sign_in(stage, "kani@osc.ml", PASSWORD).status_code == 401
    back = stage.call("admin", "PATCH", f"/v1/users/{made['id']}", json={"disabled": False})
    assert back.get_json()["disabled"] is False
    assert sign_in(stage, "kani@osc.ml", PASSWORD).status_code == 200
    again = stage.call("admin", "POST", f"/v1/users/{made['id']}/invitation").get_json()
    assert "/invitation/" in again["invitationUrl"]


def test_the_last_administrator_stays(stage: Stage) -> None:
    number = stage.ids["admin"]
    assert stage.call("admin", "DELETE", f"/v1/users/{number}").status_code == 409
    assert stage.call("admin", "DELETE", f"/v1/assignments/admin/{number}").status_code == 409
    other = new_person(stage)["id"]
    assert stage.call("admin", "POST", f"/v1/assignments/1/{other}").status_code == 200
    assert stage.call("admin", "DELETE", f"/v1/users/{number}").status_code == 200


def test_nobody_gives_a_right_that_they_do_not_have(stage: Stage) -> None:
    number = stage.ids["stranger"]
    base = "/v1/projects/1/assignments"
    assert stage.call("officer", "POST", f"{base}/viewer/{number}").status_code == 200
    assert stage.call("officer", "POST", f"{base}/admin/{number}").status_code == 403
    assert stage.call("officer", "POST", f"{base}/case-manager/{number}").status_code == 403
    assert (
        stage.call("officer", "POST", f"{base}/app-user/{number}").status_code == 404
    )  # a person is no phone
    assert stage.get("stranger", "/v1/projects/1").status_code == 200
    assert stage.get("officer", f"{base}/6/{number}").get_json()["displayName"] == "stranger"
    assert stage.call("officer", "DELETE", f"{base}/viewer/{number}").status_code == 200
    assert stage.get("stranger", "/v1/projects/1").status_code == 403


def test_the_log_tells_who_did_what_in_pages_and_holds_no_secret(stage: Stage) -> None:
    new_person(stage)
    token = sign_in(stage, "kani@osc.ml", PASSWORD).get_json()["token"]
    stage.get("team", "/v1/projects/1/forms/club/submissions.csv")
    lines = stage.get("admin", "/v1/audits", headers={"X-Extended-Metadata": "true"}).get_json()
    actions = [line["action"] for line in lines]
    assert actions[:3] == ["form.submission.export", "user.session.create", "user.create"]
    assert lines[0]["actor"]["displayName"] == "team"
    assert PASSWORD not in str(lines)
    assert token not in str(lines)
    one = stage.get("admin", "/v1/audits?limit=1&offset=1").get_json()
    assert [entry["action"] for entry in one] == ["user.session.create"]
    people = stage.get("admin", "/v1/audits?action=user").get_json()
    assert {person["action"].partition(".")[0] for person in people} == {"user"}
    assert stage.get("admin", "/v1/audits?start=2999-01-01").get_json() == []
    assert stage.get("admin", "/v1/audits?limit=x").get_json()["code"] == 400.11


def test_an_organisation_has_projects_zones_and_people(stage: Stage) -> None:
    made = stage.call("admin", "POST", "/v1/cso", json={"code": "CAEB", "name": "CAEB", "projects": [1, 99]})
    assert made.get_json()["projects"] == [1]
    assert (
        stage.call("admin", "POST", "/v1/cso", json={"code": "caeb", "name": "x"}).get_json()["code"] == 409.3
    )
    zones = {"zones": [{"place": "T-YEL1", "from": "2020-01-01", "to": "2020-12-31"}]}
    assert stage.call("admin", "PUT", "/v1/cso/CAEB/zones", json=zones).get_json() == zones
    backwards = {"zones": [{"place": "T-YEL1", "from": "2020-01-01", "to": "2019-12-31"}]}
    assert stage.call("admin", "PUT", "/v1/cso/CAEB/zones", json=backwards).status_code == 400
    assert stage.get("admin", "/v1/cso/CAEB/zones").get_json() == zones
    mine = [cso["code"] for cso in stage.get("coordinator", "/v1/cso").get_json()]
    assert mine == ["TAGNE"]
    people = [person["displayName"] for person in stage.get("admin", "/v1/cso/TAGNE/people").get_json()]
    assert people == ["case manager", "coordinator"]


def test_errors_are_told_in_the_language_asked_for_with_a_number_to_find_them_by(stage: Stage) -> None:
    french = stage.get("officer", "/v1/projects/99", headers={"Accept-Language": "fr"})
    english = stage.get("officer", "/v1/projects/99")
    assert french.get_json()["message"] != english.get_json()["message"]
    assert len(french.headers["X-Request-Id"]) == 12
    assert stage.get("officer", "/v1/projects/x").get_json()["code"] == 400.11
    assert stage.get("officer", "/v2/projects").status_code == 404
    assert stage.get("nobody", "/v1/nowhere").get_json()["code"] == 404.1


def test_a_body_that_is_too_large_is_refused_before_it_is_read_whole(stage: Stage) -> None:
    large = stage.call("officer", "POST", "/v1/projects/1/app-users", json={"displayName": "x" * 3_000_000})
    assert large.get_json()["code"] == 413.1
    sheet = stage.call(
        "officer",
        "POST",
        "/v1/projects/1/forms/club/submissions",
        data=b"<data>" + b" " * 11_000_000,
        content_type="application/xml",
    )
    assert sheet.status_code == 413


def test_what_is_read_again_and_has_not_changed_is_told_briefly(stage: Stage) -> None:
    first = stage.get("team", "/v1/projects/1/forms")
    again = stage.get("team", "/v1/projects/1/forms", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_metrics_are_told_to_this_machine_and_to_no_stranger(stage: Stage) -> None:
    assert "fiche_submissions 3\n" in stage.get("nobody", "/metrics").text, "the referral is not counted"
    outside = {"X-Forwarded-For": "198.51.100.7"}
    assert stage.get("nobody", "/metrics", headers=outside).status_code == 403
    assert stage.get("admin", "/metrics", headers=outside).status_code == 200
    assert stage.get("nobody", "/health").get_json()["status"] == "ok"
