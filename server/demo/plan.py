"""A plan for the demonstration's month: most of it was held, some sessions are missing (`server.demo.demo`)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from random import Random

from aggregates.plan import plans
from aggregates.plan.planned import Planned
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode

BESIDE = (0, 0, 0, 0, 1, 1, 2, -1)
"""How many more sessions were planned in a village than sheets came."""
PEOPLE = 45
"""Expected at a session."""
DAY_SHARE = 0.3
"""Of the villages, those that have one session planned for a very day."""


def demo_plan(
    places: Iterable[tuple[CsoCode, str]], *, month: str, last_day: int, seed: str
) -> list[Planned]:
    """The plan for a month in which a sheet came from each of these places (CSO and village, as often as sheets)."""
    dice = Random(f"{seed} plan")
    planned = []
    for (cso, village), sheets in sorted(Counter(places).items()):
        sessions = max(1, sheets + dice.choice(BESIDE))
        planned.append(Planned(cso, month, village, sessions=sessions, people=sessions * PEOPLE))
        if dice.random() < DAY_SHARE:
            day = f"{month}-{dice.randint(5, last_day):02d}"
            planned.append(Planned(cso, month, village, day, activity="projection", people=2 * PEOPLE))
    return planned


def lay_plan(db: Database, project_id: int, planned: list[Planned], *, month: str, now: datetime) -> bool:
    """Take the plan in, unless it counts already; gives whether it is new."""
    csos = sorted({session.cso for session in planned})
    present = [
        session for cso in csos for session in plans.planned_of(db, project_id, cso=cso, first_month=month)
    ]
    if not planned or present == sorted(planned, key=lambda each: each.cso):
        return False
    plans.add_import(db, project_id, planned, file_name=f"plan-demo-{month}.csv", actor_id=None, now=now)
    return True
