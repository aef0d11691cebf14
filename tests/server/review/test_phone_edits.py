"""The pages where a coordinator settles what phones sent and was not taken."""

from pathlib import Path

import pytest

from forms.base.blobs import BlobStore
from sync.instance.envelope import Envelope, Part
from sync.intake.receive import receive
from tests.server.cast import Stage, stage
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

__all__ = ["stage"]
SHEET = "/projects/1/sheets/club/uuid%3Atagne"
EDITS = f"{SHEET}/phone-edits"
PICTURE = b"\xff\xd8\xff\xe0 a picture"


def give(stage: Stage, *, presents: int, instance_id: str, deprecated_id: str, by: str) -> None:
    """An edit of TAGNE's sheet, by one of the cast."""
    answers = {"/osc": "tagne", "/presents": presents, "/photo": "q.jpg", "/membre": [{"nom": "Oumou"}]}
    xml = instance_xml("club", "1", answers, instance_id=instance_id, deprecated_id=deprecated_id)
    part = Part("q.jpg", BlobStore(stage.folder / "blobs").put(PICTURE), "image/jpeg")
    with stage.station.storage.writing() as db:
        receive(
            db,
            1,
            Envelope(xml, (part,), submitter_id=stage.ids[by], is_from_phone=by == "phone"),
            now=BEGINNING,
        )


@pytest.fixture
def late(stage: Stage) -> Stage:
    """The office corrected a sheet, then its phone did."""
    stage.reset()
    give(stage, presents=4, instance_id="uuid:office", deprecated_id="uuid:tagne", by="coordinator")
    give(stage, presents=5, instance_id="uuid:late", deprecated_id="uuid:tagne", by="phone")
    return stage


def post(stage: Stage, who: str, action: str, **fields: str) -> str:
    """What a decision leads to."""
    answer = stage.call(who, "POST", f"{EDITS}/1/{action}", data=fields)
    return str(answer.headers.get("Location", answer.status_code))


def test_the_sheet_shows_what_is_different_and_the_inbox_tells_of_it(late: Stage) -> None:
    inbox = late.get("coordinator", "/projects/1/sheets").text
    assert "1 correction sent by a phone waits" in inbox
    assert SHEET in late.get("coordinator", "/projects/1/phone-edits").text
    for page in (late.get("coordinator", SHEET).text, late.get("coordinator", EDITS).text):
        assert '<th scope="row" class="wrap">Présents</th>' in page
        assert "<ins>5</ins>" in page
        assert "Awa" in page
    picture = late.get("coordinator", f"{EDITS}/1/files/q.jpg")
    assert (picture.status_code, picture.data) == (200, PICTURE)
    assert late.get("coordinator", f"{EDITS}/1/files/other.jpg").status_code == 404


def test_the_phones_version_is_taken_over(late: Stage) -> None:
    assert post(late, "coordinator", "use", version="2") == f"{SHEET}?phone_edit=used#phone-edits"
    page = late.get("coordinator", f"{SHEET}?phone_edit=used").text
    assert "now the sheet" in page
    assert "the phone&#39;s version was used" in page
    assert "waits to be looked at" not in late.get("coordinator", "/projects/1/sheets").text
    with late.station.storage.reading() as db:
        assert db.execute("SELECT presents FROM sheet_club WHERE osc = 'tagne'").fetchone()[0] == 5
        [line] = db.execute(
            "SELECT actor_id FROM audit WHERE action = 'submission.conflict.settle'"
        ).fetchall()
        assert line[0] == late.ids["coordinator"]


def test_it_is_left_with_a_reason_and_not_without(late: Stage) -> None:
    assert "phone_edit=reason" in post(late, "coordinator", "leave")
    assert 'role="alert"' in late.get("coordinator", f"{SHEET}?phone_edit=reason").text
    assert "phone_edit=left" in post(late, "coordinator", "leave", reason="Vu avec Awa")
    assert "« Vu avec Awa »" in late.get("coordinator", SHEET).text
    assert "phone_edit=late" in post(late, "coordinator", "use", version="2")


def test_whoever_compared_with_an_older_version_is_told_and_changes_nothing(late: Stage) -> None:
    assert "phone_edit=late" in post(late, "coordinator", "use", version="1")
    with late.station.storage.reading() as db:
        assert db.execute("SELECT outcome FROM submission_conflict").fetchone()[0] == ""


@pytest.mark.parametrize("action", ["use", "leave"])
def test_another_cso_sees_and_settles_nothing(late: Stage, action: str) -> None:
    who = "other coordinator"
    assert post(late, who, action, version="2", reason="x") == "404"
    assert [late.get(who, address).status_code for address in (EDITS, f"{EDITS}/1/files/q.jpg")] == [404, 404]
    assert "uuid" not in late.get(who, "/projects/1/phone-edits").text
    assert "waits to be looked at" not in late.get(who, "/projects/1/sheets").text
    assert late.get("officer", EDITS).status_code == 200


def test_one_sheets_phone_edit_is_not_reached_by_anothers_address(late: Stage) -> None:
    answer = late.call(
        "officer", "POST", "/projects/1/sheets/club/uuid:apdf/phone-edits/1/use", data={"version": "1"}
    )
    assert answer.status_code == 404


def test_who_only_reads_sees_it_without_buttons(late: Stage) -> None:
    page = late.get("team", SHEET).text
    assert "<ins>5</ins>" in page
    assert "phone-edits/1/use" not in page
    assert "waits to be looked at" not in late.get("team", "/projects/1/sheets").text


def test_the_phones_page_tells_what_each_still_has_to_correct(late: Stage, tmp_path: Path) -> None:
    with late.station.storage.writing() as db:
        db.execute("DELETE FROM submission_conflict_file")
        db.execute("DELETE FROM submission_conflict")
        db.execute("UPDATE submission SET review_state = 'hasIssues' WHERE instance_id = 'uuid:tagne'")
    page = late.get("coordinator", "/projects/1/phones").text
    assert "1 sheet to correct · since" in page
    assert "has not fetched the request yet" in page


def test_a_program_with_a_phones_token_is_refused_at_once_and_nothing_is_kept(late: Stage) -> None:
    xml = instance_xml("club", "1", {"/presents": 9}, instance_id="uuid:p", deprecated_id="uuid:tagne")
    path = "/v1/projects/1/forms/club/submissions"
    answer = late.call("phone", "POST", path, data=xml, content_type="application/xml")
    assert (answer.status_code, answer.get_json()["code"]) == (409, 409.9)
    with late.station.storage.reading() as db:
        assert db.execute("SELECT COUNT(*) FROM submission_conflict").fetchone()[0] == 1
