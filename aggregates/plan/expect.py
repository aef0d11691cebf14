"""Tells what a CSO's month was to bring and what came: the plan beside the sheets.

Called by the compilation sheet, the pages of the plan and of reminders, and the job that sends reminders.
"""

from datetime import date

from aggregates.plan.expectation import (
    Awaited,
    ExpectationLimits,
    Field,
    MonthExpectation,
    PlannedMonth,
    SheetSeen,
    awaited_of,
)
from aggregates.plan.fulfilment import expectation
from aggregates.plan.month_edge import joined
from aggregates.plan.plans import planned_of
from aggregates.plan.received_sheets import last_senders, sheets_of_month
from forms.base.month import Month
from forms.base.sqlite import Database


def expected(
    db: Database, project_id: int, field: Field, month: Month, *, today: date, limits: ExpectationLimits
) -> MonthExpectation:
    """The expectation of a CSO for a month."""

    def lines_of(planned: Month) -> list[Awaited]:
        lines = planned_of(db, project_id, cso=field.cso, first_month=str(planned))
        return [awaited_of(line, limits) for line in lines]

    def sheets_of(seen: Month) -> list[SheetSeen]:
        return sheets_of_month(db, project_id, cso=field.cso, month=str(seen))

    here = PlannedMonth(month, lines_of(month), sheets_of(month))
    around = [beside for step in (-1, 1) for beside in joined(here, step, lines_of, sheets_of)]
    unnamed = {line.place for line in here.lines if not line.animator}
    senders = last_senders(db, project_id, cso=field.cso, places=unnamed)
    return expectation(here, field, today=today, last_senders=senders, limits=limits, around=around)
