"""What phones send too late: it is refused, kept whole and once, and may become the sheet after all."""

from datetime import UTC, datetime, timedelta

import pytest

from aggregates.quality import findings
from aggregates.quality.examine import Basis, examine
from aggregates.quality.threshold import Thresholds
from forms.base.blobs import Blob
from forms.catalogue.definitions import find_form, load_definition
from forms.places.cso_code import CsoCode
from sync.instance.envelope import Envelope, Part, Receipt
from sync.instance.instance import parse_instance, scopes
from sync.intake import attachments, conflicts, submissions
from sync.intake.conflicts import Kept
from sync.intake.receive import (
    DeprecatedIdUnknown,
    EditOutdated,
    InstanceConflict,
    NewerEditHere,
    NoticeForPhones,
    OfficeEditHere,
    SheetOfOthers,
    SubmissionDeleted,
    receive,
    take_over,
)
from sync.reading.difference import differences
from sync.reading.difference_in_words import differences_in_words
from tests.sheet_writer import instance_xml
from tests.station import Station

NOW = datetime(2020, 3, 8, 9, 5, tzinfo=UTC)
PHONE, OTHER_PHONE, OFFICE = 7, 8, 3
CLUB = """
| survey   |                |           |          |             |
|          | type           | name      | label    | calculation |
|          | date           | jour      | Jour     |             |
|          | integer        | presents  | Présents |             |
|          | image          | photo     | Photo    |             |
|          | begin repeat   | membre    | Membre   |             |
|          | text           | nom       | Nom      |             |
|          | select_one oui | venu      | Venu ?   |             |
|          | end repeat     |           |          |             |
|          | calculate      | somme     |          | 1 + 1       |
| choices  |                |           |          |             |
|          | list_name      | name      | label    |             |
|          | oui            | o         | Oui      |             |
|          | oui            | n         | Non      |             |
| settings |                |           |          |             |
|          | form_id        | version   |          |             |
|          | club           | {version} |          |             |
"""
DATED = """
| survey   |           |         |       |             |                       |                   |
|          | type      | name    | label | calculation | bind::fiche:dimension | bind::fiche:event |
|          | date      | jour    | Jour  |             | date                  |                   |
|          | text      | lieu    | Lieu  |             | place                 |                   |
|          | calculate | tenue   |       | 1           |                       | sessions          |
| settings |           |         |       |             |                       |                   |
|          | form_id   | version | namespaces |        |                       |                   |
|          | club      | dated   | fiche="https://fiche.ong/xforms" | |          |                   |
"""
THEME = "| text | theme | Thème | |\n|          "


@pytest.fixture
def station(station: Station) -> Station:
    """A project with the club's sheet."""
    station.publish(CLUB.format(version="1"))
    return station


def club(answers: dict[str, object], instance_id: str = "uuid:a", **more: str) -> bytes:
    return instance_xml("club", more.pop("version", "1"), answers, instance_id=instance_id, **more)


def send(station: Station, xml: bytes, *parts: Part, by: int = PHONE, now: datetime = NOW) -> Receipt:
    """As a phone sends it, or the office for its id."""
    envelope = Envelope(xml, parts, "collect:x", "Collect", by, is_from_phone=by != OFFICE)
    with station.storage.writing() as db:
        return receive(db, station.project_id, envelope, now=now)


def picture(name: str, content: str = "picture") -> Part:
    return Part(name, Blob(content * 3, content, len(content)), "image/jpeg")


def kept(station: Station) -> list[Kept]:
    with station.storage.reading() as db:
        return conflicts.of_submission(db, 1)


def take(station: Station, one: Kept) -> Receipt | None:
    with station.storage.writing() as db:
        form = find_form(db, station.project_id, "club")
        assert form
        return take_over(db, one, form=form, instance_id="uuid:new", actor_id=OFFICE, now=NOW)


def rows(station: Station, sql: str) -> list[dict[str, object]]:
    with station.storage.reading() as db:
        return list(db.query(sql))


