"""A command that stands still, or was run as root: those who come after are told, or go on."""

import fcntl
import os
from pathlib import Path

import pytest
import requests

from server.store import database
from server.store.database import WritersWait
from server.store.locks import exclusive
from server.store.owners import give_all
from tests.fiche_process import Fiche
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


def test_health_tells_of_a_command_that_keeps_the_database_from_being_written(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    fiche.start()
    try:
        with open(f"{fiche.database}-queue", "w") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            answer = requests.get(f"{fiche.address}/health", timeout=20)
            assert (answer.status_code, answer.json()["amiss"]) == (503, ["writing"])
        assert requests.get(f"{fiche.address}/health", timeout=20).status_code == 200
    finally:
        fiche.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root leaves files that others cannot open")
def test_what_root_writes_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)
    with exclusive(tmp_path / "rollup.lock", what="rollup"):
        assert (tmp_path / "rollup.lock").stat().st_uid == NOBODY, "while it is held, too"
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "ab").write_bytes(b"picture")
    assert give_all(tmp_path) == 2
    assert {path.stat().st_uid for path in tmp_path.rglob("*")} == {NOBODY}
