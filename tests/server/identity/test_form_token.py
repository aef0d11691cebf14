"""A form that is sent twice, by a double click or the back button, makes one; and its secret is shown both times."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.server.cast import Stage, stage

__all__ = ["stage"]
PHONES, LINKS = "/projects/1/phones", "/projects/1/links"
RENEW = f"{PHONES}/renew"
TEAM = {"names": "Awa Traoré\nAwa Traoré\nOumou Sidibé"}
SCHOOL = {"name": "École", "form": "club"}
CODE = re.compile(r"<svg[^>]*>.*?</svg>", re.DOTALL)
"""The code to scan: it holds the address with the secret."""


@pytest.fixture(autouse=True)
def _as_in_the_beginning(stage: Stage) -> None:
    stage.reset()


def filled(stage: Stage, address: str, answers: dict[str, str], who: str = "admin") -> dict[str, str]:
    """The form of a page as a browser sends it, with its token."""
    token = re.search(r'name="form_token" value="([\w-]+)"', stage.get(who, address).text)
    assert token
    return {**answers, "form_token": token[1]}


def codes_shown(answer: Any) -> list[str]:
    """The codes that a page shows."""
    assert answer.status_code == 200, answer.text
    return CODE.findall(str(answer.text))


def accounts_kept(stage: Stage) -> int:
    """How many phones and links there are."""
    with stage.station.storage.reading() as db:
        return int(db.execute("SELECT count(*) FROM account WHERE token_sha256 IS NOT NULL").fetchone()[0])


def one_after_the_other(send: Callable[[], Any]) -> list[Any]:
    """As the back button, or a reader who waited and clicked again."""
    return [send(), send()]


def at_once(send: Callable[[], Any]) -> list[Any]:
    """As a double click."""
    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(lambda _: send(), range(4)))


@pytest.mark.parametrize("twice", [one_after_the_other, at_once])
@pytest.mark.parametrize(("address", "answers", "made"), [(PHONES, TEAM, 3), (LINKS, SCHOOL, 1)])
def test_a_form_sent_twice_makes_one_and_answers_the_same(
    stage: Stage, twice: Callable[..., list[Any]], address: str, answers: dict[str, str], made: int
) -> None:
    before = accounts_kept(stage)
    form = filled(stage, address, answers)
    shown = [codes_shown(answer) for answer in twice(lambda: stage.call("admin", "POST", address, data=form))]
    assert accounts_kept(stage) == before + made
    assert len(shown[0]) == made
    assert all(secrets == shown[0] for secrets in shown)


def test_a_form_changed_after_going_back_or_opened_anew_makes_another(stage: Stage) -> None:
    before = accounts_kept(stage)
    form = filled(stage, LINKS, SCHOOL)
    shown = [
        codes_shown(stage.call("admin", "POST", LINKS, data=wanted))[0]
        for wanted in (form, {**form, "name": "Mairie"}, filled(stage, LINKS, SCHOOL), SCHOOL, SCHOOL)
    ]
    assert len(set(shown)) == 5
    assert accounts_kept(stage) == before + 5


def test_the_token_of_a_form_is_nobody_elses(stage: Stage) -> None:
    form = filled(stage, LINKS, SCHOOL)
    shown = [codes_shown(stage.call(who, "POST", LINKS, data=form))[0] for who in ("admin", "officer")]
    assert shown[0] != shown[1]


def test_new_codes_asked_for_twice_are_made_once(stage: Stage) -> None:
    form = filled(stage, PHONES, {"phone": str(stage.ids["phone"])})
    shown = [codes_shown(answer) for answer in at_once(lambda: stage.call("admin", "POST", RENEW, data=form))]
    assert len(shown[0]) == 1
    assert all(codes == shown[0] for codes in shown)
    with stage.station.storage.reading() as db:
        renewed = db.execute("SELECT count(*) FROM audit WHERE action = 'field_key.token.create'").fetchone()
    assert renewed == (1,)


@pytest.mark.parametrize("twice", [one_after_the_other, at_once])
def test_an_invitation_sent_twice_shows_the_same_link(stage: Stage, twice: Callable[..., list[Any]]) -> None:
    person = {"email": "neuf@osc.ml", "name": "Neuf", "role": "coordinator", "project": "1", "cso": "TAGNE"}
    form = filled(stage, "/people", person)
    answers = twice(lambda: stage.call("admin", "POST", "/people", data=form))
    links = {link for answer in answers for link in re.findall(r"/invitation/([\w-]{64})", answer.text)}
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert len(links) == 1
    assert stage.get("nobody", f"/invitation/{links.pop()}").status_code == 200
