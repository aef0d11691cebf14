"""Whose sheet it is decides who changes it, whatever way they come; and who reaches no organisation adds to none."""

from typing import Any

import pytest

from forms.catalogue import definitions
from server.base import clock
from server.identity import accounts, app_users, assignments, public_links, sessions
from sync.intake import submissions
from tests.server.cast import Stage, stage, write
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
SENDING = "/v1/projects/1/submission"
SUBMISSIONS = "/v1/projects/1/forms/club/submissions"
HEADERS = {"X-OpenRosa-Version": "1.0", "Content-Type": "text/xml"}


@pytest.fixture(autouse=True)
def strangers(stage: Stage) -> None:
    """Another organisation's phone and link, and a coordinator whose organisation was not written down."""
    stage.reset()

    def work(db: Any) -> None:
        now = clock.now()
        form = definitions.find_form(db, 1, "club")
        assert form
        for who, cso in (("apdf phone", "APDF"), ("free phone", "")):
            stage.ids[who], stage.tokens[who] = app_users.add_app_user(
                db, 1, app_users.NewPhone(display_name=who, cso=cso), now=now
            )
        stage.ids["apdf link"], stage.tokens["apdf link"] = public_links.add_link(
            db,
            form,
            public_links.NewLink(display_name="École", cso="APDF", language="", is_once=False),
            creator_id=1,
            now=now,
        )
        account_id = accounts.add_person(
            db, accounts.NewPerson("vide@osc.ml", display_name="Vide", cso=""), now=now
        )
        assignments.assign(db, account_id, "coordinator", project_id=1)
        person = accounts.find_person(db, account_id)
        stage.tokens["nowhere"] = sessions.start_session(db, person, now=now)[0]

    write(stage.station.storage, work)


def send(stage: Stage, who: str, xml: bytes) -> tuple[int, str]:
    """As a phone or a link sends a sheet."""
    path = SENDING.replace("/v1/", f"/v1/key/{stage.tokens[who]}/")
    answer = stage.client.post(path, data=xml, headers={**HEADERS, "Accept-Language": "en"})
    return answer.status_code, answer.text


def kept(stage: Stage) -> tuple[int, ...]:
    """How many versions, and how many sheets that were put aside, there are."""
    with stage.station.storage.reading() as db:
        return tuple(
            db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            for table in ("submission_version", "submission_conflict")
        )


def edit(instance_id: str = "uuid:edit", replaces: str = "uuid:tagne") -> bytes:
    """A correction of TAGNE's sheet."""
    return instance_xml(
        "club", "1", {"/osc": "tagne", "/presents": 99}, instance_id=instance_id, deprecated_id=replaces
    )


def test_a_phone_corrects_no_sheet_of_another_organisation(stage: Stage) -> None:
    before = kept(stage)
    status, told = send(stage, "apdf phone", edit())
    assert (status, "autre organisation" in told) == (403, True)
    late = edit("uuid:later", "uuid:edit")
    assert send(stage, "free phone", edit())[0] == 403  # a phone of no organisation
    assert send(stage, "phone", edit())[0] == 201
    assert send(stage, "apdf phone", late)[0] == 403
    assert send(stage, "apdf phone", edit("uuid:old"))[0] == 403  # an outdated one is not kept either
    assert kept(stage) == (before[0] + 1, before[1])
    assert "99" not in stage.get("other coordinator", "/projects/1/sheets?state=").text
    assert stage.get("coordinator", f"{SUBMISSIONS}/uuid:tagne").status_code == 200


@pytest.mark.parametrize("who", ["apdf phone", "apdf link"])
def test_another_content_of_a_sheet_is_not_kept_for_another_organisation(stage: Stage, who: str) -> None:
    before = kept(stage)
    other = instance_xml("club", "1", {"/osc": "apdf", "/presents": 99}, instance_id="uuid:tagne")
    assert send(stage, who, other)[0] == 403
    assert kept(stage) == before


def test_an_animator_who_changed_the_organisation_still_corrects_the_own_sheets(stage: Stage) -> None:
    sheet = instance_xml("club", "1", {"/osc": "apdf", "/presents": 1}, instance_id="uuid:moved")
    assert send(stage, "apdf phone", sheet)[0] == 201

    def work(db: Any) -> None:
        db.execute("UPDATE account SET cso = 'TAGNE' WHERE id = ?", [stage.ids["apdf phone"]])

    write(stage.station.storage, work)
    assert send(stage, "apdf phone", sheet)[0] == 201  # the answer was lost
    assert send(stage, "apdf phone", edit(replaces="uuid:moved"))[0] == 201


def test_who_reaches_no_organisation_reads_and_adds_nothing(stage: Stage) -> None:
    for page in ("sheets?state=", "reminders", "plan", "compilations", "phones", "links", "phone-edits"):
        answer = stage.get("nowhere", f"/projects/1/{page}")
        assert answer.status_code == 200, page
        for name in ("uuid", "TAGNE", "APDF", "Mairie"):
            assert name not in answer.text, (page, name)
    new = instance_xml("club", "1", {"/osc": "tagne"}, instance_id="uuid:nowhere")
    for method, path, more in (
        ("POST", SENDING, {"data": new, "headers": HEADERS}),
        ("POST", SUBMISSIONS, {"data": new, "content_type": "application/xml"}),
        ("POST", "/v1/projects/1/forms/club/public-links", {"json": {"displayName": "X"}}),
        ("POST", "/v1/projects/1/app-users", {"json": {"displayName": "X"}}),
        ("POST", "/projects/1/links", {"data": {"name": "X", "form": "club"}}),
        ("POST", "/projects/1/phones", {"data": {"names": "X"}}),
    ):
        assert stage.call("nowhere", method, path, **more).status_code == 403, path
    for path in ("compilations/TAGNE/2020-03", "compilations//2020-03", "compilations/%20/2020-03"):
        assert stage.get("nowhere", f"/v1/projects/1/{path}").status_code == 404, path
    with stage.station.storage.reading() as db:
        assert submissions.find_version(db, 1, "uuid:nowhere") is None


def test_codes_are_the_same_in_any_case(stage: Stage) -> None:
    def work(db: Any) -> None:
        db.execute("UPDATE account SET cso = 'tAgNe' WHERE id = ?", [stage.ids["coordinator"]])

    write(stage.station.storage, work)
    assert "uuid%3Atagne" in stage.get("coordinator", "/projects/1/sheets?state=").text
    assert stage.get("coordinator", "/projects/1/compilations/Tagne/2020-03").status_code == 200
    assert stage.get("coordinator", "/projects/1/compilations/Apdf/2020-03").status_code == 404
