"""A load on a server on this machine: many connections, each sending one request after another.

Runs in a process of its own, so that its own work is not counted as the server's. Request bodies are
made beforehand but for the instanceID, so that the sender is cheap and the server is what is measured.
"""

import json
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass

PLACEHOLDER = b"uuid:00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Load:
    """What was measured at one number of connections."""

    connections: int
    requests: int
    failures: int
    per_second: float
    p50_ms: float
    p95_ms: float


def run(port: int, head: bytes, body: bytes, *, connections: int, seconds: float, expect: int) -> Load:
    """Send for a while; the placeholder in the body becomes a new instanceID each time."""
    script = [sys.executable, "-m", "tests.benchmarks.load"]
    order = {"port": port, "connections": connections, "seconds": seconds, "expect": expect}
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as sender:
        assert sender.stdin and sender.stdout
        sender.stdin.write(json.dumps({**order, "head": len(head), "body": len(body)}).encode() + b"\n")
        sender.stdin.write(head + body)
        sender.stdin.close()
        return Load(**json.loads(sender.stdout.read()))


def main() -> None:
    """Read an order from standard input, carry it out, print what was measured."""
    order = json.loads(sys.stdin.buffer.readline())
    head = sys.stdin.buffer.read(order["head"])
    body = sys.stdin.buffer.read(order["body"])
    before, _, after = body.partition(PLACEHOLDER)
    until = time.monotonic() + order["seconds"]

    def request() -> bytes:
        return head + before + f"uuid:{uuid.uuid4()}".encode() + after if after else head + body

    times: list[float] = []
    failures: list[int] = []
    threads = [
        threading.Thread(target=_send, args=(order["port"], request, until, order["expect"], times, failures))
        for _ in range(order["connections"])
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    times.sort()
    load = Load(
        connections=order["connections"],
        requests=len(times),
        failures=len(failures),
        per_second=len(times) / seconds,
        p50_ms=statistics.median(times) * 1000 if times else 0,
        p95_ms=times[int(len(times) * 0.95)] * 1000 if times else 0,
    )
    print(json.dumps(asdict(load)))


def _send(
    port: int,
    request: Callable[[], bytes],
    until: float,
    expect: int,
    times: list[float],
    failures: list[int],
) -> None:
    connection = _connect(port)
    while time.monotonic() < until:
        message = request()
        started = time.monotonic()
        try:
            connection.sendall(message)
            status, keep = _answer(connection)
        except OSError:
            status, keep = 0, False
        if status == expect:
            times.append(time.monotonic() - started)
        else:
            failures.append(status)
        if not keep:
            connection.close()
            connection = _connect(port)
    connection.close()


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _answer(connection: socket.socket) -> tuple[int, bool]:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError
        received += chunk
    head, _, rest = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    left = int(headers.get("content-length", "0")) - len(rest)
    while left > 0:
        left -= len(connection.recv(65536))
    return int(lines[0].split(" ")[1]), headers.get("connection", "keep-alive") != "close"


if __name__ == "__main__":
    main()
