"""The list that each phone is given of its own sheets to correct: what is in it, who gets it, when its hash changes."""

import csv
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from forms.base.by import By
from server.base.clock import now
from server.identity.accounts import add_administrator
from server.identity.app_users import SEEN_EVERY, NewPhone, add_app_user, find_app_user, note_seen
from sync.intake import notices, submissions
from sync.review import comments, decisions
from sync.review.decisions import Seen
from tests.engine.fixtures import SHEETS
from tests.phone import message_of
from tests.server.openrosa.test_openrosa_ten import Desk, open_desk, parts
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, Station
from tests.sync.intake.test_conflicts import send

SESSION = """
| survey   |                   |       |           |                       |
|          | type              | name  | label     | bind::fiche:dimension |
|          | date              | jour  | Jour      | date                  |
|          | text              | motif | Motif     |                       |
|          | select_one genre  | genre | Genre     | activity              |
| choices  |                   |       |           |                       |
|          | list_name         | name  | label     |                       |
|          | genre             | cause | Causerie  |                       |
| settings |                   |       |           |                       |
|          | form_id | version | form_title | namespaces | client_editable |
|          | seance  | 1       | Séance     | fiche="https://fiche.ong/xforms" | {editable} |
"""
NOTICE = """
| survey   |                                     |       |       |
|          | type                                | name  | label |
|          | select_one_from_file a_corriger.csv | fiche | Fiche |
| settings |                                     |       |       |
|          | form_id            | version | namespaces                       | attribute::fiche:notice |
|          | fiches_a_corriger  | 1       | fiche="https://fiche.ong/xforms" | yes                     |
"""
EMPTY = (SHEETS / "a_corriger.csv").read_bytes()


@pytest.fixture
def desk(station: Station, tmp_path: Path) -> Desk:
    """A sheet, the notice, and a phone."""
    station.publish(SESSION.format(editable="yes"))
    station.publish(NOTICE, {"a_corriger.csv": EMPTY})
    return open_desk(station, tmp_path)


def session(instance_id: str, name: str = "2020-03-08 · Nonkon", **more: Any) -> bytes:
    """A session as a phone writes it, with its name."""
    answers = {"/jour": "2020-03-08", "/genre": "cause", **more.pop("answers", {})}
    xml = instance_xml("seance", "1", answers, instance_id=instance_id, **more)
    return xml.replace(b"</meta>", f"<instanceName>{name}</instanceName></meta>".encode())


def send_back(desk: Desk, submission_id: int, reason: str, *, version: int = 1, state: str = "") -> None:
    """As a coordinator does."""
    with desk.station.storage.writing() as db:
        seen = [Seen(submission_id, version, state)]
        assert not decisions.decide(db, seen, "hasIssues", reason=reason, batch="b", by=By(None, now()))


def manifest_entry(desk: Desk) -> dict[str, str]:
    """What the phone is told of its list."""
    [form] = [part for part in parts(desk.get("/formList")) if part["formID"] == "fiches_a_corriger"]
    [entry] = parts(desk.get(form["manifestUrl"]))
    return entry


def own_rows(desk: Desk) -> list[dict[str, str]]:
    """The rows of the list that the manifest leads to; its hash is that of the bytes."""
    entry = manifest_entry(desk)
    answer = desk.get(entry["downloadUrl"])
    assert entry["hash"] == f"md5:{hashlib.md5(answer.data).hexdigest()}"
    return list(csv.DictReader(io.StringIO(answer.data.decode())))


def test_a_sheet_sent_back_is_in_the_list_with_place_date_and_reason_and_no_other_answer(desk: Desk) -> None:
    send(desk.station, session("uuid:a", answers={"/motif": "un secret"}), by=desk.phone_id)
    send(desk.station, session("uuid:b"), by=desk.phone_id)
    before = manifest_entry(desk)["hash"]
    assert [row["name"] for row in own_rows(desk)] == ["rien"]
    send_back(desk, 1, 'Vérifiez les « filles »,\nles "garçons" <b>; merci')
    assert manifest_entry(desk)["hash"] != before
    [row] = own_rows(desk)
    assert row["name"] == "uuid:a"
    assert row["label"] == "8 mars 2020 · Causerie"
    assert (row["date"], row["activity"], row["form"]) == ("8 mars 2020", "Causerie", "Séance")
    assert row["reason"] == 'Vérifiez les « filles », les "garçons" <b>; merci'
    assert (row["instance_name"], row["editable"]) == ("2020-03-08 · Nonkon", "oui")
    assert "secret" not in str(row)


def test_the_hash_stays_while_nothing_changes_and_is_what_it_was_when_the_list_is_empty_again(
    desk: Desk,
) -> None:
    empty = manifest_entry(desk)["hash"]
    send(desk.station, session("uuid:a"), by=desk.phone_id)
    assert manifest_entry(desk)["hash"] == empty
    send_back(desk, 1, "Date")
    asked = manifest_entry(desk)["hash"]
    send(desk.station, session("uuid:other"), by=desk.phone_id)
    assert manifest_entry(desk)["hash"] == asked != empty
    send(desk.station, session("uuid:a2", deprecated_id="uuid:a"), by=desk.phone_id)
    assert manifest_entry(desk)["hash"] == empty
    assert [row["label"] for row in own_rows(desk)] == ["Rien à corriger"]


