"""Processor time and memory of a process and all that it started, from /proc."""

import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
LONGEST_WORK = 120.0
"""Seconds that are given to what a server does after its start."""


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    members = [pid]
    for member in members:
        for task in Path(f"/proc/{member}/task").glob("*/children"):
            members += [int(child) for child in task.read_text().split()]
    return members


def processor_seconds(pid: int) -> float:
    """User and system time of the whole family, in seconds."""
    ticks = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def memory_mb(pid: int) -> float:
    """Proportional set size of the whole family in MB: what is shared counts once."""
    kilobytes = 0
    for member in family(pid):
        for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def wait_for_rest(pid: int) -> None:
    """Wait until the family does nothing by itself any more: a server sums up what it finds stored when it starts."""
    deadline = time.monotonic() + LONGEST_WORK
    before = processor_seconds(pid)
    while time.monotonic() < deadline:
        time.sleep(2)
        now = processor_seconds(pid)
        if now - before < 0.1:
            return
        before = now
