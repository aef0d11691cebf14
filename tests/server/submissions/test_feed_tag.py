"""The tag of a list tells nothing of what others send: a referral changes it for nobody who reads another form."""

import pytest

from tests.server.cast import Stage, send, stage, write
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
FEEDS = ("/v1/projects/1/forms/club.svc/Submissions?$top=0", "/v1/projects/1/forms/club/submissions")


@pytest.mark.parametrize("address", FEEDS)
def test_a_referral_changes_no_tag_and_a_sheet_of_ones_own_does(stage: Stage, address: str) -> None:
    stage.reset()
    readers = ("team", "officer", "admin", "coordinator", "other coordinator")
    before = {who: stage.get(who, address).headers["ETag"] for who in readers}
    referral = instance_xml("orientation", "1", {"/osc": "tagne", "/cas": "T-9"}, instance_id="uuid:referral")
    write(stage.station.storage, lambda db: send(db, referral, cso="TAGNE"))
    assert {who: stage.get(who, address).headers["ETag"] for who in readers} == before
    sheet = instance_xml("club", "1", {"/osc": "tagne"}, instance_id="uuid:another")
    write(stage.station.storage, lambda db: send(db, sheet, cso="TAGNE"))
    after = {who: stage.get(who, address).headers["ETag"] for who in readers}
    assert [who for who in readers if after[who] == before[who]] == ["other coordinator"]


@pytest.mark.parametrize("address", FEEDS)
def test_a_sheet_that_goes_to_another_organisation_changes_the_tag_of_both(
    stage: Stage, address: str
) -> None:
    stage.reset()
    sheet = instance_xml("club", "1", {"/osc": "tagne"}, instance_id="uuid:moving")
    write(stage.station.storage, lambda db: send(db, sheet))
    readers = ("officer", "coordinator", "other coordinator")
    before = {who: stage.get(who, address).headers["ETag"] for who in readers}
    told = {"cso": "APDF", "reason": "Le téléphone était prêté"}
    address_of_move = "/v1/projects/1/forms/club/submissions/uuid:moving/move"
    for missing in ("", "  "):
        refused = stage.call("officer", "POST", address_of_move, json={**told, "reason": missing})
        assert refused.status_code == 400 and "Say why" in refused.get_json()["message"]
    assert stage.call("officer", "POST", address_of_move, json=told).status_code == 200
    after = {who: stage.get(who, address).headers["ETag"] for who in readers}
    assert [who for who in readers if after[who] == before[who]] == []
