"""A small file is put in place whole, and nothing is left of what could not be written."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.base.whole_file import forget_unfinished, put_in_place

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_it_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "jobs.json"
    for content in (b"first, which is longer", b"second"):
        put_in_place(path, content)
        assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["jobs.json"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_the_old_one_and_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "jobs.json").write_bytes(b"old")
    script = f"""
import pathlib, resource, signal
from server.base.whole_file import put_in_place
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    put_in_place(pathlib.Path({str(tmp_path)!r}) / "jobs.json", bytes(100_000))
except OSError:
    pass
else:
    raise AssertionError("the disk took it")
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])
    assert [file.name for file in tmp_path.iterdir()] == ["jobs.json"]
    assert (tmp_path / "jobs.json").read_bytes() == b"old"


def test_what_a_killed_process_left_goes_after_a_day(tmp_path: Path) -> None:
    ages = {
        "jobs.json.a.partial": 3600,
        "jobs.json.b.partial": 90_000,
        "jobs.json": 90_000,
        "c.partial": -90_000,
    }
    for name, seconds in ages.items():
        (tmp_path / name).write_bytes(b"half")
        moment = (NOW - timedelta(seconds=seconds)).timestamp()
        os.utime(tmp_path / name, (moment, moment))
    assert forget_unfinished(tmp_path, now=NOW) == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["jobs.json", "jobs.json.a.partial"]
