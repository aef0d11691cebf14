"""Whether what is secret lies open: files that others on this machine may read, referrals sent where all can listen."""

from collections.abc import Iterator
from pathlib import Path

from forms.base.sqlite import Database
from forms.catalogue.definitions import confidential_forms
from server.settings.settings import Settings
from server.store.closed import OTHERS, open_ones
from server.upkeep.backups import last_backup
from server.upkeep.check import Check, check
from server.words.language import mark

ON_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")
SHOWN = 3


def secrecy_checks(settings: Settings, db: Database) -> Iterator[Check]:
    """Open files, and the line. Changes nothing."""
    opened = [*open_ones(settings.data_directory), *_open_backups(settings), *_open_secrets(settings)]
    shown = ", ".join(map(str, opened[:SHOWN])) + (" …" if len(opened) > SHOWN else "")
    yield check(
        "open_files", not opened, shown or "–",
        mark(
            "{count} files or folders are open to others on this machine. The next start closes the data folder; "
            "close backups and files with passwords with chmod -R go= PATH."
        ),
        count=len(opened),
    )  # fmt: skip
    names = confidential_forms(db)
    yield check(
        "line", is_private(settings) or not names, settings.server.public_url or settings.server.bind,
        mark(
            "Confidential sheets ({forms}) are sent over plain http: whoever is on the same network can read them, "
            "and passwords. Put https in front and give its address in public_url."
        ),
        forms=", ".join(names),
    )  # fmt: skip


def is_private(settings: Settings) -> bool:
    """Whether nobody on the way reads along: https in front, or nobody but this machine is listened to."""
    return settings.server.public_url.startswith("https://") or settings.server.host in ON_THIS_MACHINE


def _open_backups(settings: Settings) -> Iterator[Path]:
    last = last_backup(settings)
    folders = {Path(last.folder)} if last else set()
    if settings.backup.folder:
        folders |= set((settings.file.parent / settings.backup.folder).glob("fiche-*"))
    for folder in sorted(folders):
        yield from open_ones(folder)


def _open_secrets(settings: Settings) -> Iterator[Path]:
    """The file of the mail server's password; its group may be the service's own."""
    if settings.smtp.password_file:
        path = settings.file.parent / settings.smtp.password_file
        if path.is_file() and path.stat().st_mode & OTHERS & 0o007:
            yield path
