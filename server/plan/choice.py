"""The organisations and months among which pages of the plan and of reminders let their reader choose."""

from flask import request

from aggregates.plan import plans
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import NO_CSO, CsoCode
from forms.places.csos import list_csos
from server.plan.expecting import today
from server.web.route import Asking

NOBODYS = CsoCode("\x00")
"""Asked for where somebody reaches no CSO: sheets without one are not theirs."""


def csos_within(asking: Asking, db: Database) -> list[tuple[CsoCode, str]]:
    """The CSOs that the asker may see here: code and name."""
    found = {cso.key: cso.name for cso in list_csos(db, project_id=asking.the_project.id)}
    reach = asking.reach.csos
    planned = plans.planned_months(db, asking.the_project.id, csos=reach)
    for code in [*(reach or ()), *(planned_code for planned_code, _month in planned)]:
        found.setdefault(code, code.shown)
    return sorted((code, name) for code, name in found.items() if reach is None or code in reach)


def chosen(
    asking: Asking, csos: list[tuple[CsoCode, str]], planned: list[tuple[CsoCode, str]]
) -> tuple[CsoCode, str]:
    """The CSO and the month in the address; otherwise the first CSO, and its newest month that has begun."""
    codes = [code for code, _name in csos]
    asked = CsoCode(request.args.get("cso", ""))
    cso = asked if asked in codes else next((code for code, _month in planned if code in codes), NO_CSO)
    cso = cso or next(iter(codes), NO_CSO)
    month = request.args.get("month", "")
    if Month.is_written(month):
        return cso, month
    present = str(Month.of(today(asking.here.settings, asking.now)))
    months = [month for code, month in planned if code == cso]
    begun = [month for month in months if month <= present]
    return cso, max(begun, default=min(months, default=present))


def months_offered(asking: Asking, planned: list[tuple[CsoCode, str]], month: str) -> list[str]:
    """The months to choose from, newest first: planned ones, the present one, the one that is shown."""
    present = str(Month.of(today(asking.here.settings, asking.now)))
    return sorted({*(planned_month for _cso, planned_month in planned), present, month}, reverse=True)
