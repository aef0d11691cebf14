"""`fiche doctor`: looks whether this machine and this installation can do their work, and says what to do."""

import platform
import shutil
import stat
from datetime import datetime
from importlib.metadata import version

from forms.base.sqlite import has_wal_reset_bug, sqlite3
from server.settings.settings import Settings
from server.store.database import Storage
from server.store.full_disk import is_writable
from server.upkeep.check import Check, check
from server.upkeep.clock_check import clock_checks
from server.upkeep.java import find_java
from server.upkeep.job_check import job_checks
from server.upkeep.secrecy_check import secrecy_checks
from server.upkeep.store_check import backup_check, blobs_check
from server.words.language import mark

LEAST_DISK_BYTES = 500_000_000
TURN_SECONDS = 2.0
"""A writer that is well has ended long before."""


def examine_installation(settings: Settings, storage: Storage, *, now: datetime) -> list[Check]:
    """Every check, in the order of what they stand on. Changes nothing."""
    with storage.reading() as db:
        clock = list(clock_checks(settings, db, now=now))
        jobs = list(job_checks(settings.data_directory, db, now=now))
        pictures = blobs_check(settings, db)
        secrecy = list(secrecy_checks(settings, db, now=now))
    return [
        Check("fiche", True, version("fiche")),
        Check("python", True, platform.python_version()),
        _sqlite(),
        *clock,
        _disk(settings),
        _writable(settings),
        _permissions(settings),
        *secrecy,
        _journal(storage),
        _turn(storage),
        _integrity(storage),
        pictures,
        _java(),
        *jobs,
        *backup_check(settings, now=now),
    ]


def what_is_amiss(settings: Settings, storage: Storage, *, now: datetime) -> list[Check]:
    """The checks that find something to do, among those that take no time; for a page that is opened often."""
    checks = [
        _sqlite(),
        _java(),
        *what_stands_still(settings, storage, now=now),
        *backup_check(settings, now=now),
    ]
    if not settings.server.public_url:
        advice = mark(
            "Phones get this machine's own address: give public_url in fiche.toml if it is another."
        )
        checks.append(Check("public_url", False, "–", advice))
    if not settings.smtp.host:
        advice = mark("No reminder goes out by email: name a server under [smtp] in fiche.toml.")
        checks.append(Check("smtp", False, "–", advice))
    return [check for check in checks if not check.is_well]


def what_stands_still(settings: Settings, storage: Storage, *, now: datetime) -> list[Check]:
    """What is amiss with the work itself, so that sheets or numbers do not go on: for /health and every desk."""
    with storage.reading() as db:
        checks = [
            *clock_checks(settings, db, now=now),
            _disk(settings),
            _writable(settings),
            _permissions(settings),
            *job_checks(settings.data_directory, db, now=now),
            _turn(storage),
        ]
    return [check for check in checks if not check.is_well]


def _sqlite() -> Check:
    return check(
        "sqlite",
        not has_wal_reset_bug(),
        str(sqlite3.sqlite_version),
        mark(
            "This SQLite can damage a database in rare cases (WAL-reset bug). Install the package sqlcipher3."
        ),
    )


def _disk(settings: Settings) -> Check:
    free = shutil.disk_usage(settings.data_directory).free
    return check(
        "disk", free > LEAST_DISK_BYTES, f"{free // 1_000_000} MB", mark("Free some room on the disk.")
    )


def _writable(settings: Settings) -> Check:
    folder = settings.data_directory
    return check(
        "writable",
        is_writable(folder),
        str(folder),
        mark(
            "No sheet can be taken: the data folder, or its disk, may only be read. Give the folder back to whoever "
            "runs fiche (chown -R, chmod -R u+w). If that is refused the disk has a fault: back it up and replace it."
        ),
    )


def _permissions(settings: Settings) -> Check:
    mode = stat.S_IMODE(settings.data_directory.stat().st_mode)
    return check(
        "permissions",
        not mode & 0o077,
        f"{mode:o} {settings.data_directory}",
        mark("Let nobody else read the data folder: chmod 700."),
    )


def _journal(storage: Storage) -> Check:
    found = str(storage.connection().execute("PRAGMA journal_mode").fetchone()[0])
    return check("journal", found == "wal", found, mark("The database must be on a local disk (WAL)."))


def _turn(storage: Storage) -> Check:
    return check(
        "writing",
        storage.is_turn_free(TURN_SECONDS),
        str(storage.path),
        mark(
            "Phones wait: a command has kept the database from being written to for seconds. Let it end, or end it "
            "(fiche rebuild, or one that was stopped with Ctrl-Z); if it is none, start the server again."
        ),
    )


def _integrity(storage: Storage) -> Check:
    found = str(storage.connection().execute("PRAGMA quick_check(1)").fetchone()[0])
    return check(
        "integrity", found == "ok", found, mark("Restore the last backup: fiche restore FOLDER --force")
    )


def _java() -> Check:
    java = find_java()
    return check(
        "java",
        java is not None,
        java or "–",
        mark("Without Java, forms are published unvalidated: apt-get install openjdk-17-jre-headless"),
    )
