"""What a public link and a phone may send in a day: whoever holds one cannot fill the disk, and is told what to do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.app import create_app
from server.base import clock
from server.identity import budgets
from server.settings.door import BudgetSettings
from tests.phone import multipart
from tests.server.cast import Stage, make_stage
from tests.sheet_writer import instance_xml

OPENROSA = {"X-OpenRosa-Version": "1.0"}
PICTURE = bytes(range(256)) * 1_600


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The cast, of whom a link may send three sheets or one megabyte, and a phone five or two."""
    stage = make_stage(tmp_path_factory.mktemp("budgets"))
    edge = stage.app.extensions["fiche"]
    few = BudgetSettings(link_sheets=3, link_megabytes=1, phone_sheets=5, phone_megabytes=2)
    stage.app = create_app(replace(edge.settings, budgets=few), edge.storage, edge.blobs)
    return stage


@pytest.fixture
def stage(made: Stage) -> Stage:
    """The same, as it was."""
    made.reset()
    return made


def send(stage: Stage, who: str, name: str, *, picture: bytes = b"", language: str = "en") -> Any:
    """One sheet, with a picture or without."""
    answers = {"/osc": "tagne", **({"/photo": "p.jpg"} if picture else {})}
    xml = instance_xml("club", "1", answers, instance_id=f"uuid:{name}")
    body, content_type = multipart(xml, {"p.jpg": picture} if picture else {})
    headers = {**OPENROSA, "Content-Type": content_type, "Accept-Language": language}
    return stage.call(who, "POST", f"/v1/projects/1/submission?lang={language}", data=body, headers=headers)


@pytest.mark.parametrize(("who", "most"), [("link", 3), ("phone", 5)])
def test_a_days_sheets_are_a_budget_and_a_known_one_is_taken_again(stage: Stage, who: str, most: int) -> None:
    for number in range(most):
        assert send(stage, who, f"sheet-{number}").status_code == 201
    refused = send(stage, who, "more")
    assert refused.status_code == 429
    assert "Send again tomorrow" in refused.text and "stays on your device" in refused.text
    assert "demain" in send(stage, who, "more", language="fr").text
    assert send(stage, who, "sheet-0").status_code == 201, "the answer was lost, and the phone sends it again"
    other = {"link": "phone", "phone": "link"}[who]
    assert send(stage, other, "of another").status_code == 201


@pytest.mark.parametrize(("who", "most"), [("link", 2), ("phone", 4)])
def test_a_days_bytes_are_a_budget_refused_before_they_are_read(stage: Stage, who: str, most: int) -> None:
    for number in range(most):
        assert send(stage, who, f"sheet-{number}", picture=PICTURE + bytes([number])).status_code == 201
    before = sum(path.stat().st_size for path in (stage.folder / "blobs").rglob("*") if path.is_file())
    assert send(stage, who, "large", picture=PICTURE + b"x").status_code == 429
    after = sum(path.stat().st_size for path in (stage.folder / "blobs").rglob("*") if path.is_file())
    assert after == before


def test_what_was_refused_after_it_was_written_counts_too(stage: Stage) -> None:
    """A link corrects nothing, and its files are on the disk by then."""
    codes = []
    for number in range(4):
        xml = instance_xml(
            "club", "1", {"/osc": "tagne", "/photo": "p.jpg"},
            instance_id=f"uuid:edit-{number}", deprecated_id="uuid:tagne",
        )  # fmt: skip
        body, content_type = multipart(xml, {"p.jpg": PICTURE + bytes([number])})
        headers = {**OPENROSA, "Content-Type": content_type}
        codes.append(
            stage.call("link", "POST", "/v1/projects/1/submission", data=body, headers=headers).status_code
        )
    assert codes[0] == 404 and codes[-1] == 429


def test_the_budget_is_told_on_the_links_page_the_desk_and_the_page_of_the_link(stage: Stage) -> None:
    for number in range(3):
        send(stage, "link", f"sheet-{number}")
    page = stage.get("coordinator", "/projects/1/links").text
    assert "used up for today" in page and "today: 3 of 3 sheets" in page
    for who, is_told in (("coordinator", True), ("officer", True), ("other coordinator", False)):
        assert ("Nothing more is taken today from: Mairie" in stage.get(who, "/").text) == is_told, who
    own = stage.get("nobody", f"/f/{stage.tokens['link']}?lang=en").text
    assert "taken all that it may today" in own and 'id="sheet"' in own


def test_the_next_day_has_a_budget_of_its_own(stage: Stage) -> None:
    for number in range(4):
        send(stage, "link", f"sheet-{number}")
    with stage.station.storage.writing() as db:
        tomorrow = clock.now() + timedelta(days=1)
        assert budgets.spent_of(db, stage.ids["link"], now=tomorrow) == budgets.NOTHING
        budgets.spend(db, stage.ids["link"], sheets=1, size=10, now=tomorrow)
        assert db.execute("SELECT COUNT(*) FROM sent_today").fetchone()[0] == 1


def test_a_person_who_is_signed_in_has_no_budget(stage: Stage) -> None:
    assert {send(stage, "entry", f"sheet-{number}").status_code for number in range(7)} == {201}
