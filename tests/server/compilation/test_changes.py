"""What changed in a month: on its page, for programs and in the list of months; never another CSO's."""

from datetime import UTC, datetime

from forms.places.cso_code import CsoCode
from server.compilation.compiling import recount
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from sync.intake.submissions import set_review_state
from tests.aggregates.months import SEANCE
from tests.server.cast import Stage, stage, write
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

__all__ = ["stage"]
BASE = "/projects/1/compilations"
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def session(stage: Stage, name: str, heads: int, *, at: datetime = BEGINNING) -> int:
    """A session of March arrives."""
    told = {"osc": "tagne", "village": "NON1", "jour": "2020-03-08", "statut": "oui", "h": heads, "seance": 1}
    sheet = Envelope(instance_xml("seance", "1", told, instance_id=name), cso=CsoCode("TAGNE"))
    return write(stage.station.storage, lambda db: receive(db, 1, sheet, now=at).submission_id)


def sign(stage: Stage) -> None:
    """The month is submitted and validated."""
    for who, step in (("coordinator", "submit"), ("officer", "validate")):
        answer = stage.call(who, "POST", f"/v1{BASE}/TAGNE/2020-03/{step}", json={"acceptsUndecided": True})
        assert answer.status_code == 200


def changed_after_signing(stage: Stage) -> None:
    """A month of one session is validated; one more arrives, and the first is approved."""
    stage.reset()
    stage.station.publish(SEANCE)
    first = session(stage, "uuid:first", 3)
    sign(stage)
    session(stage, "uuid:late", 12, at=LATER)
    write(
        stage.station.storage,
        lambda db: set_review_state(db, first, "approved", now=LATER, actor_id=None),
    )
    roll_up_now(stage)


def roll_up_now(stage: Stage) -> None:
    """Everything that arrived is counted."""
    recount(stage.station.storage, stage.app.extensions["fiche"].settings)


def test_the_page_tells_what_changed_since_the_month_was_validated(stage: Stage) -> None:
    changed_after_signing(stage)
    page = stage.get("coordinator", f"{BASE}/TAGNE/2020-03/changes?lang=fr").text
    assert "+1 fiche arrivée tard, 1 validée" in page
    assert "Participants\u00a0: +12 (validé\u00a0: +3)" in page
    assert "/sheets/seance/uuid" in page
    assert "/TAGNE/2020-03/changes" in stage.get("officer", BASE).text
    assert "2 sheets touched since" in stage.get("officer", BASE).text


def test_programs_read_the_same_with_the_sheets_behind_each_line(stage: Stage) -> None:
    changed_after_signing(stage)
    told = stage.get("officer", f"/v1{BASE}/TAGNE/2020-03/changes").get_json()
    assert (told["signed"], told["changed"]) == ("validate", 2)
    assert [(sheet["kind"], sheet["instanceId"]) for sheet in told["sheets"]] == [
        ("approved", "uuid:first"),
        ("late", "uuid:late"),
    ]
    assert told["together"]["participants"]["provisional"] == {"h": 12, "total": 12, "tenues": 1}
    assert told["together"]["participants"]["verified"] == {"h": 3, "total": 3, "tenues": 1}
    months = stage.get("officer", f"/v1{BASE}").get_json()
    [listed] = [month for month in months if month["month"] == "2020-03"]
    assert listed["changedSince"] == 2
    [month] = stage.get("officer", f"/v1{BASE}/changes?since=2020-01-01").get_json()
    assert (month["month"], month["changed"]) == ("2020-03", 2)


def test_what_changed_with_another_cso_is_nowhere(stage: Stage) -> None:
    changed_after_signing(stage)
    for root in ("", "/v1"):
        gone = stage.get("other coordinator", f"{root}{BASE}/TAGNE/2020-03/changes")
        assert gone.status_code == 404
        everything = stage.get("other coordinator", f"{root}{BASE}/changes?since=2020-01-01")
        assert everything.status_code == 200 and "TAGNE" not in everything.text.upper()
        assert stage.get("stranger", f"{root}{BASE}/changes").status_code == 403


def test_a_moment_that_is_none_is_told(stage: Stage) -> None:
    stage.reset()
    for since in ("hier", "2020-13-01", "9999-99-99T00:00"):
        assert stage.get("officer", f"/v1{BASE}/TAGNE/2020-03/changes?since={since}").status_code == 400
