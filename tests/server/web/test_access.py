"""Every address with every role: what each may do. A new route without a line here fails."""

from typing import Any

import pytest

from server.identity.role import EVERY_VERB
from server.web.route import ANYONE, ROUTES, SIGNED_IN, Route
from tests.server.cast import Stage, stage

__all__ = ["stage"]
EVERYBODY = frozenset(
    ["admin", "officer", "team", "entry", "coordinator", "other coordinator", "case manager", "stranger",
     "phone", "nobody"]
)  # fmt: skip
PERSONS = EVERYBODY - {"phone", "nobody"}
MANAGERS = frozenset(["admin", "officer"])
COORDINATORS = frozenset(["coordinator", "other coordinator"])
READERS = MANAGERS | COORDINATORS | {"team"}
OF_PROJECT = READERS | {"case manager", "entry"}

WHO: dict[str, frozenset[str]] = {
    "config.read": frozenset(["admin"]),
    "user.list": frozenset(["admin"]),
    "user.read": frozenset(["admin"]),
    "user.create": frozenset(["admin"]),
    "user.update": frozenset(["admin"]),
    "user.delete": frozenset(["admin"]),
    "audit.read": frozenset(["admin"]),
    "project.create": frozenset(["admin"]),
    "project.delete": frozenset(["admin"]),
    "project.update": MANAGERS,
    "project.read": OF_PROJECT,
    "assignment.list": MANAGERS,
    "assignment.create": MANAGERS,
    "assignment.delete": MANAGERS,
    "cso.create": frozenset(["admin"]),
    "cso.update": frozenset(["admin"]),
    "place.update": frozenset(["admin"]),
    "dataset.list": MANAGERS | {"team"},
    "form.list": OF_PROJECT | {"phone"},
    "form.read": OF_PROJECT | {"phone"},
    "form.create": MANAGERS,
    "form.update": MANAGERS,
    "form.delete": MANAGERS,
    "form.restore": MANAGERS,
    "own_code.read": frozenset(["phone"]),
    "field_key.list": MANAGERS | COORDINATORS,
    "field_key.create": MANAGERS | COORDINATORS,
    "field_key.delete": MANAGERS | COORDINATORS,
    "tally.read": READERS | {"case manager"},
    "submission.create": MANAGERS | COORDINATORS | {"entry", "phone"},
    "submission.list": READERS,
    "submission.read": READERS,
    "submission.update": MANAGERS | COORDINATORS,
    "submission.delete": MANAGERS,
    "submission.restore": MANAGERS,
    "submission.move": MANAGERS,
    "compilation.read": READERS,
    "compilation.submit": COORDINATORS,
    "compilation.validate": MANAGERS,
    "plan.read": READERS,
    "plan.update": MANAGERS | COORDINATORS,
    "reminder.read": MANAGERS | COORDINATORS,
    "public_link.list": MANAGERS | COORDINATORS,
    "public_link.create": MANAGERS | COORDINATORS,
    "public_link.delete": MANAGERS | COORDINATORS,
}
"""Who has which right on the project's ordinary sheets. Written apart from the server's own table on purpose."""
SIGNED: dict[str, frozenset[str]] = {
    "sessions.restore": PERSONS,
    "sessions.end_current": PERSONS,
    "sessions.end": MANAGERS | {"coordinator"},
    "users.current": PERSONS,
    "users.read": frozenset(["admin", "other coordinator"]),
    "users.update": frozenset(["admin"]),
    "users.change_password": frozenset(),
    "roles.every_role": PERSONS,
    "agreements.waiting": frozenset(["admin", "case manager"]),
    "agreements.agree": frozenset(["admin", "case manager"]),
    "agreements.refuse": frozenset(["admin", "case manager"]),
    "agreements.dismiss": PERSONS,
    "projects.every": PERSONS,
    "cso.every": PERSONS,
    "cso.read": READERS - {"other coordinator"},
    "cso.zones": READERS - {"other coordinator"},
    "cso.people": READERS - {"other coordinator"},
    "audits.lines": frozenset(["admin", "case manager"]),
    "log.log": frozenset(["admin", "case manager"]),
    "tallies.tallies": READERS | {"case manager"},
    "rollups.latest": PERSONS - {"stranger"},
    "reports.report": frozenset(),
    "reports_v1.report": frozenset(),
    "signing_in.sign_out": PERSONS,
    "signing_in.account_page": PERSONS,
    "signing_in.change_password": PERSONS,
    "signing_in.end_others": PERSONS,
}
"""What asks for an account alone, and then looks at whose it is: done here to what is somebody else's."""
UNDER_ANOTHER_RULE = {"assignments.": frozenset(["admin"])}
"""On the whole server roles are the administrator's; in a project they are the project officer's too."""
CLOSED_DOORS = (401, 403, 404, 303)
ADMITTED = ("", "signing_in.signed_in", "signing_in.accept")


