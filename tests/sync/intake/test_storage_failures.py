"""A full disk, and a failure in the middle: nothing is half stored, and the server goes on."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms.base.blobs import BlobStore
from forms.base.sqlite import Database, sqlite3
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.sheet_writer import instance_xml
from tests.station import Station
from tests.sync.intake.test_many_writers import FORM

NOW = datetime(2020, 3, 8, 9, 5, tzinfo=UTC)


def test_a_full_disk_refuses_the_sheet_and_keeps_the_rest(station: Station) -> None:
    station.publish(FORM)
    with station.storage.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 4}")
    stored = 0
    with pytest.raises(sqlite3.OperationalError, match="full"):
        for number in range(1000):
            xml = instance_xml("club", "1", {"/presents": number}, instance_id=f"uuid:{number}")
            envelope = Envelope(xml + b" " * 3000)
            station.storage.write(lambda db, envelope=envelope: receive(db, 1, envelope, now=NOW))
            stored += 1
    with station.storage.writing() as db:
        db.execute("PRAGMA max_page_count = 100000")
    db = station.storage.connection()
    for table in ("submission", "submission_version", "sheet_club", "change", "audit"):
        assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == stored, table
    with station.storage.writing() as db:
        receive(db, 1, Envelope(instance_xml("club", "1", {}, instance_id="uuid:after")), now=NOW)


def test_a_blob_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    with store.receive() as writer:
        writer.write(b"half")
    assert list(store) == []
    assert list(store.incoming.iterdir()) == []
    blob = store.put(b"whole")
    assert store.put(b"whole") == blob
    assert list(store) == [blob.sha256]
    with store.open(blob.sha256) as file:
        assert file.read() == b"whole"


def test_a_piece_that_fails_is_undone_alone_among_those_that_share_its_commit(station: Station) -> None:
    """Forty threads write at once; every fourth fails after its first statement."""
    station.publish(FORM)
    failed: list[int] = []

    def write(number: int) -> None:
        def work(db: Database) -> None:
            xml = instance_xml("club", "1", {}, instance_id=f"uuid:{number}")
            receive(db, 1, Envelope(xml), now=NOW)
            if number % 4 == 0:
                raise LookupError

        try:
            station.storage.write(work)
        except LookupError:
            failed.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(failed) == list(range(0, 40, 4))
    with station.storage.reading() as db:
        for table in ("submission", "submission_version", "sheet_club", "change", "audit"):
            assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == 30, table
