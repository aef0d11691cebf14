"""Tells what a CSO's month was to bring and what came: the plan, and whatever registers add, beside the sheets.

Called by the compilation sheet, the pages of the plan and of reminders, and the job that sends reminders. Whatever
is asked for several CSOs and months is read once for all of them: a statement for each month, none for each CSO.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, partial

from aggregates.plan.expectation import (
    Animator,
    Awaited,
    ExpectationLimits,
    MonthExpectation,
    SheetSeen,
    awaited_of,
)
from aggregates.plan.fulfilment import expectation
from aggregates.plan.month_edge import PlannedMonth, joined
from aggregates.plan.planned import Planned
from aggregates.plan.plans import planned_of_csos
from aggregates.plan.received_sheets import last_senders, sheets_of_month
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode


def expected(
    db: Database,
    project_id: int,
    *,
    cso: CsoCode,
    month: Month,
    today: date,
    animators: Sequence[Animator],
    limits: ExpectationLimits,
    beside: Callable[[Month], Sequence[Awaited]] = lambda month: (),
) -> MonthExpectation:
    """The expectation of a CSO for a month.

    `animators` are the CSO's phones; `beside` gives the lines that registers add to the plan's for a month.
    """
    [only] = expected_of_csos(
        db,
        project_id,
        wanted=[(cso, month)],
        today=today,
        animators={cso: animators},
        limits=limits,
        beside=lambda _cso, name: beside(name),
    )
    return only


def expected_of_csos(
    db: Database,
    project_id: int,
    *,
    wanted: Sequence[tuple[CsoCode, Month]],
    today: date,
    animators: Mapping[CsoCode, Sequence[Animator]],
    limits: ExpectationLimits,
    beside: Callable[[CsoCode, Month], Sequence[Awaited]] = lambda cso, month: (),
) -> list[MonthExpectation]:
    """The expectations of CSOs and months, in the order in which they are wanted.

    `animators` are the phones by CSO; `beside` gives the lines that registers add to the plan's.
    """
    csos = {cso for cso, _month in wanted}

    @cache
    def planned(month: Month) -> dict[CsoCode, list[Planned]]:
        return planned_of_csos(db, project_id, csos=csos, first_month=str(month))

    @cache
    def received(month: Month) -> dict[CsoCode, list[SheetSeen]]:
        return sheets_of_month(db, project_id, csos=csos, month=str(month))

    def lines_of(cso: CsoCode, month: Month) -> list[Awaited]:
        return [*(awaited_of(line, limits) for line in planned(month).get(cso, ())), *beside(cso, month)]

    def sheets_of(cso: CsoCode, month: Month) -> list[SheetSeen]:
        return received(month).get(cso, [])

    unnamed: dict[CsoCode, set[str]] = defaultdict(set)
    together = []
    for cso, month in wanted:
        here = PlannedMonth(month, lines_of(cso, month), sheets_of(cso, month))
        ways = partial(lines_of, cso), partial(sheets_of, cso)
        around = [there for step in (-1, 1) for there in joined(here, step, *ways)]
        unnamed[cso] |= {line.place for line in here.lines if not line.animator}
        together.append((cso, here, around))
    senders = last_senders(db, project_id, places=unnamed)
    return [
        expectation(
            here.lines,
            here.sheets,
            cso=cso,
            month=here.month,
            today=today,
            animators=animators.get(cso, ()),
            last_senders=senders.get(cso, {}),
            limits=limits,
            lines_around=[line for there in around for line in there.lines],
            sheets_around=[sheet for there in around for sheet in there.sheets],
        )
        for cso, here, around in together
    ]
