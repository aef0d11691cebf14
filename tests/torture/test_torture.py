"""A short torture belongs to the tests; a long one is `make torture`."""

import json
import subprocess
import sys
from pathlib import Path

SECONDS = 20
SEED = 8


def test_nothing_is_lost_doubled_or_left_behind_whatever_breaks(tmp_path: Path) -> None:
    told = tmp_path / "figures.json"
    options = ("--seconds", str(SECONDS), "--seed", str(SEED), "--output", str(told))
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", *options], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(told.read_text())["figures"]
    assert figures["sheets and edits acknowledged"] > SECONDS  # otherwise the test has shown nothing
    assert figures["starts"] > 1
