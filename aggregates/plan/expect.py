"""Tells what a CSO's month was to bring and what came: the plan beside the sheets.

Called by the compilation sheet, the pages of the plan and of reminders, and the job that sends reminders. Whatever
is asked for several CSOs and months is read once for all of them: a statement for each month, none for each CSO.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache, partial

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
from aggregates.plan.planned import Planned
from aggregates.plan.plans import planned_of_csos
from aggregates.plan.received_sheets import last_senders, sheets_of_month
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode


def expected(
    db: Database, project_id: int, field: Field, month: Month, *, today: date, limits: ExpectationLimits
) -> MonthExpectation:
    """The expectation of a CSO for a month."""
    [only] = expected_of_all(db, project_id, [(field, month)], today=today, limits=limits)
    return only


def expected_of_all(
    db: Database,
    project_id: int,
    wanted: Sequence[tuple[Field, Month]],
    *,
    today: date,
    limits: ExpectationLimits,
) -> list[MonthExpectation]:
    """The expectations of CSOs and months, in the order in which they are wanted."""
    csos = {field.cso for field, _month in wanted}

    @cache
    def planned(month: Month) -> dict[CsoCode, list[Planned]]:
        return planned_of_csos(db, project_id, csos=csos, first_month=str(month))

    @cache
    def received(month: Month) -> dict[CsoCode, list[SheetSeen]]:
        return sheets_of_month(db, project_id, csos=csos, month=str(month))

    def lines_of(cso: CsoCode, month: Month) -> list[Awaited]:
        return [awaited_of(line, limits) for line in planned(month).get(cso, ())]

    def sheets_of(cso: CsoCode, month: Month) -> list[SheetSeen]:
        return received(month).get(cso, [])

    unnamed: dict[CsoCode, set[str]] = defaultdict(set)
    together = []
    for field, month in wanted:
        ways = partial(lines_of, field.cso), partial(sheets_of, field.cso)
        here = PlannedMonth(month, lines_of(field.cso, month), sheets_of(field.cso, month))
        around = [beside for step in (-1, 1) for beside in joined(here, step, *ways)]
        unnamed[field.cso] |= {line.place for line in here.lines if not line.animator}
        together.append((field, here, around))
    senders = last_senders(db, project_id, places=unnamed)
    return [
        expectation(
            here, field, today=today, last_senders=senders.get(field.cso, {}), limits=limits, around=around
        )
        for field, here, around in together
    ]
