"""A connection whose other side has died, or takes nothing: whoever serves it is free again after a while."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from server import patient_worker
from server.patient_worker import PacedSocket
from tests.fiche_process import Fiche, until_it_answers
from tests.journeys.visitor import new_session

MANY = b"x" * 20_000_000
"""More than lies on the way."""
SOON = """
import sys
from server import patient_worker
patient_worker.TAKING_SECONDS = 2.0
from server.cli import main
main(["serve", "--config", sys.argv[1]], prog_name="fiche")
"""
"""The server as it is, for which two seconds are long."""
BUSY = 40
"""More than there are threads."""


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PacedSocket, socket.socket]]:
    """The server's end of a line, and the other one."""
    monkeypatch.setattr(patient_worker, "TAKING_SECONDS", 1.0)
    here, there = socket.socketpair()
    with PacedSocket(fileno=here.detach()) as server, there:
        server.setblocking(True)
        yield server, there


def test_who_takes_nothing_is_let_go(both: tuple[PacedSocket, socket.socket]) -> None:
    began = time.monotonic()
    with pytest.raises(BrokenPipeError):
        both[0].sendall(MANY)
    assert 0.5 < time.monotonic() - began < 5


def test_who_takes_nothing_of_a_file_is_let_go(
    both: tuple[PacedSocket, socket.socket], tmp_path: Path
) -> None:
    (tmp_path / "picture").write_bytes(MANY)
    with (tmp_path / "picture").open("rb") as file, pytest.raises(BrokenPipeError):
        both[0].sendfile(file)


def test_who_takes_little_by_little_gets_everything(both: tuple[PacedSocket, socket.socket]) -> None:
    server, there = both
    taken: list[int] = []

    def read() -> None:
        while piece := there.recv(200_000):
            taken.append(len(piece))
            time.sleep(0.02)

    reader = threading.Thread(target=read)
    reader.start()
    server.sendall(MANY[:5_000_000])
    server.shutdown(socket.SHUT_WR)
    reader.join(timeout=30)
    assert sum(taken) == 5_000_000


def test_threads_of_dead_downloads_serve_others_again(tmp_path: Path) -> None:
    """Nobody closes these connections, as nobody does whose laptop has lost the Wi-Fi."""
    fiche = Fiche(tmp_path / "fiche")
    fiche.init(("2020-03", 600))
    token = new_session(fiche, "chargee@ong.ml", role="admin")
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", SOON, str(fiche.config)], stdout=log, stderr=log, start_new_session=True
        )
    try:
        assert until_it_answers(fiche.address, server)
        path = "/v1/projects/1/forms/seance_sensibilisation/submissions.csv"
        with ExitStack() as held:
            lines = []
            for _ in range(BUSY):
                line = held.enter_context(socket.socket())
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                line.settimeout(20)
                line.connect(("127.0.0.1", fiche.port))
                head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
                line.sendall(head.encode())
                lines.append(line)
            refused = [b"503" in line.recv(12) for line in lines]
            assert any(refused), "all places of exports are taken"
            time.sleep(4)
            answer = requests.get(
                f"{fiche.address}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=20
            )
            assert answer.status_code == 200
    finally:
        os.killpg(server.pid, 9)
        server.wait()
