"""What sheets counted when their month was validated, cell by cell, and how much that differs from now (§ 6.3). Pure.

Kept as facts, and not as the columns of today's compilation sheet: whatever is counted later finds its way by itself.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aggregates.compilation.block_session import HEAD_COUNTS
from aggregates.compilation.column import NOT_HELD, not_held
from aggregates.compilation.contribution import Contribution
from aggregates.compilation.source import Source
from sync.counting.cell import Cell


class Both(NamedTuple):
    """A number under either status."""

    provisional: int
    verified: int

    def plus(self, other: "Both", *, times: int = 1) -> "Both":
        """Both together, the other so many times."""
        return Both(self.provisional + times * other.provisional, self.verified + times * other.verified)


Facts = Mapping[Cell, Both]
OfMonth = tuple[str, int]
"""A month and a sheet: one sheet may count in several."""
NOTHING = Both(0, 0)


def facts_of(source: Source, contributions: Iterable[Contribution]) -> dict[int, dict[Cell, Both]]:
    """What each sheet counts, and whether it says that its event was put off or called off; noughts left out."""
    versions = {
        count.events: source.versions_counting(count.of_sheets) for count in HEAD_COUNTS if count.events
    }
    found: dict[int, dict[Cell, Both]] = {}
    for contribution in contributions:
        if not contribution.is_counted:
            continue
        told = {source.cells[key]: n for key, n in contribution.facts.items()}
        column = not_held(contribution) if contribution.is_first else ""
        if column:
            for events, counting in versions.items():
                if contribution.definition_id in counting:
                    told[Cell(events, NOT_HELD, "", column, "", "")] = 1
        facts = found.setdefault(contribution.submission_id, {})
        for cell, n in told.items():
            number = Both(n, n if contribution.review == "approved" else 0)
            if n:
                facts[cell] = facts.get(cell, NOTHING).plus(number)
    return {submission_id: facts for submission_id, facts in found.items() if facts}


def difference(after: Facts, before: Facts) -> dict[Cell, Both]:
    """What a sheet counts now beyond what was validated of it; cells that say the same left out."""
    found = {
        cell: after.get(cell, NOTHING).plus(before.get(cell, NOTHING), times=-1) for cell in {*after, *before}
    }
    return {cell: number for cell, number in sorted(found.items()) if any(number)}
