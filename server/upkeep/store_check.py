"""Whether what was received can be brought back: the last backup, and a sample of the pictures on the disk."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from forms.base.blobs import BlobStore
from forms.base.moment import read
from forms.base.sqlite import Database
from server.settings.settings import Settings
from server.upkeep.backups import last_backup
from server.upkeep.check import Check, check
from server.words.language import mark
from sync.intake.kept_files import kept_files

OLD = timedelta(days=7)
SIZES = 20_000
"""So many files, the newest first, are asked for their size: that takes a second at most."""
READ_EVERY = 100
"""Each so many-th of them is read and compared with its hash."""
SHOWN = 3


def backup_check(settings: Settings, *, now: datetime) -> Iterator[Check]:
    """How old the last backup is, and what is missing in it."""
    last = last_backup(settings)
    if last is None:
        yield check("backup", False, "–", mark("Make a backup, better every night: [backup] in fiche.toml."))
        return
    found = f"{read(last.at).astimezone(settings.zone):%Y-%m-%d %H:%M} {last.folder}"
    if last.damaged:
        yield check(
            "backup", False, found,
            mark(
                "{count} files are missing in the last backup: they are damaged or missing on this server. "
                "“fiche backup” names them; a phone that still has the sheet mends them by sending it again."
            ),
            count=len(last.damaged),
        )  # fmt: skip
        return
    yield check(
        "backup",
        now - read(last.at) < OLD,
        found,
        mark("Make a backup: the last one is more than a week old."),
    )


def blobs_check(settings: Settings, db: Database) -> Check:
    """Whether pictures are there as they were received: sizes of many, bytes of some."""
    store = BlobStore(settings.blobs_path)
    amiss: dict[str, str] = {}
    number = 0
    for number, file in enumerate(kept_files(db), start=1):
        if number > SIZES:
            break
        path = store.path(file.sha256)
        size = path.stat().st_size if path.is_file() else None
        is_read = number % READ_EVERY == 1 and size is not None
        if size is None or file.size not in (-1, size) or (is_read and not store.is_whole(file.sha256, size)):
            amiss[file.sha256] = str(file)
    names = list(amiss.values())
    shown = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    return check(
        "pictures", not amiss, shown or str(number),
        mark(
            "{count} files are damaged or missing on the disk. Let the phones send these sheets again, which mends "
            "them, or bring them back from a backup; and look after the disk."
        ),
        count=len(amiss),
    )  # fmt: skip
