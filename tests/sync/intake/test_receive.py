"""What happens to a submission: first sendings, resends, edits, pictures, conflicts and refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from forms.base.blobs import Blob
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from sync.instance.envelope import Envelope, Part, Receipt
from sync.intake import attachments, submissions
from sync.intake.rebuild import rebuild
from sync.intake.receive import (
    DeprecatedIdUnknown,
    EditOutdated,
    FormClosed,
    FormUnknown,
    FormVersionUnknown,
    InstanceConflict,
    InstanceIdTaken,
    SubmissionDeleted,
    receive,
)
from tests.sheet_writer import instance_xml
from tests.station import Station

NOW = datetime(2020, 3, 8, 9, 5, tzinfo=UTC)
CLUB = """
| survey |              |          |          |
|        | type         | name     | label    |
|        | date         | jour     | Jour     |
|        | integer      | presents | Présents |
|        | decimal      | duree    | Durée    |
|        | image        | photo    | Photo    |
|        | begin repeat | membre   | Membre   |
|        | text         | nom      | Nom      |
|        | integer      | age      | Âge      |
|        | image        | portrait | Portrait |
|        | end repeat   |          |          |
| settings |            |          |          |
|        | form_id      | version  |          |
|        | club         | {version} |         |
"""


@pytest.fixture
def station(station: Station) -> Station:
    """A project with the club's sheet."""
    station.publish(CLUB.format(version="1"))
    return station


def club(answers: dict[str, object], instance_id: str = "uuid:a", **more: str) -> bytes:
    return instance_xml("club", more.pop("version", "1"), answers, instance_id=instance_id, **more)


def send(station: Station, xml: bytes, *parts: Part) -> Receipt:
    with station.storage.writing() as db:
        return receive(db, station.project_id, Envelope(xml, parts, "collect:x", "Collect", 7), now=NOW)


def picture(name: str, content: str = "picture") -> Part:
    return Part(name, Blob(content * 3, content, len(content)), "image/jpeg")


def table(station: Station, sql: str) -> list[dict[str, object]]:
    with station.storage.reading() as db:
        return list(db.query(sql))


def test_a_sheet_is_stored_whole_raw_and_flat(station: Station) -> None:
    xml = club(
        {
            "/jour": "2020-03-08",
            "/presents": "12",
            "/duree": "1.5",
            "/membre": [{"nom": "Kèlè", "age": 31}, {}],
        }
    )
    assert send(station, xml).outcome == "created"
    [version] = table(station, "SELECT * FROM submission_version")
    assert (version["xml"], version["instance_id"], version["number"]) == (xml, "uuid:a", 1)
    [flat] = table(station, "SELECT * FROM sheet_club")
    assert (flat["jour"], flat["presents"], flat["duree"]) == ("2020-03-08", 12, 1.5)
    [member] = table(station, "SELECT * FROM sheet_club_membre")
    assert (member["position"], member["nom"], member["age"]) == ("1", "Kèlè", 31)
    [change] = table(station, "SELECT * FROM change")
    assert change["kind"] == "create"
    [line] = table(station, "SELECT * FROM audit WHERE action = 'submission.create'")
    assert line["actor_id"] == 7


def test_a_resend_of_the_same_bytes_changes_nothing(station: Station) -> None:
    xml = club({"/presents": "12"})
    first = send(station, xml)
    before = everything(station)
    again = send(station, xml)
    assert (again.outcome, again.submission_id) == ("resent", first.submission_id)
    assert everything(station) == before


def test_other_content_under_the_same_instance_id_is_refused_and_kept_aside_once(station: Station) -> None:
    send(station, club({"/presents": "12"}))
    for _ in range(2):
        receipt = send(station, club({"/presents": "13"}))
        assert isinstance(receipt.refusal, InstanceConflict)
    [kept] = table(station, "SELECT * FROM submission_conflict")
    assert b"<presents>13</presents>" in kept["xml"]  # type: ignore[operator]
    assert [row["presents"] for row in table(station, "SELECT presents FROM sheet_club")] == [12]
    assert len(table(station, "SELECT * FROM change")) == 1


