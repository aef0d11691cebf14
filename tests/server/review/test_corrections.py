"""A sheet corrected in the browser: all of it at once, with its reason, or nothing."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

from sync.intake import attachments, submissions
from sync.lists import submission_lists
from sync.review import comments
from tests.server.cast import Stage, stage
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
BASE = "/v1/projects/1/forms/club/submissions/uuid:tagne/corrections"


def corrected(
    stage: Stage, who: str, *, replaces: str = "uuid:tagne", new: str = "uuid:new", **more: Any
) -> Any:
    """A correction as the page sends it."""
    path = more.pop("path", BASE)
    reason = more.pop("reason", "Erreur de frappe : trois filles")
    answers = {"/osc": "tagne", "/presents": 4, "/photo": "p.jpg", **more.pop("answers", {})}
    xml = instance_xml("club", "1", answers, instance_id=new).replace(
        b"</instanceID>", f"</instanceID><deprecatedID>{replaces}</deprecatedID>".encode()
    )
    headers = {"X-Action-Notes": quote(reason)} if reason else {}
    files = {"xml_submission_file": (BytesIO(xml), "xml_submission_file")}
    for name, content in more.pop("files", {}).items():
        files[name] = (BytesIO(content), name)
    return stage.call(
        who, "POST", path, data=files, content_type="multipart/form-data", headers=headers, **more
    )


def test_a_correction_is_a_version_with_its_reason_and_decision(stage: Stage) -> None:
    stage.reset()
    answer = corrected(stage, "coordinator", query_string={"reviewState": "approved"})
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    assert (told["instanceId"], told["reviewState"]) == ("uuid:tagne", "approved")
    assert told["currentVersion"]["instanceId"] == "uuid:new"
    with stage.station.storage.reading() as db:
        found = submissions.find_version(db, 1, "uuid:new")
        assert found is not None
        first, *_ = reversed(submission_lists.versions(db, found.submission_id))
        assert b"uuid:tagne" in submissions.version_xml(db, first.id)
        remarks = comments.of_submission(db, found.submission_id)
        assert [remark.body for remark in remarks] == ["Erreur de frappe : trois filles"]
        assert remarks[0].actor_id == stage.ids["coordinator"]


def test_pictures_that_stay_are_carried_over_and_new_ones_come_along(stage: Stage) -> None:
    stage.reset()
    picture = b"\xff\xd8\xff\xe0 picture"
    sent = stage.call(
        "coordinator", "POST", BASE.replace("/corrections", "/attachments/p.jpg"), data=picture,
        content_type="image/jpeg",
    )  # fmt: skip
    assert sent.status_code == 200
    assert corrected(stage, "coordinator").status_code == 200
    assert corrected(
        stage, "coordinator", replaces="uuid:new", new="uuid:newer", answers={"/photo": "q.jpg"},
        files={"q.jpg": b"another"},
    ).status_code == 200  # fmt: skip
    with stage.station.storage.reading() as db:
        for instance_id, name in (("uuid:new", "p.jpg"), ("uuid:newer", "q.jpg")):
            version = submissions.find_version(db, 1, instance_id)
            assert version is not None
            files = attachments.of_version(db, version.id)
            assert [file.name for file in files if file.is_expected and file.sha256] == [name]


def test_without_a_reason_or_on_an_old_version_nothing_is_changed(stage: Stage) -> None:
    stage.reset()
    assert corrected(stage, "coordinator", reason="").get_json()["code"] == 400.2
    assert corrected(stage, "coordinator").status_code == 200
    late = corrected(stage, "officer", new="uuid:late")
    assert late.get_json()["code"] == 409.9
    again = corrected(stage, "coordinator")  # the answer was lost: the same once more
    assert again.status_code == 200
    with stage.station.storage.reading() as db:
        version = submissions.find_version(db, 1, "uuid:new")
        assert version is not None
        assert len(submission_lists.versions(db, version.submission_id)) == 2
        assert len(comments.of_submission(db, version.submission_id)) == 1


def test_a_correction_never_moves_a_sheet_to_another_cso_or_reaches_one(stage: Stage) -> None:
    stage.reset()
    assert corrected(stage, "other coordinator").status_code == 404
    stolen = corrected(stage, "other coordinator", path=BASE.replace("uuid:tagne", "uuid:apdf"))
    assert stolen.get_json()["code"] == 409.9
    assert corrected(stage, "coordinator", answers={"/osc": "apdf"}).status_code == 200
    assert stage.get("coordinator", BASE.rpartition("/")[0]).status_code == 200
    for who in ("team", "entry", "case manager", "phone", "nobody"):
        assert corrected(stage, who).status_code in (401, 403)


def test_nobody_corrects_another_csos_sheet_by_sending_it_as_a_phone_does(stage: Stage) -> None:
    stage.reset()
    xml = instance_xml("club", "1", {"/osc": "apdf"}, instance_id="uuid:mine").replace(
        b"</instanceID>", b"</instanceID><deprecatedID>uuid:tagne</deprecatedID>"
    )
    headers = {"X-OpenRosa-Version": "1.0", "Content-Type": "text/xml"}
    for who, status in (("other coordinator", 403), ("entry", 403), ("coordinator", 201)):
        sent = stage.call(who, "POST", "/v1/projects/1/submission", data=xml, headers=headers)
        assert sent.status_code == status, who


def test_only_case_managers_correct_a_referral(stage: Stage) -> None:
    stage.reset()
    page = "/projects/1/sheets/orientation/uuid:cas/correct"
    for who in ("admin", "officer", "coordinator", "team"):
        assert stage.get(who, page).status_code in (403, 404), who
    assert stage.get("case manager", page).status_code == 200


def test_a_case_managers_correction_of_a_referral_is_nobody_elses_to_see(stage: Stage) -> None:
    stage.reset()
    base = "/v1/projects/1/forms/orientation/submissions/uuid:cas"
    secret, reason = "T-1-corrigé", "La survivante s'est trompée de date"
    xml = instance_xml(
        "orientation",
        "1",
        {"/osc": "tagne", "/cas": secret},
        instance_id="uuid:cas2",
        deprecated_id="uuid:cas",
    )
    for who, status in (("coordinator", 403), ("officer", 403), ("admin", 403), ("case manager", 200)):
        answer = stage.call(
            who, "POST", f"{base}/corrections", data={"xml_submission_file": (BytesIO(xml), "s.xml")},
            content_type="multipart/form-data", headers={"X-Action-Notes": quote(reason)},
        )  # fmt: skip
        assert answer.status_code == status, (who, answer.text)
    assert secret in stage.get("case manager", f"{base}.xml").text
    assert reason in stage.get("case manager", f"{base}/comments").get_json()[0]["body"]
    for who in ("admin", "officer", "coordinator", "team"):
        for page in ("/audit", "/v1/audits", "/projects/1/sheets?state=", "/projects/1/phone-edits",
                     "/projects/1/compilations/TAGNE/2020-03", "/projects/1/reminders"):  # fmt: skip
            for word in (secret, reason, "uuid:cas/", "orientation/"):
                assert word not in stage.get(who, page).text, (who, page, word)


def test_what_a_phone_sends_of_a_referral_and_was_not_taken_is_shown_to_nobody(stage: Stage) -> None:
    stage.reset()
    secret = "Une autre version du cas"
    other = instance_xml("orientation", "1", {"/osc": "tagne", "/cas": secret}, instance_id="uuid:cas")
    headers = {"X-OpenRosa-Version": "1.0", "Content-Type": "text/xml"}
    sent = stage.call("phone", "POST", "/v1/projects/1/submission", data=other, headers=headers)
    assert (sent.status_code, secret in sent.text) == (409, False)
    edits = "/projects/1/sheets/orientation/uuid:cas/phone-edits"
    for who in ("admin", "officer", "coordinator", "team"):
        for page in (edits, f"{edits}/1/files/x.jpg", "/projects/1/phone-edits", "/projects/1/sheets", "/audit",
                     "/projects/1/phones", "/v1/projects/1/forms/club/submissions"):  # fmt: skip
            answer = stage.get(who, page)
            assert secret not in answer.text
            assert "waits to be looked at" not in answer.text
        for action in ("use", "leave"):
            asked = stage.call(who, "POST", f"{edits}/1/{action}", data={"version": "1", "reason": "x"})
            assert asked.status_code in (403, 404), (who, action)
    with stage.station.storage.reading() as db:
        assert db.execute("SELECT outcome FROM submission_conflict").fetchall() == [("",)]
