"""Whoever guesses passwords gets no further, keeps nobody out, and does not stop the server."""

import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event, Thread
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.base import clock
from server.identity import attempts, password_queue
from server.identity.password_queue import AT_ONCE, IN_LINE, SigningInBusy, turn
from server.web.access import DEVICE
from tests.server.cast import PASSWORD, Stage, stage

__all__ = ["stage"]
KANI = "kani@osc.ml"
GUESSER, OWNER = "192.0.2.66", "192.0.2.1"


@pytest.fixture(autouse=True)
def kani(stage: Stage) -> None:
    """Somebody with a password."""
    stage.reset()
    assert (
        stage.call("admin", "POST", "/v1/users", json={"email": KANI, "password": PASSWORD}).status_code
        == 200
    )


def sign_in(stage: Stage, password: str, address: str, **headers: str) -> Any:
    """A sign-in by a program at an address."""
    body = {"email": KANI, "password": password}
    there = {"environ_overrides": {"REMOTE_ADDR": address}, "headers": headers}
    return stage.call("nobody", "POST", "/v1/sessions", json=body, **there)


def by_page(client: FlaskClient, password: str, address: str) -> Any:
    """A sign-in by the page."""
    form = {"email": KANI, "password": password, "next": "/"}
    return client.post("/sign-in", data=form, environ_overrides={"REMOTE_ADDR": address})


def test_guesses_at_one_address_do_not_keep_the_owner_out_at_another(stage: Stage) -> None:
    for _ in range(attempts.FAILURES_AN_ACCOUNT):
        assert sign_in(stage, "faux", GUESSER).status_code == 401
    assert sign_in(stage, PASSWORD, GUESSER).status_code == 429
    assert sign_in(stage, PASSWORD, OWNER).status_code == 200
    assert sign_in(stage, PASSWORD, GUESSER).status_code == 429, (
        "her coming in gives the guesser no new tries"
    )


def test_a_browser_in_which_she_has_signed_in_before_has_tries_of_its_own(stage: Stage) -> None:
    """Also behind the guesser's own address, as in an internet café; the guesser's browser has none."""
    own, other = stage.app.test_client(), stage.app.test_client()
    assert by_page(own, PASSWORD, OWNER).status_code == 303
    for _ in range(attempts.FAILURES_AN_ACCOUNT):
        by_page(other, "faux", GUESSER)
    refused = by_page(other, PASSWORD, GUESSER)
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= attempts.PERIOD_SECONDS
    assert by_page(own, PASSWORD, GUESSER).status_code == 303
    for _ in range(attempts.FAILURES_AN_ACCOUNT):
        assert by_page(own, "faux", OWNER).status_code == 401
    assert by_page(own, PASSWORD, OWNER).status_code == 429, "nor is it free to guess"


def test_the_token_of_a_browser_is_for_its_own_person_alone_and_lets_nobody_in(stage: Stage) -> None:
    client = stage.app.test_client()
    by_page(client, PASSWORD, OWNER)
    [device] = [cookie for cookie in client._cookies.values() if cookie.key == DEVICE]
    with stage.app.test_request_context("/sign-in", headers={"Cookie": f"{DEVICE}={device.value}"}):
        from server.web.access import this_attempt

        with stage.station.storage.reading() as db:
            assert this_attempt(db, KANI, now=clock.now()).device == device.value
            assert this_attempt(db, "admin@osc.ml", now=clock.now()).device == ""
    for path in ("/account", "/people"):
        answer = stage.get("nobody", path, headers={"Cookie": f"{DEVICE}={device.value}"})
        assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]


def test_guesses_from_everywhere_slow_the_account_down_and_stop_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(password_queue.time, "sleep", waited.append)
    for number in range(attempts.FAILURES_UNSLOWED + 5):
        assert sign_in(stage, "faux", f"198.51.100.{number}").status_code == 401
    assert waited == [password_queue.SLOW_SECONDS] * 5
    assert sign_in(stage, PASSWORD, OWNER).status_code == 200


def test_guesses_at_once_are_counted_before_they_are_looked_at(stage: Stage) -> None:
    with ThreadPoolExecutor(24) as threads:
        codes = [
            answer.status_code for answer in threads.map(lambda _: sign_in(stage, "faux", GUESSER), range(48))
        ]
    assert codes.count(401) <= attempts.FAILURES_AN_ACCOUNT
    assert set(codes) <= {401, 429, 503}
    assert sign_in(stage, PASSWORD, OWNER).status_code == 200


