"""The plug is pulled while somebody changes something: it is whole or not there, and doing it again doubles nothing."""

import contextlib
import random
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from tests.server.changes import CHANGES, Ask, Office, copy, open_office

MOMENTS = ((0.1, 0.7), (0.7, 1.1))
"""When the plug is pulled, as shares of the time that the change takes."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """People who are signed in at a server that does not run; what it holds is set aside in `beginning`."""
    office = open_office(tmp_path_factory.mktemp("office"))
    fiche = office.fiche
    copy(office.data, fiche.folder / "beginning")
    yield office
    fiche.kill()


@pytest.fixture(autouse=True)
def unplugged(office: Office) -> Iterator[None]:
    """No server is left running, whatever a test found."""
    yield
    office.fiche.kill()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_whole_or_not_there_and_repeating_it_doubles_nothing(office: Office, name: str) -> None:
    dice = random.Random(name)
    duration = 0.0
    undisturbed: list[object] = []
    for first, last in ((0.0, 0.0), *MOMENTS):
        copy(office.fiche.folder / "beginning", office.data)
        office.fiche.start()
        ask = CHANGES[name](office)
        before = office.kept()
        if not undisturbed:
            began = time.monotonic()
            assert ask().status_code < 400
            duration = time.monotonic() - began
            undisturbed.append(office.kept())
        else:
            answer = cut_off(office, ask, after=duration * dice.uniform(first, last))
            assert office.kept() in ([undisturbed[0]] if answer and answer.ok else [before, undisturbed[0]])
            office.fiche.start()
        again = ask()
        assert again.status_code in (200, 303, 404, 409), again.text
        assert office.kept() == undisturbed[0]
        office.fiche.kill()


def cut_off(office: Office, ask: Ask, *, after: float) -> requests.Response | None:
    """Ask, and pull the plug so many seconds later; gives what was answered all the same."""
    answers: list[requests.Response] = []

    def press() -> None:
        with contextlib.suppress(requests.RequestException):
            answers.append(ask())

    person = threading.Thread(target=press)
    person.start()
    time.sleep(after)
    office.fiche.kill()
    person.join()
    return answers[0] if answers else None
