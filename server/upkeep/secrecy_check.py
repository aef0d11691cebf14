"""Whether what is secret lies open: files that others on this machine may read, referrals sent where all can listen."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from forms.base.sqlite import Database
from forms.catalogue.definitions import confidential_forms
from server.settings.settings import Settings
from server.store.closed import OTHERS, open_ones
from server.upkeep.backups import last_backup
from server.upkeep.certificate import Certificate, CertificateUnusable, last_day
from server.upkeep.check import Check, check
from server.words.language import mark

ON_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")
SHOWN = 3
RENEWAL_DAYS = 14
"""Before its last day a certificate is to be renewed; whoever renews by themselves does so a month before."""


def secrecy_checks(settings: Settings, db: Database, *, now: datetime) -> Iterator[Check]:
    """Open files, the line, and the certificate where there is one. Changes nothing."""
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
    names = ", ".join(confidential_forms(db))
    yield check(
        "line", is_private(settings), settings.server.public_url or settings.server.bind,
        mark(
            "Confidential sheets ({forms}) are sent over plain http: whoever is on the same network can read them, "
            "and passwords. Give certificate and key under [server], or put https in front and its address in "
            "public_url."
        )
        if names
        else mark(
            "Plain http: whoever is on the same network can read passwords, the tokens of phones and sheets. Give "
            "certificate and key under [server], or put https in front and its address in public_url."
        ),
        forms=names,
    )  # fmt: skip
    yield from _certificate(settings, now)


def _certificate(settings: Settings, now: datetime) -> Iterator[Check]:
    files = settings.server.tls_files(settings.file.parent)
    if files is None:
        return
    try:
        Certificate(*files).context()
        last = last_day(files[0])
    except (CertificateUnusable, OSError, ValueError) as error:
        reason = error.facts["reason"] if isinstance(error, CertificateUnusable) else str(error)
        yield check(
            "certificate", False, str(files[0]),
            mark("Certificate and key cannot be used ({reason}): the server would not start."), reason=str(reason),
        )  # fmt: skip
        return
    days = (last - now).days
    yield check(
        "certificate", days >= RENEWAL_DAYS, f"{last:%Y-%m-%d}",
        mark(
            "The certificate is good for {days} more days: renew it. The new files are taken without a new start."
        )
        if days >= 0
        else mark("The certificate is over: phones and browsers refuse it. Renew it; no new start is needed."),
        days=days,
    )  # fmt: skip


def is_private(settings: Settings) -> bool:
    """Whether nobody on the way reads along: https, here or in front, or nobody but this machine is listened to."""
    return (
        settings.server.scheme == "https"
        or settings.server.public_url.startswith("https://")
        or settings.server.host in ON_THIS_MACHINE
    )


def _open_backups(settings: Settings) -> Iterator[Path]:
    last = last_backup(settings)
    folders = {Path(last.folder)} if last else set()
    if settings.backup.folder:
        folders |= set((settings.file.parent / settings.backup.folder).glob("fiche-*"))
    for folder in sorted(folders):
        yield from open_ones(folder)


def _open_secrets(settings: Settings) -> Iterator[Path]:
    """The files of the mail server's password and of the certificate's key; their group may be the service's own."""
    if settings.smtp.password_file:
        yield from _if_open(settings.file.parent / settings.smtp.password_file)
    if files := settings.server.tls_files(settings.file.parent):
        yield from _if_open(files[1])


def _if_open(path: Path) -> Iterator[Path]:
    if path.is_file() and path.stat().st_mode & OTHERS & 0o007:
        yield path