def test_a_proxys_clients_are_told_apart_by_the_address_that_it_wrote_itself(stage: Stage) -> None:
    """What a client writes before it changes nothing."""
    proxy = "127.0.0.1"
    for number in range(attempts.FAILURES_AN_ACCOUNT):
        forwarded = {"X-Forwarded-For": f"203.0.113.{number}, {GUESSER}"}
        assert sign_in(stage, "faux", proxy, **forwarded).status_code == 401
    assert sign_in(stage, PASSWORD, proxy, **{"X-Forwarded-For": GUESSER}).status_code == 429
    assert sign_in(stage, PASSWORD, proxy, **{"X-Forwarded-For": OWNER}).status_code == 200
    assert sign_in(stage, PASSWORD, GUESSER, **{"X-Forwarded-For": OWNER}).status_code == 429


def test_a_full_line_sends_the_next_one_away_at_once_and_takes_no_try_from_them(stage: Stage) -> None:
    inside, leave = [Event() for _ in range(AT_ONCE)], Event()

    def hold(place: Event) -> None:
        with turn():
            place.set()
            leave.wait()

    threads = [Thread(target=hold, args=(place,)) for place in inside]
    threads += [Thread(target=hold, args=(Event(),)) for _ in range(IN_LINE - AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        for place in inside:
            assert place.wait(5)
        for _ in range(3_000):  # until the others stand in line
            if password_queue._line._places._value == 0:
                break
            Event().wait(0.01)
        for _ in range(attempts.FAILURES_AN_ACCOUNT + 5):
            busy = sign_in(stage, "faux", OWNER)
            assert busy.status_code == 503 and int(busy.headers["Retry-After"]) > 0
        assert stage.get("nobody", "/health").status_code in (200, 503)
        page = by_page(stage.app.test_client(), PASSWORD, OWNER)
        assert page.status_code == 503 and page.headers["Retry-After"]
        with pytest.raises(SigningInBusy), ExitStack() as stack:
            stack.enter_context(turn())
    finally:
        leave.set()
        for thread in threads:
            thread.join()
    assert sign_in(stage, PASSWORD, OWNER).status_code == 200


NOT_OURS = {"email": "personne@osc.ml", "password": PASSWORD}
WRONG = {"email": KANI, "password": "faux"}


def test_a_wrong_password_is_told_as_such_and_alike_whether_there_is_an_account(stage: Stage) -> None:
    stage.call("admin", "POST", "/v1/users", json={"email": "awa@osc.ml"})  # invited, without a password
    tried = [
        WRONG,
        NOT_OURS,
        {"email": "awa@osc.ml", "password": "x"},
    ]
    answers = [stage.call("nobody", "POST", "/v1/sessions", json=body) for body in tried]
    words = [(answer.status_code, answer.json) for answer in answers]
    assert words[0] == (401, {"code": 401.2, "message": "The address or the password is wrong."})
    assert all(told == words[0] for told in words)
    for body in tried[:2]:
        pair = b64encode(f"{body['email']}:{body['password']}".encode()).decode()
        basic = stage.call("nobody", "GET", "/v1/projects", headers={"Authorization": f"Basic {pair}"})
        assert (basic.status_code, basic.json) == words[0]
    unknown = stage.call("nobody", "GET", "/v1/projects", headers={"Authorization": "Bearer x"})
    assert unknown.json["message"] == "Sign in: this address asks who you are.", "no password was given"


def test_an_unknown_account_takes_as_long_as_a_wrong_password(stage: Stage) -> None:
    def quickest(body: dict[str, str]) -> float:
        taken = []
        for number in range(5):
            there = {"REMOTE_ADDR": f"192.0.2.{number}"}
            began = time.process_time()  # of the processor: others may be at work on this machine
            assert (
                stage.call("nobody", "POST", "/v1/sessions", json=body, environ_overrides=there).status_code
                == 401
            )
            taken.append(time.process_time() - began)
        return min(taken)

    known, unknown = quickest(WRONG), quickest(NOT_OURS)
    assert 0.4 < unknown / known < 2.5, "whoever measures would learn which addresses have an account"


def test_guesses_that_wait_to_be_looked_at_are_counted_already(stage: Stage) -> None:
    """Whoever sends many at once would get them all looked at before the first counts."""
    inside, leave = [Event() for _ in range(AT_ONCE)], Event()

    def hold(entered: Event) -> None:
        with turn():
            entered.set()
            leave.wait(30)

    waiting = IN_LINE - AT_ONCE
    holders = [Thread(target=hold, args=(entered,)) for entered in inside]
    guessers = [Thread(target=sign_in, args=(stage, "faux", GUESSER)) for _ in range(waiting)]
    try:
        for holder in holders:
            holder.start()
        for entered in inside:
            assert entered.wait(10)
        for guesser in guessers:
            guesser.start()
        deadline = time.monotonic() + 10
        while password_queue._line._places._value and time.monotonic() < deadline:
            time.sleep(0.01)
        with stage.station.storage.reading() as db:
            counted = [row["failures"] for row in db["attempt"].rows]
        assert counted and set(counted) == {waiting}, "nobody has looked at one of them yet"
    finally:
        leave.set()
        for thread in (*holders, *guessers):
            thread.join()
