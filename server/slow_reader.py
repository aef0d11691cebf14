"""Lets a download whose reader is slow hold no view of the database: the rest is made at once, and sent from a file.

A view that is held for long keeps the log of the database from being emptied: it grows by all that is written, for as
long as a laptop has gone to sleep in the middle of an export.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Protocol

from flask import Response, request

from server.store.database import Storage

VIEW_SECONDS = 5.0
"""So long a download may hold a view of the database, however fast it is taken."""
PIECE = 65_536


class Connection(Protocol):
    """Of the other side, as far as this file needs to know it (`server.patient_worker.PacedSocket`)."""

    when_slow: Callable[[], None] | None
    """Called once, when nothing of an answer is taken."""


def let_go_of_views(response: Response, storage: Storage, folder: Path) -> Response:
    """The answer; where it is sent while it is made, what a slow reader has not taken waits in a file in `folder`."""
    if response.is_streamed and not response.direct_passthrough:
        connection = request.environ.get("gunicorn.socket")
        connection = connection if hasattr(connection, "when_slow") else None
        response.response = Unhurried(response.iter_encoded(), storage.is_reading, folder, connection)
    return response


class Unhurried(Iterator[bytes]):
    """The pieces of an answer, made as they are taken; made to the end, as far as the database is needed for them,
    as soon as that takes long or the connection says that nobody takes anything.
    """

    def __init__(
        self,
        pieces: Iterable[bytes],
        is_reading: Callable[[], bool],
        folder: Path,
        connection: Connection | None = None,
    ) -> None:
        self._source, self._pieces = pieces, iter(pieces)
        self._is_reading, self._folder, self._connection = is_reading, folder, connection
        self._made: IO[bytes] | None = None
        self._until = 0.0
        if connection is not None:
            connection.when_slow = self.make_rest

    def __next__(self) -> bytes:
        """The next piece."""
        now = time.monotonic()
        self._until = self._until or now + VIEW_SECONDS
        if now > self._until:
            self.make_rest()
        if self._made is not None:
            if piece := self._made.read(PIECE):
                return piece
            self._made.close()
            self._made = None
        return next(self._pieces)

    def make_rest(self) -> None:
        """Make what needs the database, and let go of it."""
        if self._made is not None or not self._is_reading():
            return
        # It has no name: nothing is left of it, whoever is killed.
        self._made = TemporaryFile(dir=self._folder)  # noqa: SIM115 - `close` ends it
        while self._is_reading() and (piece := next(self._pieces, None)) is not None:
            self._made.write(piece)
        self._made.seek(0)

    def close(self) -> None:
        """All was sent, or the reader has gone."""
        if self._connection is not None:
            self._connection.when_slow = None
        if self._made is not None:
            self._made.close()
        for pieces in (self._pieces, self._source):
            with suppress(AttributeError):
                pieces.close()  # type: ignore[attr-defined]