def test_pictures_may_come_later_in_any_order_and_the_first_of_a_name_stays(station: Station) -> None:
    xml = club({"/photo": "a.jpg", "/membre": [{"portrait": "b.jpg"}]})
    receipt = send(station, xml)
    assert [(a.name, a.sha256) for a in files(station)] == [("a.jpg", None), ("b.jpg", None)]
    send(station, xml, picture("b.jpg", "b"), picture("not asked for.bin", "x"))
    send(station, xml, picture("a.jpg", "a"), picture("b.jpg", "other"))
    assert [(a.name, a.is_expected, a.sha256) for a in files(station)] == [
        ("a.jpg", True, "aaa"),
        ("b.jpg", True, "bbb"),
    ]
    kinds = [row["kind"] for row in table(station, "SELECT kind FROM change ORDER BY number")]
    assert kinds == ["create", "attachment", "attachment"]
    assert receipt.submission_id == 1
    assert table(station, "SELECT * FROM audit WHERE action = 'submission.attachment.conflict'")


def test_an_edit_replaces_the_earlier_version_and_keeps_it(station: Station) -> None:
    send(
        station,
        club({"/presents": "12", "/photo": "a.jpg", "/membre": [{"nom": "A"}]}),
        picture("a.jpg", "a"),
    )
    edit = club({"/presents": "15", "/photo": "a.jpg"}, "uuid:b", deprecated_id="uuid:a")
    receipt = send(station, edit)
    assert (receipt.outcome, receipt.submission_id) == ("edited", 1)
    assert [row["presents"] for row in table(station, "SELECT presents FROM sheet_club")] == [15]
    assert table(station, "SELECT * FROM sheet_club_membre") == []
    [submission] = table(station, "SELECT * FROM submission")
    assert (submission["instance_id"], submission["versions"], submission["review_state"]) == (
        "uuid:a",
        2,
        "edited",
    )
    assert len(table(station, "SELECT * FROM submission_version")) == 2
    assert [(a.name, a.sha256) for a in files(station, "uuid:b")] == [("a.jpg", "aaa")]
    assert send(station, edit).outcome == "resent"


def test_an_edit_of_an_edit_points_to_the_one_before_it(station: Station) -> None:
    send(station, club({"/presents": "1"}))
    send(station, club({"/presents": "2"}, "uuid:b", deprecated_id="uuid:a"))
    send(station, club({"/presents": "3"}, "uuid:c", deprecated_id="uuid:b"))
    assert [row["presents"] for row in table(station, "SELECT presents FROM sheet_club")] == [3]
    with pytest.raises(EditOutdated):
        send(station, club({"/presents": "4"}, "uuid:d", deprecated_id="uuid:a"))


def test_what_cannot_be_taken_is_refused_and_leaves_no_trace(station: Station) -> None:
    send(station, club({"/presents": "1"}))
    send(station, club({"/presents": "1"}, "uuid:z"))
    with station.storage.writing() as db:
        db.execute("UPDATE submission SET deleted_at = :now WHERE instance_id = 'uuid:z'", {"now": "x"})
    before = everything(station)
    refusals: dict[bytes, type[Refusal]] = {
        instance_xml("autre", "1", {}): FormUnknown,
        club({}, "uuid:v", version="9"): FormVersionUnknown,
        club({}, "uuid:v", version=""): FormVersionUnknown,
        club({}, "uuid:e", deprecated_id="uuid:never"): DeprecatedIdUnknown,
        club({}, "uuid:a", deprecated_id="uuid:a"): InstanceIdTaken,
        club({"/presents": "1"}, "uuid:z"): SubmissionDeleted,
        club({}, "uuid:y", deprecated_id="uuid:z"): SubmissionDeleted,
    }
    for xml, refusal in refusals.items():
        with pytest.raises(refusal):
            send(station, xml)
    assert everything(station) == before


