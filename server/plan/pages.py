"""The page of the plan: a month place by place, planned beside held; the plan as a file; imports and their undoing."""

import re
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request

from aggregates.plan import plans
from aggregates.plan.plans import PlanImport
from forms.base.by import By
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from server.plan.page import plan_page
from server.plan.reading import resolver_of
from server.plan.take_in import turn
from server.plan.template import plan_csv, plan_workbook
from server.web.answer import attachment
from server.web.page import go
from server.web.route import Asking, Resource
from server.words.spreadsheet import CSV, XLSX

resource = Resource("plan", "/projects/<segment:project_id>/plan")


@resource.get("", may="plan.read")
def plan(asking: Asking) -> str:
    """A month of a CSO: what was planned beside what was held, place by place."""
    return plan_page(asking)


@resource.get("/plan.xlsx", may="plan.read")
def workbook(asking: Asking) -> Response:
    """The plan of the chosen month as a workbook to change and take in again; with no line in it, a template."""
    return _download(asking, "xlsx")


@resource.get("/plan.csv", may="plan.read")
def comma_separated(asking: Asking) -> Response:
    """The same as CSV."""
    return _download(asking, "csv")


@resource.post("/imports/<segment:import_id>/undo", may="plan.update")
def undo(asking: Asking, import_id: str) -> Any:
    """Take an import back: what it had replaced counts again."""
    return _turn(asking, import_id, is_undone=True)


@resource.post("/imports/<segment:import_id>/redo", may="plan.update")
def redo(asking: Asking, import_id: str) -> Any:
    """Let an import that was taken back count again."""
    return _turn(asking, import_id, is_undone=False)


def _download(asking: Asking, ending: str) -> Response:
    db, project = asking.db, asking.the_project
    month = request.args.get("month", "")
    cso = CsoCode(request.args.get("cso", ""))
    is_chosen = Month.is_written(month) and asking.reach.covers(cso)
    planned = plans.planned_of(db, project.id, cso=cso, first_month=month) if is_chosen else []
    resolver = resolver_of(db, project.id, asking.reach.csos)
    name = f"plan-{re.sub('[^a-z0-9]', '-', cso)}-{month}" if planned else "plan"
    if ending == "csv":
        return attachment(plan_csv(resolver, planned, g.language), CSV, f"{name}.csv")
    return attachment(plan_workbook(resolver, planned, g.language), XLSX, f"{name}.xlsx")


def _turn(asking: Asking, import_id: str, *, is_undone: bool) -> Any:
    def work(db: Database) -> PlanImport:
        return turn(
            db,
            asking.the_project.id,
            import_id,
            is_undone=is_undone,
            reach=asking.reach.csos,
            by=By(asking.asker.id, asking.now),
        )

    found = asking.write(work)
    options = {"turned": found.id, "cso": found.csos[0], "month": found.months[0]}
    return go(f"/projects/{asking.the_project.id}/plan?{urlencode(options)}")
