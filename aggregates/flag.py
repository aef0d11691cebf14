"""A flag: what a rule found about a sheet, and what a person decided about it.

What was found is derived and can be found again (`aggregates.findings`); the decision is kept beside it. A decision
is about what was found then: when the sheet changes so that something else is found, the flag is open again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

DECISIONS = ("accepted", "correction", "rejected")
"""Accept the sheet as it is (with a reason), ask the animator for a correction, reject the sheet (§ 10)."""


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
        """Whether somebody has still to decide."""
        return not self.decision
