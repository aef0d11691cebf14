"""`fiche serve`: the processes of a running server, and how they begin and end together.

    supervisor ── jobs                 the night's work; started again if it dies
               └─ gunicorn master ── workers

The application is made before the first fork, so that all of them share its memory. SQLite connections
are opened after it, never carried across. When the supervisor dies, however it dies, the others follow.
"""

import contextlib
import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from forms.base.blobs import BlobStore
from forms.base.sqlite import has_wal_reset_bug, sqlite3
from server.app import create_app
from server.jobs import work
from server.patient_worker import PatientWorker
from server.settings.settings import Settings
from server.store.closed import close_all
from server.store.database import Storage
from server.store.locks import RESTORING, shared
from server.upkeep.certificate import Certificate
from server.upkeep.port import try_port
from server.web.request_log import JsonLines, start_logging

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
SWITCH_SECONDS = 0.0005
"""How long a thread may keep the others waiting: the one that holds the writer's turn must come on."""
RESTART_SECONDS = 2
ASKED_TO_END = (signal.SIGINT, signal.SIGTERM)


def serve(settings: Settings, begins: Callable[[], None]) -> int:
    """Serve until SIGINT or SIGTERM; gives the exit code. `begins` is called when nothing stands in the way any more.

    Raises a ListeningRefused, CertificateUnusable, Busy while a restore goes on.
    """
    with shared(settings.data_lock, what=RESTORING):
        try_port(settings)
        if own := certificate_of(settings):
            own.context()
        start_logging()
        if opened := close_all(settings.data_directory):
            log.warning("%d files and folders of the data folder were open to others and are closed", opened)
        storage, blobs = Storage(settings.database_path), BlobStore(settings.blobs_path)
        storage.migrate()
        storage.sum_up_by(settings.reporting_scheme)
        storage.close()
        begins()
        announce(settings)
        app = create_app(settings, storage, blobs)
        gc.collect()
        gc.freeze()  # what is here now stays shared between the processes
        return Supervisor(settings, storage, app).run()


def certificate_of(settings: Settings) -> Certificate | None:
    """The server's own certificate; None where it listens in the open."""
    files = settings.server.tls_files(settings.file.parent)
    return Certificate(*files) if files else None


def announce(settings: Settings) -> None:
    """Say in the log what runs, on what, with which data."""
    log.info(
        "fiche %s on Python %s, SQLite %s, bind=%s data=%s",
        version("fiche"),
        sys.version.split()[0],
        sqlite3.sqlite_version,
        settings.server.bind,
        settings.data_directory,
    )
    if has_wal_reset_bug():
        log.warning(
            "SQLite %s has the WAL-reset bug (mended in 3.51.3): rare, but it can damage a database; "
            "keep backups",
            sqlite3.sqlite_version,
        )


class Supervisor:
    """Starts the two halves of the server, keeps the jobs alive, and ends both."""

    def __init__(self, settings: Settings, storage: Storage, app: Flask) -> None:
        self.settings = settings
        self.storage = storage
        self.app = app
        self.stopping = False
        self.children: dict[int, str] = {}

    def run(self) -> int:
        """Wait for the web half to end, which it does when it is asked to, or fails."""
        for number in ASKED_TO_END:
            signal.signal(number, self.stop)
        web = self.start("web", self.web)
        self.start("jobs", self.jobs)
        code = 0
        while self.children:
            try:
                child, status = os.wait()
            except ChildProcessError:
                break
            name = self.children.pop(child, "")
            if child == web:
                code = os.waitstatus_to_exitcode(status)
                self.stop(signal.SIGTERM, None)
            elif name == "jobs" and not self.stopping:
                log.error("the jobs process ended (status %d) and is started again", status)
                time.sleep(RESTART_SECONDS)
                if not self.stopping:  # asked to meanwhile
                    self.start("jobs", self.jobs)
        return code if not self.stopping or code > 0 else 0

    def stop(self, number: int, _frame: Any) -> None:
        """End both halves; a second request changes nothing."""
        if self.stopping:
            return
        self.stopping = True
        for child in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    def start(self, name: str, run: Callable[[], None]) -> int:
        """Fork a child that runs one half."""
        supervisor = os.getpid()
        # What the child is asked before it has handlers of its own waits: the supervisor's would swallow it.
        signal.pthread_sigmask(signal.SIG_BLOCK, ASKED_TO_END)
        child = os.fork()
        if child:
            self.children[child] = name
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED_TO_END)
            if self.stopping:  # asked to before there was such a child
                os.kill(child, signal.SIGTERM)
            return child
        code = 1
        try:
            for number in ASKED_TO_END:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED_TO_END)
            die_with_parent(supervisor)
            run()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:
            log.exception("the %s process failed", name)
        os._exit(code)

    def web(self) -> None:
        """gunicorn and its workers."""
        # A terminal sends Ctrl-C to every process at once: the supervisor passes it on as SIGTERM.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Web(self.settings, self.app).run()

    def jobs(self) -> None:
        """The night's work."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work(self.settings, self.storage)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process with its parent (Linux); leave if that is gone already."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


class Web(BaseApplication):  # type: ignore[misc]
    """gunicorn with fiche's settings, started from here: no other `server` package can get in its way."""

    def __init__(self, settings: Settings, app: Flask) -> None:
        self.settings = settings
        self.application = app
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's own configuration."""
        chosen = {
            "bind": self.settings.server.bind,
            "workers": self.settings.server.workers,
            "threads": self.settings.server.threads,
            "worker_class": PatientWorker,
            "preload_app": True,
            "keepalive": 20,
            "timeout": 120,
            "graceful_timeout": 10,
            "control_socket_disable": True,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
            "accesslog": None,
            "loglevel": "warning",
            "logger_class": OwnLines,
            "post_worker_init": prepare_worker,
            "post_fork": follow_master,
        }
        if own := certificate_of(self.settings):
            own.context()  # before the first fork: a worker has one, whatever a renewal has half written by then
            chosen |= {
                "certfile": str(own.certificate),
                "keyfile": str(own.key),
                "ssl_context": lambda _config, _default: own.context(),
            }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application."""
        return self.application


class OwnLines(Logger):  # type: ignore[misc]
    """What gunicorn itself has to say, such as that memory ran out: lines like all others, tokens masked."""

    def setup(self, cfg: Any) -> None:
        """Called at its start, and when its configuration is read anew."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())


def prepare_worker(worker: Any) -> None:
    """Let threads give way to each other quickly, and leave Ctrl-C to the supervisor."""
    sys.setswitchinterval(SWITCH_SECONDS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def follow_master(server: Any, worker: Any) -> None:
    """A worker ends with its master."""
    die_with_parent(server.pid)
