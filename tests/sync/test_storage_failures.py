"""A full disk, and a failure in the middle: nothing is half stored, and the server goes on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms.blobs import BlobStore
from forms.sqlite import sqlite3
from sync.envelope import Envelope
from sync.receive import receive
from tests.sheet_writer import instance_xml
from tests.station import Station
from tests.sync.test_many_writers import FORM

NOW = datetime(2020, 3, 8, 9, 5, tzinfo=UTC)


def test_a_full_disk_refuses_the_sheet_and_keeps_the_rest(station: Station) -> None:
    station.publish(FORM)
    db = station.storage.connection()
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 4}")
    stored = 0
    with pytest.raises(sqlite3.OperationalError, match="full"):
        for number in range(1000):
            with station.storage.writing() as db:
                xml = instance_xml("club", "1", {"/presents": number}, instance_id=f"uuid:{number}")
                receive(db, 1, Envelope(xml + b" " * 3000), now=NOW)
            stored += 1
    db.execute("PRAGMA max_page_count = 100000")
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
