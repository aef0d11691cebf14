"""What was sent, and what the server acknowledged of it: the truth that the server is judged by in the end."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

MOST_COMPLAINTS = 50


@dataclass
class Sheet:
    """One version of a sheet, as it lies on a phone."""

    instance_id: str
    xml: bytes
    files: dict[str, bytes]
    people: int
    """How many participants it counts."""
    first_id: str
    """The instanceID of the sheet's first version; its own where it is that."""
    is_acknowledged: bool = False


@dataclass
class Decided:
    """What a coordinator decided on a sheet: the last state that was acknowledged, and those tried since."""

    state: str | None = None
    tried: set[str | None] = field(default_factory=set)

    @property
    def possible(self) -> set[str | None]:
        """In which state the sheet may be: an answer that did not arrive tells nothing."""
        return {self.state} | self.tried


class Ledger:
    """Everything that happened; used by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.sheets: dict[str, Sheet] = {}
        """By instanceID, tried ones too."""
        self.current: dict[str, str] = {}
        """The instanceID of the last acknowledged version of each sheet, by that of its first."""
        self.decided: dict[str, Decided] = {}
        self.owners: dict[str, str] = {}
        """Which coordinator decides on a sheet, by the instanceID of its first version."""
        self.remarks: dict[str, str] = {}
        """Acknowledged remarks: the instanceID of the first version, by text."""
        self.counts: Counter[str] = Counter()
        self.complaints: list[str] = []
        """What must not happen, as it is seen."""
        self.slowest = 0.0
        """Seconds of the slowest answer to a phone."""

    def count(self, what: str, number: int = 1) -> None:
        """Count what happened."""
        with self._lock:
            self.counts[what] += number

    def complain(self, told: str) -> None:
        """Note what must not happen."""
        with self._lock:
            self.counts["complaints"] += 1
            if len(self.complaints) < MOST_COMPLAINTS:
                self.complaints.append(told)

    def note_answer(self, seconds: float) -> None:
        """Note how long a phone waited for an answer."""
        with self._lock:
            self.slowest = max(self.slowest, seconds)

    def note_sending(self, sheet: Sheet) -> None:
        """A phone begins to send a sheet."""
        with self._lock:
            self.sheets[sheet.instance_id] = sheet
            self.counts["sheets and edits sent"] += 1

    def note_acknowledged(self, sheet: Sheet) -> None:
        """A phone was told that the sheet is there: it may forget it."""
        with self._lock:
            if not sheet.is_acknowledged:
                self.counts["sheets and edits acknowledged"] += 1
            sheet.is_acknowledged = True
            self.current[sheet.first_id] = sheet.instance_id

    def acknowledged(self) -> set[str]:
        """The instanceIDs that were acknowledged up to now."""
        with self._lock:
            return {instance_id for instance_id, sheet in self.sheets.items() if sheet.is_acknowledged}

    def pick(self, dice: random.Random, *, whose: str) -> Sheet | None:
        """An acknowledged sheet that nobody edits and nobody else decides on; None where none is at hand."""
        with self._lock:
            firsts = list(self.current)
        drawn = (dice.choice(firsts) for _ in range(20 if firsts else 0))
        mine = (first for first in drawn if not is_edited(first) and self._owner(first, whose) == whose)
        first = next(mine, None)
        return self.sheets[first] if first else None

    def _owner(self, first_id: str, asks: str) -> str:
        with self._lock:
            return self.owners.setdefault(first_id, asks)


def is_edited(instance_id: str) -> bool:
    """Whether phones edit this sheet; on others coordinators decide, so that it is known how each must end."""
    return instance_id[-1] in "0123"
