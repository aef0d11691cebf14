"""A command that stands still, or was run as root: those who come after are told, or go on."""

import fcntl
import os
import subprocess
import sys
import time
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


COMMAND = """
import sys, time
from pathlib import Path
from server.store.database import Storage
storage = Storage(Path(sys.argv[1]))
while True:
    with storage.writing() as db:
        db.execute("UPDATE project SET name = name")
        time.sleep(0.05)
"""


def test_a_phone_gets_its_turn_beside_a_command_that_writes_batch_after_batch(station: Station) -> None:
    station.storage.write(lambda db: None)
    command = subprocess.Popen([sys.executable, "-c", COMMAND, str(station.storage.path)])
    try:
        waits = []
        for _ in range(40):
            while station.storage.is_turn_free(0):  # it has not begun, or is between two batches
                time.sleep(0.001)
            began = time.monotonic()
            station.storage.write(lambda db: db.execute("UPDATE project SET name = name"))
            waits.append(time.monotonic() - began)
    finally:
        command.kill()
        command.wait()
    assert sum(waits) / len(waits) < 0.1, "one batch, as a rule, and not its turn by chance among many"
    assert max(waits) < 0.5
