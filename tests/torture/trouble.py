"""Everything that can break, one thing after the other: processes, the disk, the clock, commands, restores."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import requests

from tests.benchmarks.processes import family
from tests.fiche_process import FICHE, Fiche
from tests.torture.ledger import Ledger

COMMANDS = (("rollup",), ("rollup", "--full"), ("rebuild",), ("backup",), ("doctor",))
HOURS = (-36, -1, -0.1, 0, 0, 0.1, 1, 30)
"""By how much the clock may be wrong."""
START_SECONDS = 60
END_SECONDS = 30
ROOM_LEFT = 4096


class Trouble:
    """Whoever makes it, and starts the server again."""

    def __init__(self, fiche: Fiche, ledger: Ledger, dice: random.Random, folder: Path) -> None:
        self.fiche, self.ledger, self.dice = fiche, ledger, dice
        self.usb, self.offset, self.log = folder / "usb", folder / "offset", folder / "serve.log"
        self.has_disk = False
        """Whether the installation lies on a disk of its own, which may be filled."""
        self.commands = threading.Lock()
        """Held by a command while it runs: a restore in place waits for it."""
        self.backups: list[tuple[Path, set[str]]] = []
        """Made while the server ran, with what was acknowledged before each began."""

    def go_on(self, seconds: float, stopping: threading.Event) -> None:
        """Make trouble for so long; the server runs when this ends."""
        over = time.monotonic() + seconds
        running = threading.Thread(target=self._run_commands, args=(stopping,), daemon=True)
        running.start()
        kinds = {
            self.kill_worker: 24, self.kill_jobs: 14, self.kill_master: 4, self.kill_supervisor: 4,
            self.kill_everybody: 12, self.freeze: 8, self.stop: 2, self.fill_disk: 12, self.set_clock: 12,
            self.restore_beside: 3, self.restore_in_place: 5,
        }  # fmt: skip
        self.start()
        while (left := over - time.monotonic()) > 0:
            time.sleep(min(left, self.dice.uniform(0.2, 2)))
            [act] = self.dice.choices(list(kinds), list(kinds.values()))
            self.ledger.count(f"{act.__name__.replace('_', ' ')}")
            act()
            self.start()
        stopping.set()
        running.join()
        self._set_offset(0)

    def start(self) -> None:
        """Start the server where it does not run, and wait until it answers anything."""
        process = self.fiche.process
        if process is not None and process.poll() is None and self._is_answering():
            return
        self._wait_for_end()
        with self.log.open("ab") as log:
            self.fiche.process = subprocess.Popen(
                [*self.fiche.within, str(FICHE), "serve", "--config", str(self.fiche.config)],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self.ledger.count("starts")
        began = time.monotonic()
        while not self._is_answering():
            if self.fiche.process.poll() is not None or time.monotonic() - began > START_SECONDS:
                log_end = self.log.read_text(errors="replace")[-1500:]
                self.ledger.complain(f"the server does not start: {log_end}")
                self.fiche.kill()
                return
            time.sleep(0.05)

    def _is_answering(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.fiche.address}/health", timeout=20).status_code in (200, 503)
        return False

    def _wait_for_end(self) -> None:
        """Of all processes of a server whose supervisor ended: they must follow."""
        if self.fiche.process is None:
            return
        deadline = time.monotonic() + END_SECONDS
        while self.group() and time.monotonic() < deadline:
            self.fiche.process.poll()
            time.sleep(0.02)
        if self.group():
            self.ledger.complain(f"still there after their supervisor: {self.group()}")
            os.killpg(self.fiche.process.pid, signal.SIGKILL)

    def group(self) -> list[int]:
        """The server's processes that are there, dead ones that nobody has asked for left out."""
        members = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                name_gone = stat.read_text().rpartition(")")[2].split()
                if self.fiche.process and int(name_gone[2]) == self.fiche.process.pid and name_gone[0] != "Z":
                    members.append(int(stat.parent.name))
        return members

    def _parts(self) -> dict[str, list[int]]:
        """The running processes by what they are."""
        assert self.fiche.process
        supervisor = self.fiche.process.pid
        parts: dict[str, list[int]] = {"supervisor": [supervisor], "master": [], "worker": [], "jobs": []}
        with suppress(OSError):
            children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
            for child in map(int, children):
                below = family(child)[1:]
                parts["master" if below else "jobs"].append(child)
                parts["worker"] += below
        return parts

    def _kill(self, name: str, number: int = signal.SIGKILL) -> int | None:
        victims = self._parts()[name]
        if not victims:
            return None
        victim = self.dice.choice(victims)
        with suppress(ProcessLookupError):
            os.kill(victim, number)
        return victim

    def kill_worker(self) -> None:
        """A worker dies in the middle of its requests."""
        self._kill("worker")

    def kill_jobs(self) -> None:
        """The night's process dies."""
        self._kill("jobs")

    def kill_master(self) -> None:
        """gunicorn dies: the server ends, and is started again."""
        self._kill("master")
        self._let_end()

    def kill_supervisor(self) -> None:
        """The parent of all dies: the others follow."""
        self._kill("supervisor")
        self._let_end()

    def _let_end(self) -> None:
        assert self.fiche.process
        with suppress(subprocess.TimeoutExpired):
            self.fiche.process.wait(timeout=END_SECONDS)

    def kill_everybody(self) -> None:
        """The plug is pulled, as far as processes can tell."""
        self.fiche.kill()

    def freeze(self) -> None:
        """A process stands still for a moment."""
        victim = self._kill(self.dice.choice(("worker", "jobs", "master")), signal.SIGSTOP)
        time.sleep(self.dice.uniform(0.1, 2))
        if victim is not None:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGCONT)

    def stop(self) -> None:
        """As systemd does it. A process that was just being started again may be killed by its code."""
        assert self.fiche.process
        with suppress(ProcessLookupError):
            os.kill(self.fiche.process.pid, signal.SIGTERM)
        try:
            code = self.fiche.process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self.ledger.complain("the server does not end by SIGTERM")
            self.fiche.kill()
            return
        if code not in (0, -signal.SIGTERM):
            self.ledger.complain(f"the server ended by SIGTERM with code {code}")

    def fill_disk(self) -> None:
        """No room at all for a moment, and none but a few pages."""
        if not self.has_disk:
            return
        filler = self.fiche.folder / "filler"
        with filler.open("wb") as file:
            for keep in self.dice.sample((0, ROOM_LEFT, 10 * ROOM_LEFT, 100 * ROOM_LEFT), 2):
                free = shutil.disk_usage(self.fiche.folder).free
                with suppress(OSError):
                    os.posix_fallocate(file.fileno(), 0, max(1, file.tell() + free - keep))
                time.sleep(self.dice.uniform(0.2, 1.2))
        filler.unlink()

    def set_clock(self) -> None:
        """The clock is wrong from now on, in another way than before."""
        self._set_offset(self.dice.choice(HOURS) * 3600)

    def _set_offset(self, seconds: float) -> None:
        new = self.offset.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.offset)

    def restore_beside(self) -> None:
        """A restore while the server runs must be refused."""
        if not self.backups:
            return
        done = self.run("restore", "--force", str(self.backups[-1][0]))
        if done.returncode == 0 and self._parts()["jobs"]:
            self.ledger.complain("a restore was made beside a running server")

    def restore_in_place(self) -> None:
        """The server is stopped, everything backed up and put back; half of the time that is cut off."""
        for aside in self.fiche.folder.glob("data-*"):
            shutil.rmtree(aside)
        with self.commands:
            self.stop()
            place = self.usb / "whole"
            shutil.rmtree(place, ignore_errors=True)
            if self.run("backup", str(place)).returncode:
                self.ledger.complain("no backup of a server that is stopped")
                return
            [made] = place.glob("fiche-*")
            after = self.dice.uniform(0.2, 1.5) if self.dice.random() < 0.5 else None
            done = self.run("restore", "--force", str(made), kill_after=after)
            self.ledger.count("restores cut off" if done.returncode < 0 else "restores in place")
            if done.returncode > 0:
                self.ledger.complain(f"restore: {done.stderr[-400:]}")

    def run(self, *words: str, kill_after: float | None = None) -> subprocess.CompletedProcess[str]:
        """A command, as it would be given; a traceback is a complaint."""
        process = subprocess.Popen(
            [*self.fiche.within, str(FICHE), *words, "--config", str(self.fiche.config)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            _, said = process.communicate(timeout=kill_after or 300)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
            if kill_after is None:
                self.ledger.complain(f"fiche {' '.join(words)} does not end")
        if "Traceback" in said:
            self.ledger.complain(f"fiche {' '.join(words)}: {said[-700:]}")
        return subprocess.CompletedProcess(words, process.returncode, "", said)

    def _run_commands(self, stopping: threading.Event) -> None:
        """Commands beside the server, now and then killed."""
        dice = random.Random(self.dice.getrandbits(64))
        while not stopping.wait(dice.uniform(1, 4)):
            words = dice.choice(COMMANDS)
            with self.commands:
                before = self.ledger.acknowledged()
                place = self.usb / f"{len(self.backups)}"
                more = (str(place),) if words == ("backup",) else ()
                after = dice.uniform(0.4, 3) if dice.random() < 0.4 else None
                done = self.run(*words, *more, kill_after=after)
                self.ledger.count(f"fiche {' '.join(words)}{', killed' if done.returncode < 0 else ''}")
                if more and done.returncode == 0:
                    self.backups.append((next(place.glob("fiche-*[0-9]")), before))
                    self._forget_old_backups()

    def _forget_old_backups(self) -> None:
        for folder, _before in self.backups[:-2]:
            shutil.rmtree(folder.parent, ignore_errors=True)


def within(offset: Path) -> tuple[str, ...]:
    """What is put before a command so that its clock is wrong by what the file says."""
    return (sys.executable, "-m", "tests.shifted_clock", str(offset))
