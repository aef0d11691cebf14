"""Two coordinators press at the very same moment: one is done, the other is told, and nothing is half done."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
import requests

from tests.fiche_process import Fiche
from tests.journeys.visitor import new_session
from tests.journeys.web_form import rows

MONTH = "2020-03"
ROUNDS = 6
"""Each on other sheets: the two requests need not meet in the server every time."""


@dataclass
class Pair:
    """Two coordinators of one CSO, each with a session of their own."""

    fiche: Fiche
    sessions: list[requests.Session]

    def at_once(self, ask: Callable[[requests.Session, str], requests.Response]) -> list[requests.Response]:
        """Both do the same at the same moment; each says another reason."""
        barrier = Barrier(2)

        def press(session: requests.Session, reason: str) -> requests.Response:
            barrier.wait()
            return ask(session, reason)

        with ThreadPoolExecutor(2) as people:
            return list(people.map(press, self.sessions, ("le premier motif", "le second motif")))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A server with a demonstration month, and two coordinators of TAGNE signed in."""
    fiche = Fiche(tmp_path_factory.mktemp("once"))
    fiche.init((MONTH, 120))
    fiche.start()
    sessions = []
    for name in ("awa@osc.ml", "ali@osc.ml"):
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {new_session(fiche, name)}"
        sessions.append(session)
    yield Pair(fiche, sessions)
    fiche.kill()


def test_on_the_same_sheet(pair: Pair) -> None:
    todo = (
        "SELECT id, versions FROM submission WHERE cso = 'tagne' AND review_state IS NULL ORDER BY id LIMIT ?"
    )
    for key, version in rows(pair.fiche, todo, ROUNDS):
        answers = pair.at_once(
            lambda session, reason, seen=f"{key}.{version}.": session.post(  # type: ignore[misc]
                f"{pair.fiche.address}/projects/1/sheets/decide",
                data={"sheet": seen, "state": "hasIssues", "reason": reason},
                allow_redirects=False,
                timeout=30,
            )
        )
        told = sorted("overtaken=1" in answer.headers["Location"] for answer in answers)
        assert told == [False, True]
        assert [answer.status_code for answer in answers] == [303, 303]
        kept = rows(pair.fiche, "SELECT reason FROM decision WHERE submission_id = ?", key)
        assert len(kept) == 1


def test_on_the_same_flag(pair: Pair) -> None:
    flagged = """
        SELECT DISTINCT f.xml_form_id, s.instance_id, s.id FROM finding AS n
        JOIN submission AS s ON s.id = n.submission_id AND s.cso = 'tagne' JOIN form AS f ON f.id = s.form_id
        WHERE n.rule IN ('stated_total_mismatch', 'duplicate', 'outlier') ORDER BY s.id LIMIT ?
    """
    found = rows(pair.fiche, flagged, ROUNDS)
    assert found
    for form, instance, key in found:
        address = f"{pair.fiche.address}/v1/projects/1/forms/{form}/submissions/{instance}/flags"
        seen = next(flag["seen"] for flag in pair.sessions[0].get(address, timeout=30).json() if flag["open"])
        answers = pair.at_once(
            lambda session, reason, address=address, seen=seen: session.post(  # type: ignore[misc]
                address, json={"seen": seen, "decision": "accepted", "reason": reason}, timeout=30
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        [slower] = [answer for answer in answers if answer.status_code == 409]
        assert slower.json()["code"] == 409.1
        assert len(rows(pair.fiche, "SELECT reason FROM flag_decision WHERE submission_id = ?", key)) == 1


def test_on_the_same_month(pair: Pair) -> None:
    address = f"{pair.fiche.address}/v1/projects/1/compilations/TAGNE/{MONTH}"
    told = {"acceptsUndecided": True}
    for _ in range(ROUNDS // 2):
        steps = pair.sessions[0].get(address, timeout=30).json()["steps"]
        for step in ("submit", "take-back"):
            answers = pair.at_once(
                lambda session, reason, step=step, steps=steps: session.post(  # type: ignore[misc]
                    f"{address}/{step}", json={"steps": steps, "remark": reason, **told}, timeout=60
                )
            )
            steps += 1
            assert sorted(answer.status_code for answer in answers) == [200, 409], [
                answer.text for answer in answers
            ]
            assert len(rows(pair.fiche, "SELECT 1 FROM compilation_step")) == steps
