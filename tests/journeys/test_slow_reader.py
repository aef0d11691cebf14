"""Somebody begins a download and takes no more of it: nothing is held for them, and they can read on."""

import random
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from forms.base.sqlite import sqlite3
from tests.fiche_process import Fiche
from tests.journeys.visitor import new_session
from tests.phone import Phone
from tests.sheet_writer import instance_xml
from tests.station import converted

STORY = """
| survey   |         |        |        |
|          | type    | name   | label  |
|          | text    | recit  | Récit  |
| settings |         |        |        |
|          | form_id | version |       |
|          | recit   | 1       |       |
"""
SHEETS, LETTERS = 60, 200_000
"""More than lies on the way between server and reader."""
FORM = "/v1/projects/1/forms/recit"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fiche, Phone, str]]:
    """A server with large exports, a phone, and the token of somebody who may read them."""
    fiche = Fiche(tmp_path_factory.mktemp("slow"))
    first = fiche.init()
    token = new_session(fiche, "chargee@ong.ml", role="admin")
    phone = Phone(fiche.phone_address(), fiche.folder)
    fiche.start()
    requests.post(
        f"{fiche.address}/v1/projects/1/forms?publish=true",
        data=converted(STORY).xml,
        headers={"Content-Type": "application/xml"},
        auth=(first["email"], first["password"]),
        timeout=30,
    ).raise_for_status()
    dice = random.Random(8)
    for _ in range(SHEETS):
        phone.send(instance_xml("recit", "1", {"/recit": dice.randbytes(LETTERS // 2).hex()}))
    yield fiche, phone, token
    fiche.kill()


def begun(fiche: Fiche, token: str, path: str) -> socket.socket:
    """A download of which the first bytes were taken."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", fiche.port))
    connection.sendall(
        f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{fiche.port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )
    assert connection.recv(1)
    return connection


def is_log_free(fiche: Fiche) -> bool:
    """Whether the log can be emptied: nobody holds a view of what was before."""
    connection = sqlite3.connect(str(fiche.database), timeout=0)
    try:
        [(is_busy, _pages, _moved)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return not is_busy


@pytest.mark.parametrize("path", ["/submissions.csv", "/submissions.csv.zip", ".svc/Submissions"])
def test_a_download_that_nobody_takes_holds_no_view_of_the_database(
    served: tuple[Fiche, Phone, str], path: str
) -> None:
    fiche, phone, token = served
    with begun(fiche, token, FORM + path) as stalled:
        phone.send(instance_xml("recit", "1", {"/recit": "pendant ce temps"}))
        deadline = time.monotonic() + 10
        while not is_log_free(fiche):
            assert time.monotonic() < deadline, "the log cannot be emptied"
            time.sleep(0.2)
        rest = b"".join(iter(lambda: stalled.recv(1_000_000), b""))
    whole = requests.get(
        f"{fiche.address}{FORM}{path}",
        headers={"Authorization": f"Bearer {token}", "Accept-Encoding": ""},
        timeout=60,
    )
    body = rest.partition(b"\r\n\r\n")[2]
    if path == "/submissions.csv":
        assert body[: body.index(b"\r\n")] == whole.content[: whole.content.index(b"\r\n")]
        assert body.count(b"\r\n") == whole.content.count(b"\r\n") - 1, (
            "all sheets but the one that came since"
        )
    assert len(body) > SHEETS * LETTERS // 4


def test_exports_leave_threads_for_everybody_else(served: tuple[Fiche, Phone, str]) -> None:
    fiche, phone, token = served
    with ExitStack() as held:
        refused = []
        for _ in range(40):
            connection = held.enter_context(begun(fiche, token, f"{FORM}/submissions.csv"))
            if b"503" in connection.recv(12):
                refused.append(connection.recv(2000))
        assert refused
        assert all(b"Retry-After: 30" in answer for answer in refused)
        assert requests.get(f"{fiche.address}/health", timeout=10).status_code == 200
        phone.send(instance_xml("recit", "1", {"/recit": "pendant ce temps"}))
    deadline = time.monotonic() + 20
    while is_refused(fiche, token):
        assert time.monotonic() < deadline, "a place is free again when its reader has gone"
        time.sleep(0.5)


def is_refused(fiche: Fiche, token: str) -> bool:
    with begun(fiche, token, f"{FORM}/submissions.csv") as connection:
        return b"503" in connection.recv(12)
