"""Flags through the interface: listed in words, decided on once, and never a way to another organisation's sheets."""

from typing import Any

import pytest

from aggregates.quality import findings, fingerprints
from aggregates.quality.fingerprint import Fingerprint
from sync.counting.derivation import Finding
from tests.server.cast import Stage, stage, write

__all__ = ["stage"]
MINE = "/v1/projects/1/forms/club/submissions/uuid%3Atagne"
FLAGS = f"{MINE}/flags"
MISMATCH = Finding("stated_total_mismatch", "/total", {"stated": 45, "counted": 42, "difference": 3})


def key_of(stage: Stage, instance_id: str) -> int:
    """The key of a sheet."""
    with stage.station.storage.reading() as db:
        row = db.execute("SELECT id FROM submission WHERE instance_id = ?", [instance_id]).fetchone()
    return int(row[0])


@pytest.fixture(autouse=True)
def found(stage: Stage) -> None:
    """Each test finds the stage as it was, with two flags on TAGNE's sheet; one names APDF's."""
    stage.reset()
    mine, theirs = key_of(stage, "uuid:tagne"), key_of(stage, "uuid:apdf")
    duplicate = Finding("duplicate", "", {"other": theirs, "other_instance": "uuid:apdf", "case": "photo"})

    def work(db: Any) -> None:
        findings.replace(db, {mine: [MISMATCH]}, among=False)
        findings.replace(db, {mine: [duplicate]}, among=True)
        row = (theirs, 1, 1, "uuid:apdf", "apdf", 1, 1, 1, "", "", 1, "", 0, None, None, None, "2020", 1, "")
        fingerprints.replace(db, {theirs: Fingerprint(*row)})

    write(stage.station.storage, work)


def the_flag(stage: Stage, who: str, rule: str) -> dict[str, Any]:
    """One of the flags, as it is listed."""
    flags: list[dict[str, Any]] = stage.get(who, FLAGS).get_json()
    return next(flag for flag in flags if flag["rule"] == rule)


def decide(stage: Stage, who: str, seen: str, decision: str | None, reason: str = "") -> Any:
    """A decision."""
    return stage.call(who, "POST", FLAGS, json={"seen": seen, "decision": decision, "reason": reason})


def test_a_flag_is_told_with_its_numbers_and_what_to_do(stage: Stage) -> None:
    flag = the_flag(stage, "coordinator", "stated_total_mismatch")
    assert flag["reasonFound"] == "The written total (45) is 3 more than the sum of the cells (42)."
    assert (flag["severity"], flag["open"], flag["decision"]) == ("flag", True, None)
    french = stage.get("coordinator", FLAGS, headers={"Accept-Language": "fr"}).get_json()
    assert any("dépasse de 3" in flag["reasonFound"] for flag in french)


def test_approving_through_the_interface_shows_who_decided_what_held_the_sheet(stage: Stage) -> None:
    key = key_of(stage, "uuid:tagne")
    write(
        stage.station.storage,
        lambda db: findings.replace(db, {key: [Finding("no_participants", "")]}, among=False),
    )
    headers = {"X-Action-Notes": "vu sur place"}
    answer = stage.call("coordinator", "PATCH", MINE, json={"reviewState": "approved"}, headers=headers)
    assert answer.status_code == 200
    flag = the_flag(stage, "coordinator", "no_participants")
    assert (flag["decision"], flag["actorId"]) == ("accepted", stage.ids["coordinator"])
    assert flag["reason"] == "vu sur place"
    assert "vu sur place" in stage.get("coordinator", "/projects/1/sheets/club/uuid%3Atagne").text


def test_a_decision_is_kept_with_its_reason_and_can_be_taken_back(stage: Stage) -> None:
    seen = the_flag(stage, "coordinator", "stated_total_mismatch")["seen"]
    assert decide(stage, "coordinator", seen, "accepted").get_json()["code"] == 400.2
    assert decide(stage, "coordinator", seen, "perhaps", "?").get_json()["code"] == 400.8
    answer = decide(stage, "coordinator", seen, "accepted", "La liste fait foi")
    assert answer.status_code == 200
    flag = the_flag(stage, "officer", "stated_total_mismatch")
    assert (flag["decision"], flag["reason"], flag["open"]) == ("accepted", "La liste fait foi", False)
    assert flag["actorId"] == stage.ids["coordinator"]
    assert decide(stage, "officer", flag["seen"], None).status_code == 200
    assert the_flag(stage, "officer", "stated_total_mismatch")["open"]


def test_of_two_decisions_on_what_was_seen_the_slower_is_told(stage: Stage) -> None:
    seen = the_flag(stage, "coordinator", "stated_total_mismatch")["seen"]
    assert decide(stage, "officer", seen, "correction", "Recomptez").status_code == 200
    slower = decide(stage, "coordinator", seen, "rejected", "Faux")
    assert (slower.status_code, slower.get_json()["code"]) == (409, 409.1)
    assert stage.get("officer", MINE).get_json()["reviewState"] == "hasIssues"
    remarks = stage.get("officer", f"{MINE}/comments").get_json()
    assert [remark["body"] for remark in remarks] == ["Recomptez"]


def test_a_flag_does_not_name_another_organisations_sheet(stage: Stage) -> None:
    assert the_flag(stage, "officer", "duplicate")["details"]["other_instance"] == "uuid:apdf"
    flag = the_flag(stage, "coordinator", "duplicate")
    assert flag["details"] == {"case": "photo"}
    assert flag["reasonFound"] == "The same picture is on another sheet."
    assert decide(stage, "coordinator", flag["seen"], "accepted", "Photo de groupe").status_code == 200
    assert stage.get("other coordinator", FLAGS).status_code == 404
    assert decide(stage, "other coordinator", flag["seen"], "accepted", "x").status_code == 404
    assert decide(stage, "team", flag["seen"], "accepted", "x").status_code == 403
