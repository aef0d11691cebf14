"""Servers that are forked from a process which has loaded fiche already.

Loading takes a second of the processor, and a run of the tests starts a hundred servers. What is forked is a process
of its own with its own children, signals, files and log, as after `fiche serve`; it runs that very command.
"""

import multiprocessing
import os
import subprocess
from pathlib import Path

NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["server.cli.serve", "server.serve", "tests.forked_server"])


def serve(config: str, log: str) -> None:
    """`fiche serve` in a session of its own, its words in a file."""
    os.setsid()
    with Path(log).open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    from server.cli import main

    main(["serve", "--config", config], prog_name="fiche")


class ForkedServer:
    """A running server, asked as one asks a `subprocess.Popen`."""

    def __init__(self, config: Path, log: Path) -> None:
        self.process = NURSERY.Process(target=serve, args=(str(config), str(log)), daemon=True)
        self.process.start()

    @property
    def pid(self) -> int:
        """The number of its process, and of its group."""
        assert self.process.pid is not None
        return self.process.pid

    def poll(self) -> int | None:
        """The code it ended with, None while it runs."""
        return self.process.exitcode

    def wait(self, timeout: float) -> int:
        """The same, once it has ended. Raises TimeoutExpired after so many seconds."""
        self.process.join(timeout)
        code = self.process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("fiche serve", timeout)
        return code