def corrected_in_the_office(station: Station) -> bytes:
    """A sheet, corrected in the office, then on its phone; gives the phone's edit."""
    send(station, club({"/presents": 12, "/photo": "a.jpg"}), picture("a.jpg", "a"))
    send(station, club({"/presents": 13}, "uuid:office", deprecated_id="uuid:a"), by=OFFICE)
    return club({"/presents": 14, "/photo": "b.jpg"}, "uuid:b", deprecated_id="uuid:a")


def test_after_an_office_edit_the_phones_edit_is_refused_and_kept_whole_and_once(station: Station) -> None:
    edit = corrected_in_the_office(station)
    for _ in range(3):
        receipt = send(station, edit, picture("b.jpg", "b"))
        assert isinstance(receipt.refusal, OfficeEditHere)
    [one] = kept(station)
    assert (one.kind, one.xml, one.instance_id, one.deprecated_id) == (
        "outdated_edit", edit, "uuid:b", "uuid:a",
    )  # fmt: skip
    assert (one.submitter_id, one.device_id, one.user_agent) == (PHONE, "collect:x", "Collect")
    with station.storage.reading() as db:
        assert conflicts.files_of(db, one.id) == (picture("b.jpg", "b"),)
        assert conflicts.count_unresolved(db, station.project_id, None) == 1
    assert rows(station, "SELECT presents FROM sheet_club") == [{"presents": 13}]
    assert len(rows(station, "SELECT 1 FROM audit WHERE action = 'submission.conflict'")) == 1


def test_files_that_come_with_a_later_try_are_added(station: Station) -> None:
    edit = corrected_in_the_office(station)
    send(station, edit)
    send(station, edit, picture("b.jpg", "b"))
    with station.storage.reading() as db:
        assert [file.name for file in conflicts.files_of(db, 1)] == ["b.jpg"]


def test_the_phones_version_becomes_the_sheet_and_every_version_stays(station: Station) -> None:
    edit = corrected_in_the_office(station)
    send(station, edit, picture("b.jpg", "b"))
    receipt = take(station, kept(station)[0])
    assert receipt
    assert (receipt.outcome, receipt.instance_id) == ("edited", "uuid:b")
    assert rows(station, "SELECT presents FROM sheet_club") == [{"presents": 14}]
    versions = rows(station, "SELECT instance_id, submitter_id FROM submission_version ORDER BY number")
    assert versions == [
        {"instance_id": "uuid:a", "submitter_id": PHONE},
        {"instance_id": "uuid:office", "submitter_id": OFFICE},
        {"instance_id": "uuid:b", "submitter_id": PHONE},
    ]
    assert rows(station, "SELECT review_state AS state FROM submission") == [{"state": "edited"}]
    assert rows(station, "SELECT kind FROM change ORDER BY number")[-1] == {"kind": "edit"}
    with station.storage.reading() as db:
        version = submissions.find_version(db, 1, "uuid:b")
        assert version
        assert [(a.name, a.sha256) for a in attachments.of_version(db, version.id)] == [("b.jpg", "bbb")]
    # the phone, which never heard of it, sends again: now it was taken
    assert send(station, edit).outcome == "resent"
    assert take(station, kept(station)[0]) is None
    assert kept(station)[0].outcome == "used"


def test_an_edit_of_an_edit_that_was_kept_is_kept_too_and_may_be_taken(station: Station) -> None:
    send(station, corrected_in_the_office(station))
    second = club({"/presents": 15}, "uuid:c", deprecated_id="uuid:b")
    assert isinstance(send(station, second).refusal, OfficeEditHere)
    newest, first = kept(station)
    assert (newest.instance_id, first.instance_id) == ("uuid:c", "uuid:b")
    take(station, newest)
    assert rows(station, "SELECT presents FROM sheet_club") == [{"presents": 15}]
    third = club({"/presents": 16}, "uuid:d", deprecated_id="uuid:c")
    assert send(station, third).outcome == "edited"


def test_what_was_left_stays_left_when_the_phone_sends_it_again(station: Station) -> None:
    edit = corrected_in_the_office(station)
    send(station, edit)
    with station.storage.writing() as db:
        assert conflicts.resolve(db, 1, "left", reason="Déjà corrigé", actor_id=OFFICE, now=NOW)
        assert not conflicts.resolve(db, 1, "used", actor_id=OFFICE, now=NOW)
    assert isinstance(send(station, edit).refusal, OfficeEditHere)
    [one] = kept(station)
    assert (one.outcome, one.reason, one.settled_by) == ("left", "Déjà corrigé", OFFICE)
    with station.storage.reading() as db:
        assert conflicts.count_unresolved(db, station.project_id, None) == 0


