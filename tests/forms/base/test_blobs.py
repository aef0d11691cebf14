"""Blobs: what is acknowledged is there with its bytes, and what is not leaves nothing."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forms.base.blobs import BlobStore

PICTURE = b"\xff\xd8" + b"picture" * 5_000


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(PICTURE[:1000])


def flipped(path: Path) -> None:
    path.write_bytes(bytes([PICTURE[0] ^ 1]) + PICTURE[1:])


@pytest.mark.parametrize("damage", [emptied, cut, flipped, Path.unlink])
def test_bytes_that_come_again_mend_a_damaged_file(tmp_path: Path, damage: "object") -> None:
    store = BlobStore(tmp_path)
    sha256 = store.put(PICTURE).sha256
    damage(store.path(sha256))  # type: ignore[operator]
    store.put(PICTURE)
    assert store.path(sha256).read_bytes() == PICTURE
    assert list(store.incoming.iterdir()) == []


def test_a_full_disk_leaves_no_file(tmp_path: Path) -> None:
    """A limit on a file's size fails as a full disk does: when the last bytes are flushed."""
    script = f"""
import resource, signal
from contextlib import suppress
from pathlib import Path
from forms.base.blobs import BlobStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = BlobStore(Path({str(tmp_path)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
with suppress(OSError), store.receive() as writer:
    writer.write(b"more than there is room for")
    writer.keep()
assert list(store.incoming.iterdir()) == [], "left behind"
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])


def test_only_what_stopped_long_ago_is_removed(tmp_path: Path) -> None:
    store, now = BlobStore(tmp_path), datetime(2026, 11, 28, tzinfo=UTC)
    ages = {"under_way": 3600, "cut_off": 90_000, "from_the_future": -400 * 86_400}
    for name, seconds in ages.items():
        (store.incoming / name).write_bytes(b"half")
        moment = (now - timedelta(seconds=seconds)).timestamp()
        os.utime(store.incoming / name, (moment, moment))
    assert store.forget_unfinished(now=now) == 2
    assert [path.name for path in store.incoming.iterdir()] == ["under_way"]
