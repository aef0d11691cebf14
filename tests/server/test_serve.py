"""What an operator reads in the log when a process of the server ends in an unforeseen way."""

import json
import os
import signal
import socket
import time
from pathlib import Path

from tests.benchmarks.processes import family
from tests.fiche_process import Fiche


def test_a_worker_that_is_killed_is_told_in_one_line_that_can_be_read(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    fiche.start()
    log = fiche.folder / "serve.log"
    try:
        assert fiche.process
        _, *workers = next(found for child in children(fiche.process.pid) if len(found := family(child)) > 1)
        os.kill(workers[0], signal.SIGKILL)  # as the kernel does when memory runs out
        deadline = time.monotonic() + 20
        while "out of memory" not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        assert fiche.stop() == 0
    told = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert any(f"(pid:{workers[0]}) was sent SIGKILL" in line["message"] for line in told)
    assert "Traceback" not in log.read_text()
    assert "Logging error" not in log.read_text()
    assert all("trace" not in line for line in told)


def test_a_request_that_is_refused_before_it_is_read_leaves_no_token_in_the_log(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    fiche.start()
    token = "a" * 64
    try:
        with socket.create_connection(("127.0.0.1", fiche.port), timeout=10) as line:
            line.sendall(f"POST /v1/key/{token}/projects\r\nHost: x\r\n\r\n".encode())
            assert line.recv(1000).startswith(b"HTTP/1.1 ")
    finally:
        assert fiche.stop() == 0
    assert "/v1/key/…" in (fiche.folder / "serve.log").read_text()
    assert token not in (fiche.folder / "serve.log").read_text()
    assert "Traceback" not in (fiche.folder / "serve.log").read_text()


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
