"""The disk is full while somebody changes something: they are told, nothing is half done, pages still read."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.server.changes import CHANGES, MONTH, PASSWORD, Office, open_office

SMALL = 'mount -t tmpfs -o size=250m small "$0" && cp -a "$1/." "$0" && shift && exec "$@"'
"""Everything that runs in it finds a copy of a folder on a disk of its own, of 250 MB: less would not be healthy."""
UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")
TRUNCATE = """
import sys
from forms.base.sqlite import sqlite3
sqlite3.connect(sys.argv[1]).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
"""
"""So that no room is left in the log either."""
TOLD = ("Le disque du serveur est plein", "rien de ce que vous venez de faire", "faire de la place")
PAGES = (
    "/", "/projects/1/sheets?state=", f"/projects/1/compilations/TAGNE/{MONTH}", "/projects/1/plan",
    "/projects/1/reminders", "/projects/1/counts", "/projects/1/phone-edits",
    "/v1/projects/1/forms/seance_sensibilisation/submissions",
)  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """People who are signed in at a server that does not run; when it starts, its disk is small."""
    if subprocess.run([*UNSHARE, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    office = open_office(tmp_path_factory.mktemp("office"))
    fiche = office.fiche
    small = fiche.folder / "small"
    small.mkdir()
    fiche.settings = 'data_directory = "small"'
    fiche.configure()
    fiche.within = (*UNSHARE, "sh", "-c", SMALL, str(small), str(office.data))
    yield office
    fiche.kill()


@pytest.fixture
def started(office: Office) -> Iterator[Office]:
    """The server on a new small disk."""
    office.fiche.start()
    assert office.fiche.process
    office.data = Path(f"/proc/{office.fiche.process.pid}/root{office.fiche.folder}/small")
    yield office
    office.fiche.kill()


def fill(data: Path) -> Path:
    """Leave no byte free; gives the file that takes the room."""
    enter = ("nsenter", "--target", data.parts[2], "--user", "--mount", "--preserve-credentials")
    subprocess.run([*enter, sys.executable, "-c", TRUNCATE, f"/{Path(*data.parts[4:])}/fiche.db"], check=True)
    filler = data / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (4_000_000, 4096, 1):
            with pytest.raises(OSError, match="No space left"):
                while True:
                    file.write(b"x" * size)
    return filler


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_finds_no_room_and_is_made_once_there_is(started: Office, name: str) -> None:
    ask = CHANGES[name](started)
    before = started.kept()
    filler = fill(started.data)
    for _ in range(2):
        answer = ask()
        assert answer.status_code == 507
        assert all(words in answer.text for words in TOLD), answer.text
    assert started.kept() == before
    filler.unlink()
    assert ask().status_code in (200, 303)
    assert started.kept() != before
    assert list((started.data / "blobs" / "incoming").iterdir()) == []


def test_pages_still_read_and_those_that_begin_something_tell(started: Office) -> None:
    fill(started.data)
    for path in PAGES:
        answer = started.call("officer", "GET", path)
        assert (answer.status_code, path) == (200, path)
    file = {"file": ("plan.csv", b"OSC;Lieu;Mois\r\nTAGNE;T-NON1;2021-01\r\n", "text/csv")}
    upload = started.call("officer", "POST", "/projects/1/plan/uploads", files=file)
    signing_in = requests.post(
        f"{started.fiche.address}/sign-in",
        data={"email": "officer@osc.ml", "password": PASSWORD},
        headers={"Accept-Language": "fr"},
        timeout=30,
    )
    for answer in (upload, signing_in):
        assert answer.status_code == 507
        assert all(words in answer.text for words in TOLD)
    assert requests.get(f"{started.fiche.address}/sign-in", timeout=30).status_code == 200
