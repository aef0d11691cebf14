"""What people tell in their own words is read by the CSO's coordinator and the administrator, and by no programme."""

from typing import Any

import pytest

from forms.places.cso_code import CsoCode
from server.web.route import Route
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.server.cast import Stage, send, stage
from tests.server.marked import FORM, PAGE, SHEET, Marked, marked
from tests.server.web.test_nothing_of_others import GETS, QUERIES, addresses, text_of
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

__all__ = ["marked", "stage"]
TOLD = ("Zqtestimony", "Zqphoneedit")
PROGRAMME = ("officer", "team")
QUESTION = "Un changement"
ASKED = (QUERIES[0], QUERIES[1], "deletedFields=true", "%24expand=*", "answers=en")
FEED = f"{FORM}.svc/Submissions"
STORIES = """
| survey | | | | |
| | type | name | label | bind::fiche:dimension | {} |
| | text | osc | OSC | cso | |
| | text | village | Village | place | |
| | date | jour | Jour | date | |
| | text | recit | Un récit | | {} |
| | begin repeat | voix | Voix | | |
| | text | parole | Une parole | | {} |
| | text | lieu | Lieu | | |
| | end repeat | | | | |
| settings |
| | form_id | version | namespaces |
| | recits | {} | fiche="https://fiche.ong/xforms" |
"""


@pytest.mark.parametrize("route", GETS, ids=lambda route: route.path)
def test_the_programme_reads_no_narrative_at_any_address_but_raw(marked: Marked, route: Route) -> None:
    for path in addresses(route, marked):
        if path.endswith(".xml") and "/submissions/" in path:
            continue  # the XML as it came, for ODK Central's clients
        for query in ASKED:
            for who in PROGRAMME:
                text = text_of(marked.stage.get(who, f"{path}?{query}"))
                assert not any(word in text for word in TOLD), (who, path, query)


def test_the_coordinator_and_the_administrator_read_it_where_it_belongs(marked: Marked) -> None:
    pages = (
        PAGE, f"{FORM}/submissions.csv", f"{FORM}/submissions.csv.zip", FEED, f"{FEED}('uuid:mark-1')",
        "/projects/1/compilations/TAGNE/2020-03",
        "/projects/1/sheets/seance/uuid%3Amark-2/phone-edits",
    )  # fmt: skip
    for who in ("Zqawa", "admin"):
        for path in pages:
            assert "Zqtestimony" in text_of(marked.stage.get(who, path)), (who, path)
    for who in PROGRAMME:
        assert "Zqtestimony" in marked.stage.get(who, f"{SHEET}.xml").text


def test_who_may_not_read_it_is_told_so_and_files_leave_the_column_out(marked: Marked) -> None:
    french = {"Accept-Language": "fr"}
    page = marked.stage.get("officer", PAGE, headers=french).text
    assert QUESTION in page
    assert "récit : lu par le coordinateur de l’OSC" in page
    for path in (f"{FORM}/submissions.csv", f"{FORM}/submissions.csv?deletedFields=true"):
        assert "changement" in marked.stage.get("Zqawa", path).text
        assert "changement" not in marked.stage.get("officer", path).text
    assert "changement" in marked.stage.get("Zqawa", f"{FORM}.svc/$metadata").text
    assert "changement" not in marked.stage.get("officer", f"{FORM}.svc/$metadata").text
    chosen = marked.stage.get("officer", f"{FEED}?$select=changement")
    assert (chosen.status_code, marked.stage.get("Zqawa", f"{FEED}?$select=changement").status_code) == (
        400,
        200,
    )


def test_what_one_reader_keeps_is_not_taken_for_anothers(marked: Marked) -> None:
    """The administrator and the officer reach the same sheets: a browser that both use asks anew."""
    for path in (f"{FORM}/submissions.csv", FEED):
        kept = marked.stage.get("admin", path).headers["ETag"]
        for who, status in (("admin", 304), ("officer", 200)):
            assert marked.stage.get(who, path, headers={"If-None-Match": kept}).status_code == status, who


def edited(stage: Stage, **answers: Any) -> None:
    xml = instance_xml("recits", "2", answers, instance_id="uuid:later", deprecated_id="uuid:story")
    with stage.station.storage.writing() as db:
        receive(db, 1, Envelope(xml, cso=CsoCode("TAGNE")), now=BEGINNING)


def test_what_an_older_version_asked_openly_is_a_narrative_once_a_version_says_so(stage: Stage) -> None:
    stage.reset()
    stage.station.publish(STORIES.format("bind::fiche:unit", "", "", "1"))
    answers = {"osc": "tagne", "village": "V", "jour": "2020-03-08", "recit": "Zqfirst"}
    answers |= {"voix": [{"parole": "Zqvoice", "lieu": "le puits"}]}  # type: ignore[dict-item]
    with stage.station.storage.writing() as db:
        send(db, instance_xml("recits", "1", dict(answers), instance_id="uuid:story"), cso="TAGNE")
    sheet, form = "/projects/1/sheets/recits/uuid%3Astory", "/v1/projects/1/forms/recits"
    assert "Zqfirst" in stage.get("officer", sheet).text
    stage.station.publish(STORIES.format("bind::fiche:narrative", "yes", "yes", "2"))
    edited(stage, **{**answers, "recit": "Zqsecond"})
    diffs = f"{form}/submissions/uuid:story/diffs"
    for path in (sheet, f"{form}/submissions.csv", f"{form}.svc/Submissions?$expand=*", diffs):
        text = stage.get("officer", path).text
        assert not any(word in text for word in ("Zqfirst", "Zqsecond", "Zqvoice")), path
    assert "le puits" in stage.get("officer", sheet).text
    page, changes = (stage.get("coordinator", path).text for path in (sheet, diffs))
    assert all(word in page for word in ("Zqfirst", "Zqsecond", "Zqvoice"))
    assert "Zqsecond" in changes
    assert stage.get("other coordinator", sheet).status_code == 404