def values(stage: Stage) -> dict[str, str]:
    """What stands in the holes of addresses: things of TAGNE that are there."""
    return {
        "project_id": "1", "form_id": "club", "instance_id": "uuid:tagne", "version_id": "uuid:tagne",
        "version": "1", "name": "villages.csv", "user_id": str(stage.ids["other coordinator"]), "role": "viewer",
        "actor": str(stage.ids["stranger"]), "phone_id": str(stage.ids["phone"]), "number": "1",
        "code": "TAGNE", "picture": "svg", "table": "Submissions", "inner": "membre",
        "token": stage.tokens["phone"], "import_id": "1", "upload": "0" * 32, "other": "2",
        "link_id": str(stage.ids["link"]), "month": "2020-03",
    }  # fmt: skip


def address(route: Route, stage: Stage) -> str:
    """A route's address with its holes filled."""
    path = route.path
    for name, value in values(stage).items():
        for kind in ("segment", "path"):
            path = path.replace(f"<{kind}:{name}>", value)
    assert "<" not in path, f"tell in values() what stands in {path}"
    return path


def allowed(route: Route) -> frozenset[str]:
    """Who may use a route."""
    if route.may == ANYONE:
        return EVERYBODY
    if route.may == SIGNED_IN:
        return SIGNED[route.name]
    for prefix, who in UNDER_ANOTHER_RULE.items():
        if route.name.startswith(prefix):
            return who
    return WHO[route.may]


def test_every_rule_names_a_right_that_somebody_has() -> None:
    for route in ROUTES:
        assert route.may in (ANYONE, SIGNED_IN) or route.may in EVERY_VERB, route
        assert route.may != SIGNED_IN or route.name in SIGNED, route.name


def test_no_address_stands_outside_the_rules(stage: Stage) -> None:
    declared = {route.path for route in ROUTES}
    others = {
        rule.rule
        for rule in stage.app.url_map.iter_rules()
        if rule.rule not in declared and not rule.endpoint.startswith(("openrosa.", "openrosa_trial."))
    }
    assert others == {"/static/<path:filename>"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_each_may_do_what_the_table_says_and_nothing_else(stage: Stage, route: Route) -> None:
    path = address(route, stage)
    for who in sorted(EVERYBODY):
        if route.is_page and who == "phone":
            continue
        stage.reset()
        answer = stage.call(who, route.method, path, **body_of(route))
        is_refused = answer.status_code in (401, 403) or is_shown_the_door(answer)
        if who in allowed(route) or route.name in ADMITTED:
            assert not is_refused or route.may == ANYONE, (who, answer.status_code, answer.text[:300])
            assert answer.status_code < 500, (who, answer.text[:300])
        else:
            assert is_refused or (answer.status_code == 404 and route.may == SIGNED_IN), (who, answer)


def is_shown_the_door(answer: Any) -> bool:
    """A page sends those who are not signed in to the page where they do."""
    return answer.status_code == 303 and "/sign-in" in answer.headers["Location"]


def body_of(route: Route) -> dict[str, Any]:
    """Something that could be meant: what is refused for its content was let in."""
    if route.takes is not None:
        return {"json": {"email": "x@osc.ml", "displayName": "X", "name": "X", "code": "NEW", "state": "open",
                         "reviewState": "approved", "instanceIds": ["uuid:tagne"], "body": "X", "zones": [],
                         "old": "x", "new": "y", "password": "x"}}  # fmt: skip
    if route.takes_media:
        return {"data": b"<data/>", "content_type": "application/xml"}
    if route.is_page and route.method == "POST":
        return {"data": {"names": "Awa", "role": "viewer", "project": "1", "email": "y@osc.ml"}}
    return {}


def test_a_coordinator_sees_the_sheets_of_her_own_cso_alone(stage: Stage) -> None:
    stage.reset()
    base = "/v1/projects/1/forms/club"
    mine = stage.get("coordinator", f"{base}/submissions").get_json()
    assert [sheet["instanceId"] for sheet in mine] == ["uuid:tagne"]
    theirs = stage.get("other coordinator", f"{base}/submissions").get_json()
    assert [their["instanceId"] for their in theirs] == ["uuid:apdf"]
