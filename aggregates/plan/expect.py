"""Tells what a CSO's month was to bring and what came: the plan, and whatever registers add, beside the sheets.

Called by the compilation sheet, the pages of the plan and of reminders, and the job that sends reminders.
"""

from collections.abc import Callable, Sequence
from datetime import date

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
from aggregates.plan.plans import planned_of
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

    def lines_of(name: Month) -> list[Awaited]:
        planned = planned_of(db, project_id, cso=cso, first_month=str(name))
        return [*(awaited_of(each, limits) for each in planned), *beside(name)]

    def sheets_of(name: Month) -> list[SheetSeen]:
        return sheets_of_month(db, project_id, cso=cso, month=str(name))

    here = PlannedMonth(month, lines_of(month), sheets_of(month))
    around = [each for step in (-1, 1) for each in joined(here, step, lines_of, sheets_of)]
    unnamed = {each.place for each in here.lines if not each.animator}
    return expectation(
        here.lines,
        here.sheets,
        cso=cso,
        month=month,
        today=today,
        animators=animators,
        last_senders=last_senders(db, project_id, cso=cso, places=unnamed),
        limits=limits,
        lines_around=[line for each in around for line in each.lines],
        sheets_around=[sheet for each in around for sheet in each.sheets],
    )
