"""Whoever must sign in first comes to where they were going, whatever happens in between."""

from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.server.cast import PASSWORD, Stage, stage

__all__ = ["stage"]
SHEET = "/projects/1/sheets/club/uuid%3Atagne"


def onward(address: str) -> str:
    """Where the page of signing in leads on to."""
    parts = urlsplit(address)
    assert parts.path == "/sign-in"
    return parse_qs(parts.query).get("next", ["/"])[0]


@pytest.mark.parametrize(
    ("sent", "page"),
    [
        (f"{SHEET}/remarks", SHEET),
        ("/projects/1/sheets/club/a%2Fb%3Fc/remarks", "/projects/1/sheets/club/a%2Fb%3Fc"),
        ("/projects/1/sheets/decide", "/projects/1/sheets"),
        ("/people/5/disable", "/people"),
        ("/account/sessions/end", "/account"),
        ("/sign-out", "/"),
    ],
)
def test_who_sends_something_when_the_session_has_ended_comes_back_to_its_page_and_is_told(
    stage: Stage, sent: str, page: str
) -> None:
    place = stage.call("nobody", "POST", sent).headers["Location"]
    assert onward(place) == page
    told = "nothing of what you just sent was kept" in stage.get("nobody", place).text
    assert told == (page != "/")


@pytest.mark.parametrize("page", [f"{SHEET}?state=todo&q=a%26b", "/projects/1/sheets/club/a%3Fb", "/people"])
def test_a_page_that_needs_somebody_is_where_one_comes_after_signing_in(stage: Stage, page: str) -> None:
    place = stage.get("nobody", page).headers["Location"]
    assert onward(place) == page
    assert "was kept" not in stage.get("nobody", place).text


def test_neither_a_wrong_password_nor_another_language_forgets_where_one_was_going(stage: Stage) -> None:
    stage.reset()
    stage.call("admin", "POST", "/v1/users", json={"email": "kani@osc.ml", "password": PASSWORD})
    page = stage.get("nobody", stage.get("nobody", "/people?q=a").headers["Location"]).text
    form = unescape(page.partition('<form method="post" action="')[2].partition('"')[0])
    wrong = stage.call("nobody", "POST", form, data={"email": "kani@osc.ml", "password": "x"})
    assert wrong.status_code == 401
    french = unescape(wrong.text.partition('lang="fr"')[0].rpartition('href="')[2].partition('"')[0])
    page = stage.get("nobody", f"/sign-in{french}").text
    form = unescape(page.partition('<form method="post" action="')[2].partition('"')[0])
    right = stage.call("nobody", "POST", form, data={"email": "kani@osc.ml", "password": PASSWORD})
    assert right.headers["Location"] == "/people?q=a"
    assert stage.call("nobody", "POST", "/sign-in?next=//evil.example", data={
        "email": "kani@osc.ml", "password": PASSWORD
    }).headers["Location"] == "/"  # fmt: skip
