"""The page of the plan: a month place by place, planned beside held; the plan as a file; imports and their undoing."""

import re
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request

from aggregates.plan import plans
from aggregates.plan.by_place import place_counts, total_of
from aggregates.plan.plans import PlanImport
from aggregates.tallies.tally_queries import names_of_places
from forms.base.by import By
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import NO_CSO, CsoCode
from forms.places.csos import list_csos
from server.identity.accounts import names_of
from server.plan.expecting import expectation_of, today
from server.plan.reading import resolver_of
from server.plan.take_in import turn
from server.plan.template import plan_csv, plan_workbook
from server.web.answer import attachment
from server.web.page import go, refused, show
from server.web.route import Asking, Resource
from server.words.days import month_in_words
from server.words.spreadsheet import CSV, XLSX

resource = Resource("plan", "/projects/<segment:project_id>/plan")
SHOWN_IMPORTS = 20
NOBODYS = CsoCode("\x00")
"""Asked for where somebody reaches no CSO: sheets without one are not theirs."""


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


def plan_page(asking: Asking, *, error: str = "") -> str:
    """The page; with what is wrong with a file that was just chosen."""
    db, project = asking.db, asking.the_project
    planned = plans.planned_months(db, project.id, csos=asking.reach.csos)
    csos = csos_within(asking, db)
    cso, month = chosen(asking, csos, planned)
    told = expectation_of(
        db, asking.here.settings, project.id, cso=cso or NOBODYS, month=month, now=asking.now
    )
    counts = place_counts(told)
    names = names_of_places(db, [count.place for count in counts])
    counts.sort(key=lambda each: (names.get(each.place, each.place).casefold(), each.place))
    imports = plans.imports(db, project.id, csos=asking.reach.csos)
    return show(
        "plan.html",
        asking,
        project=project,
        error=error,
        csos=csos,
        cso=cso,
        month=month,
        months=months_offered(asking, planned, month),
        month_name=lambda each: month_in_words(g.language, each),
        told=told,
        counts=counts,
        total=total_of(counts),
        names=names,
        imports=imports[:SHOWN_IMPORTS],
        people=names_of(db),
        done=_import_named(imports, request.args.get("done", "")),
        turned=_import_named(imports, request.args.get("turned", "")),
        may_change=asking.asker.reach("plan.update", project.id) is not None,
        may_remind=asking.asker.reach("reminder.read", project.id) is not None,
        address=lambda path, **options: f"/projects/{project.id}/{path}?{urlencode(options)}",
    )


def again(asking: Asking, error: str) -> Response:
    """The page once more, with what went wrong."""
    with asking.again() as reading:
        return refused(plan_page(reading, error=error))


def csos_within(asking: Asking, db: Database) -> list[tuple[CsoCode, str]]:
    """The CSOs that the asker may see here: code and name."""
    found = {cso.key: cso.name for cso in list_csos(db, project_id=asking.the_project.id)}
    reach = asking.reach.csos
    planned = plans.planned_months(db, asking.the_project.id, csos=reach)
    for code in [*(reach or ()), *(each for each, _month in planned)]:
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
    return sorted({*(each for _cso, each in planned), present, month}, reverse=True)


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


def _import_named(imports: list[PlanImport], number: str) -> PlanImport | None:
    return next((each for each in imports if str(each.id) == number), None)
