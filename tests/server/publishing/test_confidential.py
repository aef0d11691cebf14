"""Whether a form is confidential is asked in one place: no version, draft or project lays its sheets open."""

from collections.abc import Iterator

import pytest

from forms.catalogue.sheet import TagsInvalid
from forms.definition.confidential import ConfidentialAsksFiles, ConfidentialMarkMissing, as_kept
from forms.definition.convert import convert_sheet
from forms.definition.xform import parse_xform
from forms.places.projects import create_project
from server.publishing.closing import close, wipe
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.server.cast import REFERRAL, Stage, stage
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, Station, station

__all__ = ["stage", "station"]
FICHE = 'fiche="https://fiche.ong/xforms"'
NAME = "Zqsurvivor"


def sheet(version: str, *, mark: str = "", value: str = "", question: str = "", measure: str = "") -> str:
    """A form of cases, with or without its mark."""
    return f"""
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:event | calculation |
| | date | jour | Jour | date | | |
| | text | lieu | Lieu | place | | |
| | text | nom | Nom | | | |
| | {question or "note | n | N"} | | | |
| | calculate | cas | | | {measure} | 1 |
| settings |
| | form_id | version | namespaces | {mark or "style"} |
| | cas | {version} | {FICHE} | {value} |
"""


CLUB_LIKE = f"""
| survey |
| | type | name | label |
| | text | lieu | Lieu |
| settings |
| | form_id | version | namespaces | style |
| | lieu | 1 | {FICHE} | x |
"""
MARKED = {"mark": "attribute::fiche:confidential", "value": "yes"}


@pytest.mark.parametrize(
    ("mark", "value"),
    [
        ("attribute::fiche:confidentiel", "oui"),
        ("attribute::confidential", "yes"),
        ("attribute::fiche:confidential", "oui"),
        ("attribute::fiche:Confidential", "yes"),
        ("attribute::fiche:referrals", "yes"),
    ],
)
def test_a_mark_that_is_misspelt_is_refused(station: Station, mark: str, value: str) -> None:
    with pytest.raises(TagsInvalid):
        station.publish(sheet("1", mark=mark, value=value))


def test_cases_are_counted_by_a_confidential_form_alone(station: Station) -> None:
    with pytest.raises(TagsInvalid) as refused:
        station.publish(sheet("1", measure="referrals"))
    [found] = refused.value.facts["problems"]
    assert (found.problem.path, found.problem.reason) == ("/cas", "confidential_alone")
    assert station.publish(sheet("1", measure="orientations_declared")).is_new
    assert station.publish(sheet("2", measure="referrals", **MARKED)).form.is_confidential


def test_a_confidential_form_asks_for_no_pictures(station: Station) -> None:
    for question in ("image | p | P", "audio | p | P", "file | p | P"):
        with pytest.raises(ConfidentialAsksFiles):
            station.publish(sheet("1", question=question, **MARKED))


def test_a_version_without_the_mark_is_refused(station: Station) -> None:
    station.publish(sheet("1", **MARKED))
    with pytest.raises(ConfidentialMarkMissing):
        station.publish(sheet("2"))


def test_a_confidential_form_is_published_in_two_projects(station: Station) -> None:
    first = station.publish(sheet("1", **MARKED))
    with station.storage.writing() as db:
        second = create_project(db, "Autre", now=BEGINNING)
    other = Station(station.storage, station.blobs, second).publish(sheet("1", **MARKED))
    assert first.form.table_name != other.form.table_name


def send(station: Station, version: str, name: str) -> None:
    answers = {"/jour": "2020-01-01", "/lieu": "T", "/nom": NAME}
    xml = instance_xml("cas", version, answers, instance_id=name)
    with station.storage.writing() as db:
        receive(db, 1, Envelope(xml, cso="TAGNE"), now=BEGINNING)


def in_files(station: Station) -> bool:
    """Whether the name stands anywhere in the database's files, but in the XML of the sheets."""
    with station.storage.writing() as db:
        db.execute("UPDATE submission_version SET xml = x'00'")
    station.storage.pack()
    station.storage.close()
    return any(NAME.encode() in path.read_bytes() for path in station.storage.path.parent.glob("*.db*"))


