"""`fiche doctor`: looks whether this machine and this installation can do their work, and says what to do."""

import os
import platform
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from aggregates.tallies import roll_up_runs
from forms.base.moment import read
from forms.base.sqlite import has_wal_reset_bug, sqlite3
from server.settings.settings import Settings
from server.store.database import Storage
from server.upkeep.java import find_java
from server.words.language import mark

LEAST_DISK_BYTES = 500_000_000
LATE = timedelta(hours=36)
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this is wrong: fiche did not exist."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    is_well: bool
    found: str
    advice: str = ""
    """What to do, in English, for translation; "" where all is well."""


def examine_installation(settings: Settings, storage: Storage, *, now: datetime) -> list[Check]:
    """Every check, in the order of what they stand on. Changes nothing."""
    return [
        Check("fiche", True, version("fiche")),
        Check("python", True, platform.python_version()),
        _sqlite(),
        _clock(settings, now),
        _disk(settings),
        _permissions(settings),
        _journal(storage),
        _integrity(storage),
        _java(),
        *_roll_up(storage, now),
    ]


def what_is_amiss(settings: Settings, storage: Storage, *, now: datetime) -> list[Check]:
    """The checks that find something to do, among those that take no time; for a page that is opened often."""
    checks = [_sqlite(), _clock(settings, now), _disk(settings), _permissions(settings), _java()]
    if not settings.server.public_url:
        advice = mark(
            "Phones get this machine's own address: give public_url in fiche.toml if it is another."
        )
        checks.append(Check("public_url", False, "–", advice))
    if not settings.smtp.host:
        advice = mark("No reminder goes out by email: name a server under [smtp] in fiche.toml.")
        checks.append(Check("smtp", False, "–", advice))
    return [check for check in (*checks, *_roll_up(storage, now)) if not check.is_well]


def _check(name: str, is_well: bool, found: str, advice: str) -> Check:
    return Check(name, is_well, found, "" if is_well else advice)


def _sqlite() -> Check:
    return _check(
        "sqlite",
        not has_wal_reset_bug(),
        str(sqlite3.sqlite_version),
        mark(
            "This SQLite can damage a database in rare cases (WAL-reset bug). Install the package sqlcipher3."
        ),
    )


def _clock(settings: Settings, now: datetime) -> Check:
    found = f"{now.astimezone(settings.zone):%Y-%m-%d %H:%M} {settings.timezone}"
    return _check("clock", now > BUILT, found, mark("Set the date and time of this machine."))


def _disk(settings: Settings) -> Check:
    free = shutil.disk_usage(settings.data_directory).free
    return _check(
        "disk", free > LEAST_DISK_BYTES, f"{free // 1_000_000} MB", mark("Free some room on the disk.")
    )


def _permissions(settings: Settings) -> Check:
    mode = stat.S_IMODE(settings.data_directory.stat().st_mode)
    is_well = not mode & 0o077 and os.access(settings.data_directory, os.W_OK)
    return _check(
        "permissions",
        is_well,
        f"{mode:o} {settings.data_directory}",
        mark("Let nobody else read the data folder: chmod 700."),
    )


def _journal(storage: Storage) -> Check:
    found = str(storage.connection().execute("PRAGMA journal_mode").fetchone()[0])
    return _check("journal", found == "wal", found, mark("The database must be on a local disk (WAL)."))


def _integrity(storage: Storage) -> Check:
    found = str(storage.connection().execute("PRAGMA quick_check(1)").fetchone()[0])
    return _check(
        "integrity", found == "ok", found, mark("Restore the last backup: fiche restore FOLDER --force")
    )


def _java() -> Check:
    java = find_java()
    return _check(
        "java",
        java is not None,
        java or "–",
        mark("Without Java, forms are published unvalidated: apt-get install openjdk-17-jre-headless"),
    )


def _roll_up(storage: Storage, now: datetime) -> list[Check]:
    with storage.reading() as db:
        runs = roll_up_runs.latest(db, limit=1)
        good = roll_up_runs.last_good_run(db)
    if not runs:
        return [Check("rollup", True, "–")]
    is_well = good is not None and now - good < LATE
    found = runs[0].error or (read(runs[0].started_at).isoformat(timespec="minutes"))
    return [_check("rollup", is_well, found, mark("Leave fiche running at night, or start: fiche rollup"))]