def test_a_closed_form_takes_nothing_new_but_a_resend_is_still_answered(station: Station) -> None:
    xml = club({"/presents": "1"})
    send(station, xml)
    with station.storage.writing() as db:
        db.execute("UPDATE form SET state = 'closed'")
    assert send(station, xml).outcome == "resent"
    with pytest.raises(FormClosed):
        send(station, club({}, "uuid:new"))


def test_an_older_version_is_taken_after_a_new_one_was_published(station: Station) -> None:
    wider = CLUB.replace(
        "| integer      | presents",
        "| text         | theme    | Thème    |\n|        | integer      | presents",
    )
    station.publish(wider.format(version="2"))
    send(station, club({"/presents": "1"}))
    send(station, club({"/presents": "2", "/theme": "mgf"}, "uuid:b", version="2"))
    assert table(station, "SELECT presents, theme FROM sheet_club ORDER BY presents") == [
        {"presents": 1, "theme": None},
        {"presents": 2, "theme": "mgf"},
    ]


def test_a_word_where_a_number_is_due_stays_in_the_raw_sheet_alone(station: Station) -> None:
    send(station, club({"/presents": "douze", "/duree": "NaN", "/membre": [{"age": "1e400"}]}))
    assert table(station, "SELECT presents, duree FROM sheet_club") == [{"presents": None, "duree": None}]
    assert table(station, "SELECT age FROM sheet_club_membre") == [{"age": None}]


def test_the_flat_tables_are_made_again_from_the_raw_sheets(station: Station) -> None:
    for number in range(3):
        send(station, club({"/presents": number, "/membre": [{"nom": "A"}, {"nom": "B"}]}, f"uuid:{number}"))
    before = everything(station)
    with station.storage.writing() as db:
        db.execute("DELETE FROM sheet_club_membre")
        db.execute("UPDATE sheet_club SET presents = 99")
    assert rebuild(station.storage.writing, station.storage.reading, now=NOW).sheets == 3
    assert everything(station) == before


def test_a_sheet_that_changes_while_it_is_laid_out_again_keeps_what_it_says_now(station: Station) -> None:
    for number in range(3):
        send(station, club({"/presents": number}, f"uuid:{number}"))
    late: list[Receipt] = []

    @contextmanager
    def reading() -> Iterator[Database]:
        with station.storage.reading() as db:
            yield db
        if not late:  # the sheets were read; before they are written a phone sends
            late.append(send(station, club({"/presents": 7}, "uuid:edit", deprecated_id="uuid:1")))

    assert rebuild(station.storage.writing, reading, now=NOW).sheets == 3
    assert [row["presents"] for row in table(station, "SELECT presents FROM sheet_club")] == [0, 7, 2]


def test_a_review_decision_is_a_change_and_an_audit_line(station: Station) -> None:
    send(station, club({}))
    with station.storage.writing() as db:
        submissions.set_review_state(db, 1, "approved", now=NOW, actor_id=3)
    [submission] = table(station, "SELECT * FROM submission")
    assert submission["review_state"] == "approved"
    assert [row["kind"] for row in table(station, "SELECT kind FROM change")] == ["create", "review"]


def everything(station: Station) -> dict[str, list[tuple[object, ...]]]:
    with station.storage.reading() as db:
        return {
            name: sorted(db.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names(db)
        }


def names(db: Database) -> list[str]:
    return [name for name in db.table_names() if not name.startswith("sqlite_")]


def files(station: Station, instance_id: str = "uuid:a") -> list[attachments.Attachment]:
    with station.storage.reading() as db:
        version = submissions.find_version(db, 1, instance_id)
        assert version
        return attachments.of_version(db, version.id)
