"""A flag: what a rule found about a sheet, and what a person decided about it.

What was found is derived and can be found again (`aggregates.quality.findings`); the decision is kept beside
it. A decision is about what was found then: when the sheet changes so that something else is found, the flag is
open again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from aggregates.flags.catalogue import INFO, severity_of

DECISIONS = ("accepted", "correction", "rejected")
"""Accept the sheet as it is (with a reason), ask the animator for a correction, reject the sheet (§ 10)."""
NAMING = ("other", "other_instance")
"""Details that name another sheet, which may be another organisation's."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag of one sheet."""

    submission_id: int
    rule: str
    """Its code: "duplicate", "stated_total_mismatch" …"""
    path: str
    """The question it is about, "" for the sheet as a whole."""
    details: Mapping[str, int | str] = field(default_factory=dict, hash=False)
    decision: str = ""
    """One of DECISIONS, "" while it is open."""
    reason: str = ""
    actor_id: int | None = None
    decided_at: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to decide. What only informs waits for nobody."""
        return not self.decision and self.severity != INFO

    @property
    def severity(self) -> str:
        """ "flag", "hold" (not counted until decided) or "info" (nothing to decide)."""
        return severity_of(self.rule)

    @property
    def seen(self) -> str:
        """What a decision says that its maker saw: another one as soon as anything about the flag changes.

        >>> Flag(1, "late", "", {"days": 40}).seen == Flag(1, "late", "", {"days": 41}).seen
        False
        """
        details = json.dumps(dict(self.details), ensure_ascii=False, sort_keys=True)
        parts = (str(self.submission_id), self.rule, self.path, details, self.decision, self.decided_at)
        return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
