"""Phones that left the Wi-Fi in the middle, and whoever plays at being one: the server goes on for everybody else."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.fiche_process import Fiche
from tests.phone import Phone
from tests.server.test_jobs import send_one

HEALTH_SECONDS = 2.0
"""Generous: other tests run beside this one. What it must not be is the half minute until the dead are let go."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Fiche, Phone]]:
    """A server that runs, and a phone."""
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    phone = Phone(fiche.phone_address(), tmp_path)
    fiche.start()
    try:
        yield fiche, phone
    finally:
        fiche.kill()


def begun(fiche: Fiche, content: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", fiche.port), timeout=10)
    connection.sendall(content)
    return connection


def test_dead_uploads_and_half_sent_heads_keep_nobody_waiting(served: tuple[Fiche, Phone]) -> None:
    fiche, phone = served
    path = urlsplit(phone.server_url).path
    upload = (
        f"POST {path}/submission HTTP/1.1\r\nHost: x\r\nX-OpenRosa-Version: 1.0\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500000\r\n\r\n--b\r\nContent-"
    ).encode()
    with ExitStack() as held:
        for _ in range(24):
            held.enter_context(begun(fiche, upload))
        for _ in range(40):
            held.enter_context(begun(fiche, b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: "))
        for _ in range(5):
            began = time.monotonic()
            assert requests.get(f"{fiche.address}/health", timeout=10).status_code == 200
            assert time.monotonic() - began < HEALTH_SECONDS
            send_one(phone)


def test_a_half_sent_head_is_let_go(served: tuple[Fiche, Phone]) -> None:
    fiche, _phone = served
    with begun(fiche, b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: ") as dribbler:
        dribbler.settimeout(40)
        assert dribbler.recv(10) == b""


def test_what_comes_in_small_pieces_and_what_is_piped_is_answered(served: tuple[Fiche, Phone]) -> None:
    fiche, _phone = served
    with begun(fiche, b"GET /health HT") as connection:
        for piece in (
            b"TP/1.1\r\nHost: x\r\n",
            b"\r\nGET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        ):
            time.sleep(0.1)
            connection.sendall(piece)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 200") == 2