def test_an_unchanged_list_is_304_and_never_from_a_shared_cache(desk: Desk) -> None:
    entry = manifest_entry(desk)
    first = desk.get(entry["downloadUrl"])
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]
    assert desk.get(entry["downloadUrl"], **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    send(desk.station, session("uuid:a"), by=desk.phone_id)
    send_back(desk, 1, "Date")
    assert desk.get(entry["downloadUrl"], **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_two_phones_see_their_own_sheets_alone(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        other_id, token = add_app_user(db, 1, NewPhone(display_name="Oumou", language="en"), now=BEGINNING)
    other = Desk(desk.station, desk.client, other_id, f"/v1/key/{token}/projects/1")
    send(desk.station, session("uuid:a"), by=desk.phone_id)
    send(desk.station, session("uuid:b"), by=other_id)
    send_back(desk, 1, "Le mien")
    send_back(desk, 2, "")
    with desk.station.storage.writing() as db:
        comments.add(db, 2, "Par remarque", actor_id=None, now=now())
        submissions.set_review_state(db, 2, "hasIssues", now=now(), actor_id=None)
    assert [(row["name"], row["reason"]) for row in own_rows(desk)] == [("uuid:a", "Le mien")]
    [row] = own_rows(other)
    assert (row["name"], row["reason"], row["date"]) == ("uuid:b", "Par remarque", "8 March 2020")


def test_people_and_programs_are_given_the_empty_list(desk: Desk) -> None:
    send(desk.station, session("uuid:a"), by=desk.phone_id)
    send_back(desk, 1, "Secret")
    with desk.station.storage.writing() as db:
        add_administrator(db, "a@b.ml", "secret", now=BEGINNING)
    path = "/v1/projects/1/forms/fiches_a_corriger/attachments/a_corriger.csv"
    answer = desk.client.get(path, auth=("a@b.ml", "secret"), buffered=True)
    assert (answer.status_code, answer.data) == (200, EMPTY)


def test_a_sheet_whose_phone_edit_waits_here_is_not_asked_for_again(desk: Desk) -> None:
    send(desk.station, session("uuid:a"), by=desk.phone_id)
    send(desk.station, session("uuid:office", deprecated_id="uuid:a"), by=3)
    send_back(desk, 1, "Encore la date", version=2, state="edited")
    [row] = own_rows(desk)
    assert (row["name"], row["instance_name"]) == ("uuid:office", "2020-03-08 · Nonkon")
    later = now() + timedelta(seconds=5)
    send(desk.station, session("uuid:late", deprecated_id="uuid:a"), by=desk.phone_id, now=later)
    assert [row["name"] for row in own_rows(desk)] == ["rien"]


def test_a_sheet_that_cannot_be_corrected_on_the_phone_says_so(station: Station, tmp_path: Path) -> None:
    station.publish(SESSION.format(editable="no"))
    station.publish(NOTICE, {"a_corriger.csv": EMPTY})
    desk = open_desk(station, tmp_path)
    send(station, session("uuid:a"), by=desk.phone_id)
    send_back(desk, 1, "Date")
    assert [row["editable"] for row in own_rows(desk)] == ["non"]


def test_a_confidential_sheet_is_never_in_the_list(desk: Desk) -> None:
    send(desk.station, session("uuid:a"), by=desk.phone_id)
    send_back(desk, 1, "Date")
    with desk.station.storage.writing() as db:
        db.execute("UPDATE form SET confidential = 1 WHERE xml_form_id = 'seance'")
    assert [row["name"] for row in own_rows(desk)] == ["rien"]


def test_the_receipt_tells_that_the_request_was_read(desk: Desk) -> None:
    send(desk.station, session("uuid:a"), by=desk.phone_id)
    send_back(desk, 1, "Date")
    with desk.station.storage.reading() as db:
        assert notices.burdens(db, 1)[desk.phone_id].read == 0
    read = instance_xml("fiches_a_corriger", "1", {"/fiche": "uuid:a"}, instance_id="uuid:lu")
    answer = desk.post(read)
    assert (answer.status_code, desk.post(read).status_code) == (201, 201)
    assert message_of(answer.data).startswith("Noté")
    with desk.station.storage.reading() as db:
        burden = notices.burdens(db, 1)[desk.phone_id]
        assert (burden.sheets, burden.read) == (1, 1)
        assert notices.read_at(db, 1)


def test_when_a_phone_was_last_seen_is_written_once_an_hour_at_most(desk: Desk) -> None:
    def seen() -> str | None:
        with desk.station.storage.reading() as db:
            return find_app_user(db, desk.phone_id).last_seen_at

    assert seen() is None
    desk.get("/formList")
    first = seen()
    assert first
    desk.get("/formList")
    assert seen() == first
    with desk.station.storage.writing() as db:
        note_seen(db, desk.phone_id, now=now() - SEEN_EVERY)
    desk.get("/formList")
    assert (seen() or "") > first


def test_it_is_known_which_list_a_phone_has(desk: Desk) -> None:
    entry = manifest_entry(desk)
    desk.get(entry["downloadUrl"])
    with desk.station.storage.reading() as db:
        assert f"md5:{find_app_user(db, desk.phone_id).list_md5}" == entry["hash"]


def test_a_list_that_fails_is_500_and_never_an_empty_one(desk: Desk) -> None:
    """A manifest without the list would let the form be installed without it (OR-24)."""
    entry = manifest_entry(desk)
    with desk.station.storage.writing() as db:
        db.execute("ALTER TABLE submission_comment RENAME TO lost")
    assert desk.get(entry["downloadUrl"]).status_code == 500
