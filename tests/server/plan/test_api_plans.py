"""/v1/projects/P/plan: a program sends a plan, reads it, takes it back; as far as its person reaches."""

from typing import Any

import pytest

from forms.places.place import Place, locate_all
from forms.places.places import replace_places
from tests.server.cast import Stage, stage

__all__ = ["stage"]
BASE = "/v1/projects/1/plan"
PLACES = (
    Place("KAY", "region", "Kayes", "ML"),
    Place("YEL", "cercle", "Yélimané", "KAY"),
    Place("YEL-YEL", "commune", "Yélimané", "YEL"),
    Place("T-YEL1", "village", "Yélimané village", "YEL-YEL"),
)


@pytest.fixture(autouse=True)
def beginning(stage: Stage) -> None:
    stage.reset()
    with stage.station.storage.writing() as db:
        replace_places(db, locate_all(PLACES)[0])


def sent(stage: Stage, who: str, *lines: dict[str, object], **more: object) -> Any:
    return stage.call(who, "POST", BASE, json={"lines": list(lines), "fileName": "plan.json", **more})


def line(**more: object) -> dict[str, object]:
    return {"cso": "TAGNE", "place": "T-YEL1", "month": "2020-03", "sessions": 4, "people": 120, **more}


def test_a_plan_is_sent_read_and_taken_back(stage: Stage) -> None:
    made = sent(
        stage, "coordinator", line(), line(date="2020-03-08", month="", sessions=None, animator="Awa")
    )
    assert made.status_code == 200
    told = made.get_json()
    assert (told["lines"], told["csos"], told["months"], told["refused"]) == (2, ["tagne"], ["2020-03"], [])
    lines = stage.get("coordinator", f"{BASE}?month=2020-03").get_json()
    assert [(line["date"], line["sessions"], line["people"]) for line in lines] == [
        ("", 4, 120),
        ("2020-03-08", 1, 120),
    ]
    for verb, count in (("undo", 0), ("undo", 0), ("redo", 2)):
        assert stage.call("coordinator", "POST", f"{BASE}/imports/{told['id']}/{verb}").status_code == 200
        assert len(stage.get("coordinator", BASE).get_json()) == count
    [log] = stage.get("admin", "/v1/audits?action=plan.import").get_json()
    assert log["details"]["lines"] == 2


def test_nothing_is_taken_where_a_line_is_wrong_unless_only_the_good_ones_are_asked_for(stage: Stage) -> None:
    wrong = line(place="T-YEL9", sessions=0)
    refused = sent(stage, "officer", line(), wrong)
    assert refused.status_code == 400
    told = refused.get_json()
    assert told["details"]["count"] == 1
    assert [fault["column"] for fault in told["details"]["lines"]["2"]] == ["place", "sessions"]
    assert stage.get("officer", BASE).get_json() == []
    taken = sent(stage, "officer", line(), wrong, onlyGood=True).get_json()
    assert (taken["lines"], [fault["line"] for fault in taken["refused"]]) == (1, [2, 2])
    assert sent(stage, "officer", wrong, onlyGood=True).status_code == 400


def test_a_coordinator_neither_changes_nor_sees_the_plan_of_another_cso(stage: Stage) -> None:
    assert sent(stage, "other coordinator", line()).status_code == 400
    key = sent(stage, "coordinator", line()).get_json()["id"]
    assert stage.get("other coordinator", BASE).get_json() == []
    assert stage.get("other coordinator", f"{BASE}?cso=tagne").get_json() == []
    assert stage.get("other coordinator", f"{BASE}/imports").get_json() == []
    assert stage.call("other coordinator", "POST", f"{BASE}/imports/{key}/undo").status_code == 404
    assert len(stage.get("team", BASE).get_json()) == 1


def test_an_import_of_two_csos_is_taken_back_by_whoever_reaches_both(stage: Stage) -> None:
    key = sent(stage, "officer", line(), line(cso="APDF")).get_json()["id"]
    [mine] = stage.get("coordinator", f"{BASE}/imports").get_json()
    assert (mine["lines"], mine["csos"]) == (1, ["tagne"])
    assert stage.call("coordinator", "POST", f"{BASE}/imports/{key}/undo").status_code == 409
    assert stage.call("officer", "POST", f"{BASE}/imports/{key}/undo").status_code == 200