def test_another_content_of_a_known_sheet_may_be_taken_under_a_new_identifier(station: Station) -> None:
    send(station, club({"/presents": 12}))
    other = club({"/presents": 20})
    assert isinstance(send(station, other).refusal, InstanceConflict)
    receipt = take(station, kept(station)[0])
    assert receipt
    assert receipt.instance_id == "uuid:new"
    assert rows(station, "SELECT presents FROM sheet_club") == [{"presents": 20}]
    [_, version] = rows(station, "SELECT xml FROM submission_version ORDER BY number")
    instance = parse_instance(bytes(version["xml"]))  # type: ignore[call-overload]
    assert (instance.instance_id, instance.deprecated_id) == ("uuid:new", "uuid:a")
    assert kept(station)[0].xml == other
    assert send(station, other).outcome == "resent"


def test_a_newer_edit_of_the_phone_itself_is_told_as_that(station: Station) -> None:
    send(station, club({"/presents": 1}))
    send(station, club({"/presents": 2}, "uuid:b", deprecated_id="uuid:a"))
    late = club({"/presents": 3}, "uuid:c", deprecated_id="uuid:a")
    assert isinstance(send(station, late).refusal, NewerEditHere)
    assert isinstance(
        send(station, club({"/presents": 4}, "uuid:d", deprecated_id="uuid:a"), by=OTHER_PHONE).refusal,
        OfficeEditHere,
    )


def test_two_edits_in_a_row_and_an_edit_of_an_older_version_of_the_form_are_taken(station: Station) -> None:
    send(station, club({"/presents": 1, "/photo": "a.jpg"}), picture("a.jpg", "a"))
    wider = CLUB.replace("| integer        | presents", f"{THEME}| integer        | presents")
    station.publish(wider.format(version="2"))
    first = club({"/presents": 2, "/photo": "a.jpg"}, "uuid:b", deprecated_id="uuid:a")
    second = club({"/presents": 3, "/photo": "a.jpg"}, "uuid:c", deprecated_id="uuid:b")
    assert [send(station, xml).outcome for xml in (first, second, first, second)] == [
        "edited", "edited", "resent", "resent",
    ]  # fmt: skip
    assert rows(station, "SELECT presents, theme FROM sheet_club") == [{"presents": 3, "theme": None}]
    with station.storage.reading() as db:
        version = submissions.find_version(db, 1, "uuid:c")
        assert version
        assert [(a.name, a.sha256) for a in attachments.of_version(db, version.id)] == [("a.jpg", "aaa")]


def test_an_edit_of_an_approved_sheet_is_to_be_decided_again(station: Station) -> None:
    send(station, club({"/presents": 1}))
    with station.storage.writing() as db:
        submissions.set_review_state(db, 1, "approved", now=NOW, actor_id=OFFICE)
    send(station, club({"/presents": 2}, "uuid:b", deprecated_id="uuid:a"))
    assert rows(station, "SELECT review_state AS state FROM submission") == [{"state": "edited"}]


def test_a_program_or_a_person_is_refused_at_once_and_nothing_is_kept(station: Station) -> None:
    edit = corrected_in_the_office(station)
    with pytest.raises(EditOutdated):
        send(station, edit, by=OFFICE)
    assert kept(station) == []


def test_an_edit_of_nothing_and_of_a_deleted_sheet_is_not_kept(station: Station) -> None:
    edit = corrected_in_the_office(station)
    with pytest.raises(DeprecatedIdUnknown):
        send(station, club({}, "uuid:z", deprecated_id="uuid:never"))
    send(station, edit)
    with station.storage.writing() as db:
        submissions.set_deleted(db, [1], is_deleted=True, now=NOW, actor_id=OFFICE)
        assert conflicts.count_unresolved(db, station.project_id, None) == 0
    for xml in (edit, club({}, "uuid:e", deprecated_id="uuid:b")):
        with pytest.raises(SubmissionDeleted):
            send(station, xml)
    with pytest.raises(SubmissionDeleted):
        take(station, kept(station)[0])
    assert len(kept(station)) == 1


