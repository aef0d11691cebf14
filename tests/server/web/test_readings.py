"""Whoever reads of a confidential sheet leaves a line in the log, at whatever address: who, when, which (§ 11).

All addresses are walked by everybody over a referral whose every part carries a mark.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from forms.places.cso_code import CsoCode
from server.web.route import ROUTES
from sync.instance.envelope import Envelope, Part
from sync.intake.receive import receive
from tests.server.cast import PEOPLE, Stage, stage
from tests.server.web.test_access import values
from tests.server.web.test_sent_bytes import paths
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

__all__ = ["stage"]
OPEN = """
| survey |
| | type | name | label | bind::fiche:dimension |
| | text | osc | OSC | cso |
| | text | cas | Cas | |
| | image | photo | Photo | |
| settings |
| | form_id | version | namespaces | style |
| | cas | 1 | fiche="https://fiche.ong/xforms" | |
"""
CLOSED = re.sub(
    r"\| style \|\n(.*)\| 1 \|(.*)\| \|", r"| attribute::fiche:confidential |\n\1| 2 |\2| yes |", OPEN
)
CLOSED = re.sub(r".*\| image \|.*\n", "", CLOSED)
FORM = "/v1/projects/1/forms/cas/submissions"
MARKS = re.compile(r"(?i)zq(?:first|second|story|edited|remark|picture|photo)")
CASE_MANAGER = "case manager"


def told(answer: Any) -> set[str]:
    """The marks of the referral that an answer shows."""
    return set(MARKS.findall(str(answer.headers) + answer.get_data().decode("utf-8", "replace")))


@pytest.fixture(scope="module")
def planted(stage: Stage) -> Stage:
    """The cast, and a referral of TAGNE's: corrected once, remarked on, with a picture from before it was closed."""
    station = stage.station
    station.publish(OPEN)
    with station.blobs.receive() as writer:
        writer.write(b"Zqpicture")
        part = Part("Zqphoto.jpg", writer.keep(), "image/jpeg")
    sheet = {"/osc": "tagne", "/cas": "Zqstory", "/photo": "Zqphoto.jpg"}
    first = instance_xml("cas", "1", sheet, instance_id="uuid:zqfirst")
    with station.storage.writing() as db:
        receive(db, 1, Envelope(first, parts=(part,), cso=CsoCode("TAGNE")), now=BEGINNING)
    station.publish(CLOSED)
    edited = instance_xml(
        "cas", "1", {**sheet, "/cas": "Zqedited"}, instance_id="uuid:zqsecond", deprecated_id="uuid:zqfirst"
    )
    for method, path, more in (
        ("PUT", f"{FORM}/uuid%3Azqfirst", {"data": edited, "content_type": "application/xml"}),
        ("POST", f"{FORM}/uuid%3Azqfirst/comments", {"json": {"body": "Zqremark"}}),
    ):
        assert stage.call(CASE_MANAGER, method, path, **more).status_code == 200
    return stage


def walked(stage: Stage, method: str = "GET") -> Iterator[str]:
    """Every address that reads, with the referral in its holes."""
    known = {name: (value,) for name, value in values(stage).items()}
    known |= {
        "form_id": ("cas",),
        "instance_id": ("uuid%3Azqfirst", "uuid%3Azqsecond"),
        "version_id": ("uuid%3Azqfirst", "uuid%3Azqsecond"),
        "name": ("Zqphoto.jpg",),
        "filename": ("page.js",),
        "trial": ("x",),
    }
    for rule in stage.app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield from paths(rule, known)


def lines(stage: Stage) -> list[tuple[object, ...]]:
    """Who read which sheet, as the log has it."""
    with stage.station.storage.reading() as db:
        return list(
            db.execute(
                """
                SELECT actor_id, submission_id, form_id FROM audit
                WHERE action IN ('submission.read', 'submission.list') ORDER BY id
                """
            ).fetchall()
        )


def test_every_address_that_shows_a_referral_writes_down_who_read_which(planted: Stage) -> None:
    showing = set()
    for who in (*PEOPLE, "phone", "link", "nobody"):
        for path in walked(planted):
            before = len(lines(planted))
            answer = planted.get(who, path, headers={"X-Extended-Metadata": "true"})
            assert answer.status_code < 500, path
            shown = told(answer) - set(MARKS.findall(path))
            if path == "/v1/audits":  # says which sheets there are, and nothing of what they say
                assert shown <= ({"zqfirst", "zqsecond"} if who == CASE_MANAGER else set())
            elif answer.status_code < 400 and shown:
                showing.add((who, path))
                written = lines(planted)[before:]
                assert len(written) == 1, (who, path, shown)
                [(actor, sheet, form)] = written
                assert actor == planted.ids[who], path
                assert form is not None and (sheet is not None or "uuid" not in path), path
    assert {who for who, _ in showing} == {CASE_MANAGER}
    endings = {path.rpartition("/")[2] for _, path in showing}
    assert {"submissions", "uuid%3Azqfirst.xml", "attachments", "comments", "diffs", "versions"} <= endings
    assert len(showing) > 10, "the walk looks where it can be read"


def test_a_head_and_an_unchanged_answer_are_readings_too(planted: Stage) -> None:
    answer = planted.get(CASE_MANAGER, f"{FORM}/uuid%3Azqfirst.xml")
    for method, headers in (("HEAD", {}), ("GET", {"If-None-Match": answer.headers.get("ETag", "")})):
        before = len(lines(planted))
        planted.call(CASE_MANAGER, method, f"{FORM}/uuid%3Azqfirst.xml", headers=headers)
        assert len(lines(planted)) == before + 1


def test_what_was_read_is_told_to_case_managers_alone_in_the_log_and_with_the_sheet(planted: Stage) -> None:
    planted.get(CASE_MANAGER, f"{FORM}/uuid%3Azqfirst.xml")
    with planted.station.storage.reading() as db:
        [(key,)] = db.execute("SELECT id FROM submission WHERE instance_id = 'uuid:zqfirst'").fetchall()
    page = planted.get(CASE_MANAGER, "/audit?action=reading").text
    assert f"</strong> read the confidential sheet no. {key} of the form" in page
    assert told(planted.get("admin", "/audit")) == set()
    assert "Nothing of this was written down" in planted.get("admin", "/audit?action=reading").text
    assert planted.get("admin", "/v1/audits?action=reading").get_json() == []
    actions = {
        line["action"] for line in planted.get(CASE_MANAGER, f"{FORM}/uuid%3Azqfirst/audits").get_json()
    }
    assert "submission.read" in actions


def test_an_open_sheet_is_read_without_a_line(planted: Stage) -> None:
    before = lines(planted)
    assert planted.get("officer", "/v1/projects/1/forms/club/submissions/uuid%3Atagne.xml").status_code == 200
    assert planted.get("officer", "/v1/projects/1/forms/club/submissions").status_code == 200
    assert lines(planted) == before


def test_every_address_of_a_sheet_asks_for_a_right_to_sheets() -> None:
    """The line is written where that right was asked for: no other right opens one."""
    for route in ROUTES:
        if route.method == "GET" and "instance_id" in route.path and "/draft/" not in route.path:
            assert route.may.startswith("submission."), route
