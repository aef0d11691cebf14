"""How long the quality rules take: everything once, a hundred new sheets among many, nothing new, and a flood.

A flood is a phone that sends one sheet again and again, each time under another instanceID: every copy is a neighbour
of every other.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from aggregates.quality.examine import Basis, examine
from aggregates.quality.threshold import Thresholds
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake.receive import receive

NEW = 100
COPIES = 2_000


def measure_examination(
    note: Callable[[str, float, str], None], storage: Storage, sheet: Callable[[random.Random], bytes]
) -> None:
    """Note four figures, in processor time, which others on the machine do not lengthen.

    The database holds its sheets already; `sheet` makes the XML of one.
    """
    dice = random.Random(11)
    note("examination of all sheets, s", _seconds(storage, full=True), "")
    with storage.writing() as db:
        for _ in range(NEW):
            receive(db, 1, Envelope(sheet(dice), submitter_id=dice.randint(100, 160)), now=datetime.now(UTC))
    note(f"examination of {NEW} new sheets among them, s", _seconds(storage, full=False), "1")
    note("examination when nothing has come, s", _seconds(storage, full=False), "0.05")
    copied = sheet(dice)
    identifier = copied.partition(b"<instanceID>uuid:")[2][:36]
    with storage.writing() as db:
        for _ in range(COPIES):
            copy = copied.replace(identifier, str(uuid4()).encode())
            receive(db, 1, Envelope(copy, submitter_id=99), now=datetime.now(UTC))
    note(f"examination of {COPIES} copies of one sheet, s", _seconds(storage, full=False), "5")


def _seconds(storage: Storage, *, full: bool) -> float:
    begun = time.process_time()
    examine(
        storage.writing,
        storage.reading,
        now=datetime.now(UTC),
        basis=Basis(Thresholds()),
        full=full,
    )
    return time.process_time() - begun
