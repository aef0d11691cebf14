"""Finds the months that have to be laid out together: what was planned for the end of one is held in the next. Pure.

Called by `aggregates.plan.expect`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from aggregates.plan.expectation import Awaited, PlannedMonth, SheetSeen
from aggregates.plan.fulfilment import edges_of
from forms.base.month import FIRST, LAST, Month

MOST_AROUND = 6
"""Months that are looked at on either side, where sessions moved over the edge of each of them."""


def joined(
    here: PlannedMonth,
    step: int,
    lines_of: Callable[[Month], Sequence[Awaited]],
    sheets_of: Callable[[Month], Sequence[SheetSeen]],
) -> list[PlannedMonth]:
    """The months before (-1) or after (1) that one has to look at together: a sheet could serve a line of the next.

    Whatever month is asked for, those that hang together are laid out together, so that all of them tell the same:
    as far as MOST_AROUND, since a longer chain of sessions that moved is nobody's plan.
    """
    together: list[PlannedMonth] = []
    for _ in range(MOST_AROUND):
        if here.month == (FIRST if step < 0 else LAST):
            break
        beside = here.month.plus(step)
        there = PlannedMonth(beside, lines_of(beside), ())
        out, back = here.reaching(beside), there.reaching(here.month)
        if not out and not back:
            break
        there = replace(there, sheets=sheets_of(beside))
        if not edges_of(out, there.sheets) and not edges_of(back, here.sheets):
            break
        together.append(there)
        here = there
    return together
