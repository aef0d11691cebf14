"""gunicorn's thread worker, with a thread for a request only when it has arrived: used by `server.serve`.

gunicorn's own gives a connection a thread with its first byte, and reads without an end: sixteen phones that left the
Wi-Fi in the middle of an upload stop the server. Here the loop that accepts connections also gathers what they send,
without a thread: head and a short body whole, of a long one the beginning. Whoever sends nothing, or next to nothing,
is let go. In a thread each wait for the other side has an end too. With a certificate of its own the server also shakes
hands and decrypts in the loop: who begins a connection and says nothing holds no thread there either.
"""

import errno
import re
import selectors
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.sock import ssl_context
from gunicorn.workers.gthread import TConn, ThreadWorker

SILENT_SECONDS = 30.0
"""So long nothing may come between two bytes; a phone in the bush has pauses of some seconds."""
HEAD_SECONDS = 20.0
"""For the head of a request, from when the connection is ready for it."""
TAKING_SECONDS = 60.0
"""So long a client may take nothing of a download."""
SLOW_SECONDS = 2.0
"""After so long somebody who takes nothing is called slow."""
GRACE_SECONDS = 30.0
LEAST_BYTES_A_SECOND = 100
"""Of a body, on average, after a grace: a tenth of the slowest mobile network."""
GATHERED_BYTES = 256_000
"""Of one request, before it gets a thread: nearly every sheet, and the beginning of a picture."""
PIECE = 65_536
SENT_PIECE = 16_384
CONNECTIONS_AN_ADDRESS = 200
"""That are sending at one time; a whole team may sit behind one address, and a proxy on this machine is not counted."""
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
AT_ONCE = re.compile(rb"\r\n(transfer-encoding|expect|upgrade):", re.IGNORECASE)
"""What is sent in chunks, or only when it is asked for, is read in a thread."""


class Paced(socket.socket):
    """A connection on which no wait in a thread is without an end. Who is too slow is taken to have gone."""

    _waited = 0.0
    _received = 0
    when_slow: Callable[[], None] | None = None
    """Called once, when somebody takes nothing of an answer: what it holds may be let go."""

    def setblocking(self, flag: bool) -> None:
        """Blocking means: for a while."""
        self._waited, self._received = 0.0, 0
        self.settimeout(SILENT_SECONDS if flag else 0.0)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """The next bytes; none where the other side is silent or next to silent."""
        if self.gettimeout() == 0.0:
            return super().recv(buflen, flags)
        began = time.monotonic()
        try:
            piece = super().recv(buflen, flags)
        except TimeoutError:
            return b""
        self._waited += time.monotonic() - began
        self._received += len(piece)
        is_slow = self._waited > GRACE_SECONDS and self._received < self._waited * LEAST_BYTES_A_SECOND
        return b"" if is_slow else piece

    def sendall(self, content: Any, flags: int = 0) -> None:
        """Send in pieces, each of which must be taken in time. Raises BrokenPipeError."""
        view = memoryview(content).cast("B")
        try:
            for start in range(0, len(view), SENT_PIECE):
                self._send_piece(view[start : start + SENT_PIECE], flags)
        finally:
            self.settimeout(SILENT_SECONDS)

    def _send_piece(self, piece: memoryview, flags: int) -> None:
        deadline = time.monotonic() + TAKING_SECONDS
        while piece:
            left = deadline - time.monotonic()
            if left <= 0:
                raise BrokenPipeError(errno.EPIPE, "nothing was taken for a minute")
            self.settimeout(left if self.when_slow is None else min(left, SLOW_SECONDS))
            try:
                piece = piece[super().send(piece, flags) :]
            except TimeoutError:
                when_slow, self.when_slow = self.when_slow, None
                if when_slow is not None:
                    when_slow()

    def sendfile(self, *arguments: Any, **options: Any) -> int:
        """Send a file; each piece must be taken in time. Raises BrokenPipeError."""
        self.settimeout(TAKING_SECONDS)
        try:
            return super().sendfile(*arguments, **options)
        except TimeoutError:
            raise BrokenPipeError(errno.EPIPE, "nothing was taken for a minute") from None
        finally:
            self.settimeout(SILENT_SECONDS)


class PacedSocket(Paced):
    """One in the open."""


class PacedTLS(Paced, ssl.SSLSocket):
    """One that is encrypted."""


def paced(accepted: socket.socket) -> PacedSocket:
    """The connection, which the kernel ends when the other side is gone without a word."""
    connection = PacedSocket(fileno=accepted.detach())
    if connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
            if hasattr(socket, option):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return connection


