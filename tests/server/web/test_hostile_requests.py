"""What a page of another host makes a browser send changes nothing, and no address makes the server fail."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from server.web.access import COOKIE, LARGEST_FORM
from server.web.request_log import masked
from server.web.route import ANYONE, ROUTES, Route
from tests.server.cast import Stage, stage
from tests.server.web.test_access import address, body_of, values

__all__ = ["stage"]
CHANGING = [route for route in ROUTES if route.method != "GET" and route.may != ANYONE]
READING = [route for route in ROUTES if route.method == "GET"]


@pytest.fixture
def administrator(stage: Stage) -> Iterator[FlaskClient]:
    """The administrator's browser, signed in."""
    stage.reset()
    client = stage.app.test_client()
    client.set_cookie(COOKIE, stage.tokens["admin"])
    yield client


@pytest.mark.parametrize("route", CHANGING, ids=lambda route: f"{route.method} {route.path}")
def test_the_cookie_alone_changes_nothing(stage: Stage, administrator: FlaskClient, route: Route) -> None:
    for headers in ({}, {"X-CSRF-Token": "x"}):
        answer = administrator.open(
            address(route, stage), method=route.method, headers=headers, **body_of(route)
        )
        assert answer.status_code in (303, 400, 401, 403, 404), answer.status_code
        assert answer.status_code != 303 or "/sign-in" in answer.headers["Location"]
    assert not stage.is_changed()


def test_a_long_form_is_refused_before_it_is_read(stage: Stage, administrator: FlaskClient) -> None:
    answer = administrator.post("/projects/1/plan/uploads", data={"file": "x" * (LARGEST_FORM + 1)})
    assert answer.status_code == 413


HOSTILE = st.one_of(
    st.sampled_from(
        ["0", "-1", "1", "9" * 17, "9" * 19, "9" * 40, "²", "١", "1e9", "0000-01", "0000-00", "9999-12",
         "2020-03", "0000-01-01", "9999-12-31", "2020-02-31", "all", "tagne", "\x00", "\ud7ff", "'", '"><script>',
         "=1+1", "%", "%ff", "..", "fr", "region", "sex,age_band", "month", "both", "xlsx", "csv", "pdf", "json",
         "participants", "referrals", "total", "people", "event", "9.9", "x.1", "1.1", "2020.1", "9" * 30 + ".1",
         "submitted", "sessions", "h", "-", ",", "1,2,3"]
    ),
    st.text(max_size=12),
)  # fmt: skip
NAMES = [
    "q", "form", "place", "animator", "from", "to", "event_from", "event_to", "month", "activity", "flag", "held",
    "order", "then", "state", "before", "since", "cso", "region", "block", "column", "status", "page", "rows",
    "columns", "measure", "unit", "reach", "subset", "scheme", "sort", "sex", "age_band", "village", "by", "format",
    "lang", "answers", "missing", "done", "count", "undone", "overtaken", "ask", "tick", "said", "phone_edit", "turned",
    "counted", "limit", "offset", "start", "end", "action", "next", "sent", "st",
]  # fmt: skip


@pytest.mark.parametrize("route", READING, ids=lambda route: f"{route.method} {route.path}")
@settings(max_examples=15)
@given(data=st.data())
def test_no_value_in_an_address_makes_the_server_fail(stage: Stage, route: Route, data: Any) -> None:
    asked = data.draw(st.dictionaries(st.sampled_from(NAMES[:-1]), HOSTILE, max_size=4))
    path = address(route, stage)
    for hole in ("month", "code", "number", "import_id", "other", "link_id", "user_id"):
        if f":{hole}>" in route.path and data.draw(st.booleans()):
            path = address_with(route, stage, hole, data.draw(HOSTILE))
    answer = stage.get("admin", path, query_string=asked)
    assert answer.status_code < 500, (path, asked, answer.text[:500])


def address_with(route: Route, stage: Stage, hole: str, value: str) -> str:
    """The address with something else in one of its holes."""
    path = route.path
    for name, usual in values(stage).items():
        for kind in ("segment", "path"):
            told = quote(value, safe="") or "-" if name == hole else usual
            path = path.replace(f"<{kind}:{name}>", told)
    return path


FIELDS = [
    "state", "reason", "common", "sheet", "back", "batch", "flag", "decision", "why", "keep", "version", "steps",
    "seen", "remark", "name", "form", "cso", "once", "names", "phone", "choice", "month", "filters", "language",
    "email", "role", "project", "body",
]  # fmt: skip
WRITTEN = st.one_of(
    HOSTILE,
    st.sampled_from(
        ["1.1.", "2.1.received", "9" * 17 + ".1.", "/projects/1/sheets/\r\nX: y", "//elsewhere.example",
         "https://elsewhere.example/", "/projects/1/sheets?a\nb", "approved", "hasIssues", "both", "accepted", "open",
         "TAGNE", "club", "all", "drop", "a@osc.ml", "coordinator", "admin"]
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    "route",
    [route for route in CHANGING if route.is_page],
    ids=lambda route: route.path,
)
@settings(max_examples=12)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), WRITTEN, max_size=6))
def test_no_value_in_a_form_makes_the_server_fail_or_leads_elsewhere(
    stage: Stage, route: Route, fields: dict[str, str]
) -> None:
    stage.reset()
    who = "admin" if route.may == "user.create" else "officer"
    answer = stage.call(who, "POST", address(route, stage), data=fields)
    assert answer.status_code < 500, (fields, answer.text[:500])
    onward = answer.headers.get("Location", "/")
    assert onward.startswith("/") and not onward.startswith("//"), onward


def test_no_search_engine_keeps_a_page_and_no_other_host_learns_its_address(stage: Stage) -> None:
    for path in (f"/f/{stage.tokens['link']}", "/sign-in", "/projects/1/sheets"):
        headers = stage.get("admin", path).headers
        assert headers["Referrer-Policy"] == "same-origin", path
        assert "noindex" in headers["X-Robots-Tag"], path


def test_no_log_line_holds_a_token(stage: Stage) -> None:
    token = stage.tokens["link"]
    for line in (
        f"GET /f/{token} status=200", f"https://x/f/{token}?lang=fr", f"POST /v1/key/{token}/projects/1/submission",
        f"GET /projects/1/plan/uploads/{token}/problems.csv", f"GET /invitation/{token}",
    ):  # fmt: skip
        assert token not in masked(line)
    assert masked("GET /v1/projects/1/forms/f/submissions") == "GET /v1/projects/1/forms/f/submissions"
