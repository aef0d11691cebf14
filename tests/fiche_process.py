"""A real fiche in a folder: its command line in this process, and its server in one of its own on a free port."""

import atexit
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from tests.forked_server import ForkedServer
from tests.terminal import SERVES, run_here

FICHE = Path(sys.executable).parent / "fiche"
IN_TESTS = "PYTEST_VERSION" in os.environ
"""And not in the benchmarks, which measure the processes that operators start."""


WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = count(20_000 + WORKER * 2_000 + random.SystemRandom().randrange(1_000))
"""Another range for each process of tests, below those that the kernel gives to whoever connects: a port stays
free from when it is chosen until a server takes it, and while that server is down."""


def free_port() -> int:
    """A port nobody listens on just now."""
    for port in PORTS:
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the ports do not end")


@dataclass
class Fiche:
    """One installation in a folder."""

    folder: Path
    port: int = field(default_factory=free_port)
    settings: str = ""
    """More lines of TOML, put before the rest."""
    within: Sequence[str] = ()
    """A command that is put before the server's, and ends in running it."""
    process: subprocess.Popen[bytes] | ForkedServer | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "fiche.toml"
        self.address = f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "data" / "fiche.db"

    def configure(self) -> None:
        """Write a configuration that listens on this machine alone."""
        self.config.write_text(
            f'{self.settings}\n[server]\nbind = "127.0.0.1:{self.port}"\npublic_url = "{self.address}"\n'
        )

    def run(
        self, *arguments: str, check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """A command, in French; one that serves, or is given more of an environment, is a process of its own."""
        words = [*arguments, "--config", str(self.config)]
        finished = (
            run_apart(words, **environment) if environment or arguments[0] in SERVES else run_here(words)
        )
        if check and finished.returncode:
            raise AssertionError(f"fiche {' '.join(arguments)}: {finished.stdout}{finished.stderr}")
        return finished

    def json(self, *arguments: str) -> Any:
        """What a command reports."""
        return json.loads(self.run(*arguments).stdout)

    def init(self, *months: tuple[str, int]) -> Any:
        """Configure, create everything, publish the sheets; gives what `fiche init` tells.

        `months` are filled by `fiche demo`, each with so many sheets.
        """
        self.configure()
        template, told = installed(self.settings, months)
        shutil.copytree(Path(template.name) / "data", self.folder / "data")
        return told | {"config": str(self.config), "database": str(self.database)}

    def phone_address(self, name: str = "Animatrice") -> str:
        """A new app user's server address."""
        return str(self.json("app-user", "add", name, "--json")["server_url"])

    def start(self) -> None:
        """Start the server and wait until it answers."""
        log = self.folder / "serve.log"
        if IN_TESTS and not self.within:
            self.process = ForkedServer(self.config, log)
        else:
            with log.open("ab") as file:
                self.process = subprocess.Popen(
                    [*self.within, str(FICHE), "serve", "--config", str(self.config)],
                    stdout=file,
                    stderr=file,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
        if not until_it_answers(self.address, self.process):
            raise AssertionError(log.read_text())

    def stop(self) -> int:
        """Stop as Ctrl-C does; gives the exit code."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        """Pull the plug: every process of the server dies at once."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=30)


def until_it_answers(address: str, process: subprocess.Popen[bytes] | ForkedServer) -> bool:
    """Wait for a server that was started; False when it ended, or says nothing for a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{address}/health", timeout=5).status_code == 200:
                return True
        except requests.ConnectionError:
            if process.poll() is not None:
                return False
        time.sleep(0.05)
    return False


def run_apart(arguments: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own; its words are French unless `environment` says otherwise."""
    return subprocess.run(
        [str(FICHE), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        env={**os.environ, "LC_ALL": "fr_FR.UTF-8", **environment},
    )


@cache
def installed(settings: str, months: tuple[tuple[str, int], ...]) -> tuple[TemporaryDirectory[str], Any]:
    """What `fiche init` makes and tells, filled by `fiche demo`: made once for all tests, which copy it.

    Reading the sheets takes seconds, and so does a month of invented field work.
    """
    folder = TemporaryDirectory(prefix="fiche-")
    atexit.register(folder.cleanup)
    fiche = Fiche(Path(folder.name), settings=settings)
    if not months:
        fiche.configure()
        return folder, fiche.json("init", "--json")
    told = fiche.init(*months[:-1])
    month, sheets = months[-1]
    fiche.run("demo", "--sheets", str(sheets), "--month", month)
    return folder, told
