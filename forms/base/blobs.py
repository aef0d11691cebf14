"""Keeps bytes by their SHA-256 in a folder: form media and the pictures of submissions alike.

A blob is whole on the disk before anyone is told its name: it is written beside its place, synced,
renamed, and its folder synced. The same bytes are kept once. It lives in `forms`, the lowest package,
so that form media and submissions share it.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

UNFINISHED = timedelta(days=1)
"""How long a file may be on its way: longer than any upload lasts."""


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of bytes that are kept."""

    sha256: str
    md5: str
    size: int


class BlobWriter(io.RawIOBase):
    """Takes bytes as they come; `keep()` puts them in their place, `close()` without it forgets them."""

    def __init__(self, store: "BlobStore") -> None:
        self._store = store
        self._file = tempfile.NamedTemporaryFile(dir=store.incoming, delete=False)
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._size = 0
        self._kept: Blob | None = None

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, chunk: bytes) -> int:  # type: ignore[override]
        """Add bytes; they are hashed on the way."""
        self._sha256.update(chunk)
        self._md5.update(chunk)
        self._size += len(chunk)
        return self._file.write(chunk)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Form parsers rewind what they have filled; a blob is not read through its writer."""
        return 0

    def keep(self) -> Blob:
        """Make the bytes durable under their hash; when this returns they are on the disk."""
        if self._kept is None:
            self._kept = Blob(self._sha256.hexdigest(), self._md5.hexdigest(), self._size)
            try:
                self._store._settle(self._file, self._kept)
            except BaseException:
                self._kept = None
                raise
        return self._kept

    def close(self) -> None:
        """Forget what was not kept."""
        if not self.closed and self._kept is None:
            try:
                self._file.close()  # flushes, and fails where the disk is full
            finally:
                Path(self._file.name).unlink(missing_ok=True)
        super().close()


class BlobStore:
    """A folder of blobs, `ab/abcdef…`, and `incoming/` for those still on their way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)

    def receive(self) -> BlobWriter:
        """A writer for bytes of unknown length."""
        return BlobWriter(self)

    def put(self, content: bytes) -> Blob:
        """Keep bytes at hand."""
        with self.receive() as writer:
            writer.write(content)
            return writer.keep()

    def path(self, sha256: str) -> Path:
        """Where the blob of this hash lies (whether or not it is there)."""
        return self.folder / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """The blob's bytes. Raises FileNotFoundError where there is none."""
        return self.path(sha256).open("rb")

    def __contains__(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def __iter__(self) -> Iterator[str]:
        """The hashes of all blobs."""
        for folder in sorted(self.folder.iterdir()):
            if len(folder.name) == 2:
                yield from (path.name for path in sorted(folder.iterdir()))

    def is_whole(self, sha256: str, size: int) -> bool:
        """Whether a blob is there with its bytes: a bad card or a repaired disk leaves others, or none."""
        path = self.path(sha256)
        try:
            if path.stat().st_size != size:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def forget_unfinished(self, *, now: datetime) -> int:
        """Remove what stopped on its way more than a day ago, or by a clock that was ahead; gives how many files.

        A process that was killed in the middle of an upload leaves one.
        """
        removed = 0
        for path in self.incoming.iterdir():
            with suppress(FileNotFoundError):
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if abs(now - written) > UNFINISHED:
                    path.unlink()
                    removed += 1
        return removed

    def _settle(self, file: "tempfile._TemporaryFileWrapper[bytes]", blob: Blob) -> None:
        place = self.path(blob.sha256)
        file.flush()
        if self.is_whole(blob.sha256, blob.size):
            file.close()
            os.unlink(file.name)
            _sync_folder(place.parent)  # whoever put it there may not have come to that yet
            return
        os.fsync(file.fileno())
        file.close()
        if not place.parent.exists():
            place.parent.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        os.replace(file.name, place)  # a damaged one is mended by this
        _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