def test_differences_are_told_in_the_forms_own_words(station: Station) -> None:
    before = club(
        {"/presents": 12, "/somme": 2, "/membre": [{"nom": "A", "venu": "o"}, {"nom": "B", "venu": "o"}]}
    )
    after = club(
        {"/presents": 13, "/somme": 3, "/membre": [{"nom": "A", "venu": "o"}, {"nom": "C", "venu": "n"}]}
    )
    with station.storage.reading() as db:
        definition = load_definition(db, 1)
    newer = parse_instance(after)
    found = differences(parse_instance(before), newer, frozenset(["/membre"]))
    told = differences_in_words(found, (definition,), "fr", {}, scopes(newer, definition))
    assert [(difference.label, difference.old, difference.new) for difference in told] == [
        ("Présents", "12", "13"),
        ("Membre 2 › Nom", "B", "C"),
        ("Membre 2 › Venu ?", "Oui", "Non"),
    ]


def test_what_a_notice_sends_is_a_receipt_and_no_sheet(station: Station) -> None:
    station.publish(
        """
| survey |                                     |        |        |
|        | type                                | name   | label  |
|        | select_one_from_file a_corriger.csv | fiche  | Fiche  |
| settings |         |         |                                  |
|          | form_id | version | attribute::fiche:notice | namespaces |
|          | avis    | 1       | yes                     | fiche="https://fiche.ong/xforms" |
""",
        {"a_corriger.csv": b"name,label\nrien,Rien\n"},
    )
    xml = instance_xml("avis", "1", {"/fiche": "uuid:a"}, instance_id="uuid:lu")
    assert [send(station, xml).outcome for _ in range(2)] == ["noted", "noted"]
    assert rows(station, "SELECT COUNT(*) AS n FROM submission") == [{"n": 0}]
    assert rows(station, "SELECT COUNT(*) AS n FROM change") == [{"n": 0}]
    assert rows(station, "SELECT about, submitter_id FROM notice_receipt") == [
        {"about": "uuid:a", "submitter_id": PHONE}
    ]
    with pytest.raises(NoticeForPhones):
        send(station, xml, by=OFFICE)


def test_findings_are_looked_for_again_after_a_correction(station: Station) -> None:
    station.publish(DATED)
    send(station, club({"/jour": "2030-01-01"}, "uuid:a", version="dated"))
    assert rules_found(station, NOW) == ["future_date"]
    later = NOW + timedelta(hours=1)
    send(station, club({"/jour": "2020-03-07"}, "uuid:b", version="dated", deprecated_id="uuid:a"), now=later)
    assert rules_found(station, later) == []


def rules_found(station: Station, now: datetime) -> list[str]:
    """What the rules find about the first sheet, once they have looked."""
    examine(station.storage.writing, station.storage.reading, now=now, basis=Basis(Thresholds()))
    with station.storage.reading() as db:
        return [submission.finding.rule for submission in findings.of_submissions(db, [1])]


def test_a_phone_of_no_organisation_corrects_its_own_sheets_and_no_organisations(station: Station) -> None:
    station.publish(CLUB.format(version="1"))
    with station.storage.writing() as db:
        for number, phone, cso in ((1, PHONE, "TAGNE"), (2, OTHER_PHONE, "")):
            xml = instance_xml("club", "1", {"/presents": 5}, instance_id=f"uuid:{number}")
            receive(db, 1, Envelope(xml, (), "collect:x", "Collect", phone, CsoCode(cso), True), now=NOW)
        edits = [
            Envelope(
                instance_xml(
                    "club", "1", {"/presents": 6}, instance_id=f"uuid:{number}b", deprecated_id=f"uuid:{number}"
                ),
                (), "collect:y", "Collect", OTHER_PHONE, is_from_phone=True,
            )
            for number in (1, 2)
        ]  # fmt: skip
        with pytest.raises(SheetOfOthers):
            receive(db, 1, edits[0], now=NOW)
        assert receive(db, 1, edits[1], now=NOW).outcome == "edited"
