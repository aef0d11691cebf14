"""A code that is written in another case, or with a blank, is the same organisation's wherever it comes in."""

from collections.abc import Iterator

import pytest

from aggregates.tallies.roll_up import roll_up
from tests.server.cast import Stage, send, stage
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

__all__ = ["stage"]
CLUB = "/v1/projects/1/forms/club"
SESSION = """
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:count | bind::fiche:sex | bind::fiche:age |
| | date | jour | Jour | date | | | |
| | text | village | Village | place | | | |
| | text | osc | OSC | cso | | | |
| | integer | n | N | | participants | F | 18+ |
| settings |
| | form_id | version | namespaces |
| | seance | 1 | fiche="https://fiche.ong/xforms" |
"""


@pytest.fixture
def office(stage: Stage) -> Iterator[Stage]:
    """The stage as at the beginning."""
    stage.reset()
    yield stage
    stage.reset()


def people(office: Stage, who: str, asked: str = "") -> int:
    """How many people somebody is told of after a roll-up."""
    storage = office.station.storage
    roll_up(storage.writing, storage.reading, full=False, now=lambda: BEGINNING)
    return int(office.get(who, f"/v1/tallies?form=seance{asked}").get_json()["total"])


def test_a_coordinator_is_told_the_counts_of_sheets_that_write_her_code_in_capitals(office: Stage) -> None:
    office.station.publish(SESSION)
    with office.station.storage.writing() as db:
        for number, code in enumerate(("tagne", "TAGNE ", "APDF")):
            answers = {"/jour": "2020-01-01", "/village": "T-YEL1", "/osc": code, "/n": 10 + number}
            send(db, instance_xml("seance", "1", answers, instance_id=f"uuid:{number}"))
    assert people(office, "coordinator") == 21
    assert people(office, "other coordinator") == 12
    assert people(office, "team", "&cso=TAGNE") == people(office, "team", "&cso=tagne") == 21


def test_what_a_phone_sends_is_its_organisations_however_its_code_was_written(office: Stage) -> None:
    body = {"displayName": "Kadia", "cso": " Tagne "}
    token = office.call("officer", "POST", "/v1/projects/1/app-users", json=body).get_json()["token"]
    office.tokens["kadia"] = token
    assert (
        office.call("officer", "POST", f"{CLUB}/assignments/app-user/{max(office_ids(office))}").status_code
        == 200
    )
    xml = instance_xml("club", "1", {"/osc": "apdf"}, instance_id="uuid:kadia")
    sent = office.client.post(
        f"/v1/key/{token}/projects/1/forms/club/submissions", data=xml, content_type="application/xml"
    )
    assert sent.status_code == 200
    listed = office.get("coordinator", f"{CLUB}/submissions").get_json()
    assert "uuid:kadia" in [sheet["instanceId"] for sheet in listed]


def office_ids(office: Stage) -> list[int]:
    """The phones of the project."""
    return [phone["id"] for phone in office.get("officer", "/v1/projects/1/app-users").get_json()]