def everything_but_sheets(station: Station) -> Iterator[str]:
    with station.storage.reading() as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if table != "submission_version":
                yield from (f"{table} {row}" for row in db.execute(f'SELECT * FROM "{table}"'))


def test_a_form_that_becomes_confidential_leaves_nothing_open(station: Station) -> None:
    station.publish(sheet("1"))
    send(station, "1", "uuid:one")
    assert any(NAME in row for row in everything_but_sheets(station)), "the sheet was laid open"
    done = station.publish(sheet("2", **MARKED))
    with station.storage.writing() as db:
        close(db, done, now=BEGINNING)
    wipe(station.storage, done)
    send(station, "1", "uuid:two")  # a phone that has the earlier version still
    send(station, "2", "uuid:three")
    assert [row for row in everything_but_sheets(station) if NAME in row] == []
    assert not in_files(station)


def test_a_version_of_before_counts_by_the_rules_of_today() -> None:
    """An open sheet declares cases, and does not count them; of a form that closed nothing else is counted."""
    open_form = convert_sheet(
        sheet("1", measure="referrals").encode(), file_type=".md", fallback_id="f", java=None
    )
    definition = parse_xform(open_form.xml)
    counted = [
        [field.tag.event for field in as_kept(definition, is_confidential=closed).fields if field.tag]
        for closed in (False, True)
    ]
    assert [[measure for measure in measures if measure] for measures in counted] == [
        ["orientations_declared"],
        ["referrals"],
    ]
    sessions = convert_sheet(
        sheet("1", measure="sessions").encode(), file_type=".md", fallback_id="f", java=None
    )
    kept = as_kept(parse_xform(sessions.xml), is_confidential=True)
    assert [field.path for field in kept.fields if field.tag and field.tag.event] == []


def test_a_trial_of_a_confidential_draft_keeps_nothing_of_what_it_says(stage: Stage) -> None:
    stage.reset()
    form = "/v1/projects/1/forms/orientation"
    assert stage.call("officer", "POST", f"{form}/draft?ignoreWarnings=true").status_code == 200
    xml = instance_xml("orientation", "1", {"/cas": NAME}, instance_id="uuid:trial")
    sent = stage.call("officer", "POST", f"{form}/draft/submissions", data=xml, content_type="text/xml")
    assert sent.status_code == 200, sent.text
    kept = stage.get("officer", f"{form}/draft/submissions/uuid:trial.xml")
    assert kept.status_code == 200
    assert NAME not in kept.text


def test_the_first_page_tells_nothing_of_a_confidential_form(stage: Stage) -> None:
    for who in ("nobody", "officer", "admin"):
        assert "orientation" not in stage.get(who, "/").text.casefold()
    assert "orientation" in REFERRAL


def test_a_draft_says_that_it_is_confidential_as_it_will_be(stage: Stage) -> None:
    """Also before its form was ever published, and where the form in service is an open one yet."""
    stage.reset()

    def made(markdown: str) -> bytes:
        return convert_sheet(markdown.encode(), file_type=".md", fallback_id="f", java=None).xml

    def said(path: str) -> bool:
        told: bool = stage.get("officer", path).get_json()["confidential"]
        return told

    forms, xml = "/v1/projects/1/forms", {"content_type": "application/xml"}
    answer = stage.call("officer", "POST", forms, data=made(sheet("1", **MARKED)), **xml)
    assert answer.status_code == 200 and answer.get_json()["confidential"] is True
    assert said(f"{forms}/cas") and said(f"{forms}/cas/draft")
    assert (
        stage.call("officer", "POST", f"{forms}?publish=true", data=made(CLUB_LIKE), **xml).status_code == 200
    )
    assert not said(f"{forms}/lieu")
    marked = made(
        CLUB_LIKE.replace("| 1 |", "| 2 |").replace("style", MARKED["mark"]).replace("x |", "yes |")
    )
    begun = stage.call("officer", "POST", f"{forms}/lieu/draft?ignoreWarnings=true", data=marked, **xml)
    assert begun.status_code == 200
    assert said(f"{forms}/lieu/draft") and not said(f"{forms}/lieu")
    listed = {form["xmlFormId"]: form["confidential"] for form in stage.get("officer", forms).get_json()}
    assert listed["cas"] is True and listed["lieu"] is False
