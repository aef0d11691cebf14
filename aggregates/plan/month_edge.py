"""Finds the months that have to be laid out together: what was planned for the end of one is held in the next. Pure.

Called by `aggregates.plan.expect`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aggregates.plan.expectation import Awaited, SheetSeen, days_of, month_beside
from aggregates.plan.fulfilment import edges_of

MOST_AROUND = 6
"""Months that are looked at on either side, where sessions moved over the edge of each of them."""

ENDS = ("0001-01", "9999-12")
"""Beyond them there is no calendar."""


@dataclass(frozen=True, slots=True)
class Month:
    """What one month awaits, and the sheets whose event is in it."""

    name: str
    lines: Sequence[Awaited]
    sheets: Sequence[SheetSeen]

    def reaching(self, other: str) -> list[Awaited]:
        """The lines that a sheet of another month may serve."""
        first, last = days_of(other)
        return [line for line in self.lines if line.first_day <= last and line.last_day >= first]


def joined(
    here: Month,
    step: int,
    lines_of: Callable[[str], Sequence[Awaited]],
    sheets_of: Callable[[str], Sequence[SheetSeen]],
) -> list[Month]:
    """The months before (-1) or after (1) that one has to look at together: a sheet could serve a line of the next.

    Whatever month is asked for, those that hang together are laid out together, so that all of them tell the same:
    as far as MOST_AROUND, since a longer chain of sessions that moved is nobody's plan.
    """
    found: list[Month] = []
    for _ in range(MOST_AROUND):
        if here.name in ENDS:
            break
        name = month_beside(here.name, step)
        there = Month(name, lines_of(name), ())
        out, back = here.reaching(name), there.reaching(here.name)
        if not out and not back:
            break
        there = replace(there, sheets=sheets_of(name))
        if not edges_of(out, there.sheets) and not edges_of(back, here.sheets):
            break
        found.append(there)
        here = there
    return found
