"""Looks every night whether the compilation sheets of months that changed add up, and say what the tallies say (V26).

Only months of sheets that changed since the last look: how long it takes goes with what arrived, not with what is kept.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from aggregates.compilation import contributions
from aggregates.compilation.balance import differences, differences_to
from aggregates.compilation.compile import Known, MonthAsked, compile_month
from aggregates.compilation.workflow import SumsDiffer
from aggregates.tallies.tally_queries import sum_month
from forms.base.sqlite import Database
from forms.places.csos import list_csos
from forms.places.projects import list_projects
from sync import changes
from sync.counting.schemes import scheme_in_use

READER = "sums"
"""Under which its bookmark is kept."""
MOST_LISTED = 5
Opening = Callable[[], AbstractContextManager[Database]]


def check_sums(reading: Opening, writing: Opening) -> int:
    """Look at every month that changed since the last look and is rolled up; gives how many were looked at.

    Raises SumsDiffer, and looks at the same months again the next time; so it does where something of a CSO still
    waits to be counted.
    """
    with reading() as db:
        after, up_to = changes.bookmark(db, READER), changes.bookmark(db, changes.ROLL_UP)
        months = _months_changed(db, after, up_to) if after < up_to else []
    found: list[str] = []
    has_all = True
    for asked in months:
        with reading() as db:
            if contributions.count_waiting(db, asked.project.id, cso=asked.code):
                has_all = False
            else:
                found += _differences(db, asked)
    if found:
        raise SumsDiffer(differences=tuple(found[:MOST_LISTED]))
    if after < up_to and has_all:
        with writing() as db:
            changes.move_bookmark(db, READER, up_to)
    return len(months)


def _months_changed(db: Database, after: int, up_to: int) -> list[MonthAsked]:
    projects = {project.id: project for project in list_projects(db)}
    csos = {
        (project_id, cso.key): cso for project_id in projects for cso in list_csos(db, project_id=project_id)
    }
    return [
        MonthAsked(projects[project_id], csos[project_id, code], month)
        for project_id, code, month in contributions.months_changed(db, after=after, up_to=up_to)
        if (project_id, code) in csos
    ]


def _differences(db: Database, asked: MonthAsked) -> list[str]:
    month = compile_month(db, asked, Known(None, (), {}))
    stated = sum_month(db, asked.project.id, cso=asked.code, month=asked.month)
    found = [
        *differences(month.provisional),
        *differences(month.verified),
        *differences_to(stated, month, scheme_in_use(db)),
    ]
    return [f"{asked.cso.code} {asked.month} {difference}" for difference in found]