class Arriving:
    """A request on its way in."""

    def __init__(self, connection: TConn, begun: bytes, now: float) -> None:
        self.connection = connection
        self.gathered = bytearray(begun)
        self.since = self.last = now
        self.has_shaken_hands = connection.parser is not None
        """Whether an encrypted connection is ready to be read; one that is kept from an earlier request is."""
        self.needed: int | None = None
        """Bytes until it is whole, or has begun long enough; None while the head is not there."""
        self._look()

    def take(self, piece: bytes, now: float) -> None:
        """More of it came."""
        self.gathered += piece
        self.last = now
        if self.needed is None:
            self._look()

    @property
    def is_ready(self) -> bool:
        """Whether it is worth a thread."""
        return len(self.gathered) >= (GATHERED_BYTES if self.needed is None else self.needed)

    def is_late(self, now: float) -> bool:
        """Whether it is not waited for any longer."""
        if self.needed is None:
            return now - self.since > HEAD_SECONDS
        passed = now - self.since
        is_slow = passed > GRACE_SECONDS and len(self.gathered) < passed * LEAST_BYTES_A_SECOND
        return is_slow or now - self.last > SILENT_SECONDS

    def _look(self) -> None:
        end = self.gathered.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.gathered[: end + 4])
        length = LENGTH.search(head)
        if length is None or AT_ONCE.search(head):
            self.needed = end + 4
        else:
            self.needed = min(end + 4 + int(length[1]), GATHERED_BYTES)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """The worker."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.arriving: dict[TConn, Arriving] = {}
        self.addresses: Counter[str] = Counter()

    def accept(self, listener: Any) -> None:
        """Take a connection in, and gather what it sends."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        try:
            taken = self._encrypted(paced(accepted)) if self.cfg.is_ssl else paced(accepted)
        except OSError:  # gone again already
            self.nr_conns -= 1
            return
        connection = TConn(self.cfg, taken, client, listener.getsockname())
        if self.addresses[address_of(connection)] >= CONNECTIONS_AN_ADDRESS:
            self._let_go(connection)
        else:
            self.enqueue_req(connection)

    def enqueue_req(self, conn: TConn) -> None:
        """Wait for the request of a connection, a new one or one that is kept alive."""
        begun = conn.parser.unreader.take_buffered() if conn.parser is not None else b""
        arriving = Arriving(conn, begun, time.monotonic())
        if begun and arriving.is_ready:
            self._begin(arriving)
            return
        conn.sock.setblocking(False)
        self.arriving[conn] = arriving
        if address := address_of(conn):
            self.addresses[address] += 1
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._take, arriving))
        if is_decrypted(conn.sock):
            self._take(arriving, conn.sock)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """Wait for the next request of a connection that is kept; what is decrypted of it already wakes no poller."""
        super().finish_request(conn, fs)
        if conn in self.keepalived_conns and is_decrypted(conn.sock):
            self.on_client_socket_readable(conn, conn.sock)

    def murder_pending(self) -> None:
        """Let those go who are too slow; called about every second."""
        super().murder_pending()
        now = time.monotonic()
        for arriving in list(self.arriving.values()):
            if arriving.is_late(now) or not (self.alive or arriving.gathered):
                self._forget(arriving)
                self._let_go(arriving.connection)

    def _take(self, arriving: Arriving, connection: socket.socket) -> None:
        while True:
            try:
                if isinstance(connection, ssl.SSLSocket) and not arriving.has_shaken_hands:
                    connection.do_handshake()
                    arriving.has_shaken_hands = True
                piece = connection.recv(PIECE)
            except (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError:
                piece = b""
            if not piece:
                self._forget(arriving)
                self._let_go(arriving.connection)
                return
            arriving.take(piece, time.monotonic())
            if arriving.is_ready:
                self._forget(arriving)
                self._begin(arriving)
                return
            if not is_decrypted(connection):
                return

    def _encrypted(self, connection: PacedSocket) -> PacedTLS:
        """The connection under the certificate of today; hands are shaken in the loop. Raises OSError."""
        connection.setblocking(False)
        context = ssl_context(self.cfg)
        context.sslsocket_class = PacedTLS
        encrypted: PacedTLS = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return encrypted

    def _begin(self, arriving: Arriving) -> None:
        """Hand the request to a thread, with what was gathered of it."""
        conn = arriving.connection
        conn.sock.setblocking(True)
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(bytes(arriving.gathered))
        conn.data_ready = True
        super().enqueue_req(conn)

    def _forget(self, arriving: Arriving) -> None:
        self.poller.unregister(arriving.connection.sock)
        del self.arriving[arriving.connection]
        if address := address_of(arriving.connection):
            self.addresses[address] -= 1
            if not self.addresses[address]:
                del self.addresses[address]

    def _let_go(self, connection: TConn) -> None:
        self.nr_conns -= 1
        connection.close()


def is_decrypted(connection: socket.socket) -> bool:
    """Whether something of an encrypted connection waits to be read that the poller does not know of."""
    return isinstance(connection, ssl.SSLSocket) and connection.pending() > 0


def address_of(connection: TConn) -> str:
    """The address of the other side; "" for this machine, which may be a proxy for everybody."""
    host = connection.client[0] if isinstance(connection.client, tuple) else ""
    return "" if host in ("127.0.0.1", "::1") else str(host)
