"""A command that stands still, or was run as root: those who come after are told, or go on."""

import fcntl
import os
from pathlib import Path

import pytest

from server.store import database
from server.store.database import WritersWait
from server.store.locks import exclusive
from server.store.owners import give_all
from tests.station import Station

NOBODY = 65_534


def test_a_writer_that_stands_still_is_waited_for_and_then_told(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LONGEST_WAIT_SECONDS", 0.3)
    with open(f"{station.storage.path}-queue", "w") as other:  # as another process holds it
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(WritersWait):
            station.storage.write(lambda db: None)
        with pytest.raises(WritersWait), station.storage.writing():
            pass
    station.storage.write(lambda db: None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root leaves files that others cannot open")
def test_what_root_writes_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)
    with exclusive(tmp_path / "rollup.lock", what="rollup"):
        assert (tmp_path / "rollup.lock").stat().st_uid == NOBODY, "while it is held, too"
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "ab").write_bytes(b"picture")
    assert give_all(tmp_path) == 2
    assert {path.stat().st_uid for path in tmp_path.rglob("*")} == {NOBODY}
