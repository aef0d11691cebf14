"""The plug is pulled, many times, while phones send: what was acknowledged is there, whole, and once."""

import contextlib
import random
import threading
import time
from pathlib import Path

from forms.base.sqlite import sqlite3
from tests.fiche_process import Fiche
from tests.phone import Phone, Refused, multipart
from tests.sheet_writer import instance_xml, new_instance_id

KILLS = 10
PHONES = 4


def test_no_acknowledged_sheet_is_lost_and_none_is_half_there(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    address = fiche.phone_address()
    acknowledged: dict[str, bytes] = {}
    dice = random.Random(2020)
    for _ in range(KILLS):
        fiche.start()
        stop = threading.Event()
        senders = [
            threading.Thread(target=send_until, args=(stop, Phone(address, tmp_path), acknowledged))
            for _ in range(PHONES)
        ]
        for sender in senders:
            sender.start()
        time.sleep(dice.uniform(0.05, 0.8))
        fiche.kill()
        stop.set()
        for sender in senders:
            sender.join()
    assert len(acknowledged) > KILLS  # otherwise the test has shown nothing
    assert_whole(next((fiche.folder / "data").glob("*.db")), acknowledged, fiche.folder / "data")


def send_until(stop: threading.Event, phone: Phone, acknowledged: dict[str, bytes]) -> None:
    """Send sheets with a picture each; note the picture of those that were answered 201."""
    with contextlib.suppress(OSError, Refused):  # the plug is out, perhaps before the list of forms came
        offered = {form["formID"]: form["version"] for form in phone.form_list()}
        version = offered["seance_sensibilisation"]
        while not stop.is_set():
            instance_id = new_instance_id()
            picture = instance_id.encode() * 50
            xml = instance_xml(
                "seance_sensibilisation", version, {"/suites/photo": "photo.jpg"}, instance_id=instance_id
            )
            body, content_type = multipart(xml, {"photo.jpg": picture})
            phone.post(body, content_type)
            acknowledged[instance_id] = picture


def assert_whole(database: Path, acknowledged: dict[str, bytes], data: Path) -> None:
    connection = sqlite3.connect(str(database))
    count = lambda sql: connection.execute(sql).fetchone()[0]  # noqa: E731
    assert count("PRAGMA integrity_check") == "ok"
    stored = {row[0] for row in connection.execute("SELECT instance_id FROM submission")}
    assert acknowledged.keys() <= stored
    submissions = count("SELECT COUNT(*) FROM submission")
    assert submissions == len(stored)
    for table in ("submission_version", "change", "submission_attachment", "sheet_seance_sensibilisation"):
        assert count(f"SELECT COUNT(*) FROM {table}") == submissions, table
    assert count("SELECT COUNT(*) FROM audit WHERE action = 'submission.create'") == submissions
    pictures = connection.execute(
        """
        SELECT v.instance_id, a.sha256 FROM submission_attachment AS a
        JOIN submission_version AS v ON v.id = a.version_id
        """
    )
    for instance_id, sha256 in pictures:
        [path] = data.rglob(sha256)
        if instance_id in acknowledged:
            assert path.read_bytes() == acknowledged[instance_id]
    connection.close()
