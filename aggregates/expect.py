"""Tells what a CSO's month was to bring and what came: the plan, and whatever registers add, beside the sheets.

Called by the compilation sheet, the pages of the plan and of reminders, and the job that sends reminders.
"""

from collections.abc import Sequence
from datetime import date

from aggregates.expectation import (
    Animator,
    Awaited,
    ExpectationLimits,
    MonthExpectation,
    awaited_of,
)
from aggregates.expected_sheets import last_senders, sheets_of_month
from aggregates.fulfilment import expectation
from aggregates.plans import planned_of
from forms.sqlite import Database


def expected(
    db: Database,
    project_id: int,
    *,
    cso: str,
    month: str,
    today: date,
    animators: Sequence[Animator],
    limits: ExpectationLimits,
    beside: Sequence[Awaited] = (),
) -> MonthExpectation:
    """The expectation of a CSO (any case) for a month ("2020-03").

    `animators` are the CSO's phones; `beside` are lines that registers add to the plan's.
    """
    code = cso.casefold()
    planned = planned_of(db, project_id, cso=code, first_month=month)
    return expectation(
        [*(awaited_of(each, limits) for each in planned), *beside],
        sheets_of_month(db, project_id, cso=code, month=month),
        cso=code,
        month=month,
        today=today,
        animators=animators,
        last_senders=last_senders(db, project_id, cso=code),
        limits=limits,
    )
