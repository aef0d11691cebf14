"""/v1/projects/P/plan: what was to happen where and when; taking a plan in, taking it back."""

from typing import Any

from flask import g

from aggregates.plan import plans as kept
from aggregates.plan.planned import Planned
from aggregates.plan.plans import PlanImport
from aggregates.plan.reading import PlanProblem, read_plan, rows_of
from forms.base.by import By
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from server.plan.reading import resolver_of
from server.plan.schema import NewPlan, PlanImportAnswer, PlanLine, PlanQuery, PlanTaken
from server.plan.sentence import plan_reason
from server.plan.take_in import PlanRefused, take_in, turn
from server.web.route import Asking, Resource

resource = Resource("plans", "/v1/projects/<segment:project_id>/plan")


@resource.get("", may="plan.read", asks=PlanQuery(), gives=PlanLine(), gives_many=True)
def lines(asking: Asking) -> list[dict[str, Any]]:
    """The plan that counts, by CSO, month and line; a coordinator sees that of their own CSO."""
    db, project_id = asking.db, asking.the_project.id
    month, cso = asking.query["month"], CsoCode(asking.query["cso"])
    return [
        _line(each)
        for code, planned_month in kept.planned_months(db, project_id, csos=asking.reach.csos)
        if month in ("", planned_month) and cso in ("", code)
        for each in kept.planned_of(db, project_id, cso=code, first_month=planned_month)
    ]


@resource.post("", may="plan.update", takes=NewPlan(), gives=PlanTaken())
def take(asking: Asking) -> dict[str, Any]:
    """Take a plan in. Nothing is taken where a line is wrong, unless onlyGood says so."""
    body, project_id = asking.body, asking.the_project.id
    with asking.here.storage.reading() as db:  # reading many lines holds no phone up
        reading = read_plan(rows_of(body["lines"]), resolver_of(db, project_id, asking.reach.csos))
    refused = [_problem(problem) for problem in reading.problems]
    if not reading.planned or (refused and not body["only_good"]):
        raise PlanRefused(count=reading.refused, lines=_by_line(refused))

    def work(db: Database) -> dict[str, Any]:
        key = take_in(
            db,
            project_id,
            reading.planned,
            file_name=body["file_name"],
            by=By(asking.asker.id, asking.now),
        )
        [made] = kept.imports(db, project_id, import_id=key)
        return _import(made) | {"refused": refused}

    return asking.write(work)


@resource.get("/imports", may="plan.read", gives=PlanImportAnswer(), gives_many=True)
def imports(asking: Asking) -> list[dict[str, Any]]:
    """The plans that were taken in, newest first, those taken back too."""
    found = kept.imports(asking.db, asking.the_project.id, csos=asking.reach.csos)
    return [_import(each) for each in found]


@resource.post("/imports/<segment:import_id>/undo", may="plan.update", gives=PlanImportAnswer())
def undo(asking: Asking, import_id: str) -> dict[str, Any]:
    """Take an import back: what it had replaced counts again."""
    return _turn(asking, import_id, is_undone=True)


@resource.post("/imports/<segment:import_id>/redo", may="plan.update", gives=PlanImportAnswer())
def redo(asking: Asking, import_id: str) -> dict[str, Any]:
    """Let an import that was taken back count again."""
    return _turn(asking, import_id, is_undone=False)


def _turn(asking: Asking, import_id: str, *, is_undone: bool) -> dict[str, Any]:
    def work(db: Database) -> dict[str, Any]:
        project_id, reach = asking.the_project.id, asking.reach.csos
        one = turn(
            db,
            project_id,
            import_id,
            is_undone=is_undone,
            reach=reach,
            by=By(asking.asker.id, asking.now),
        )
        [now] = kept.imports(db, project_id, csos=reach, import_id=one.id)
        return _import(now)

    return asking.write(work)


def _line(each: Planned) -> dict[str, Any]:
    counts = ("sessions", "people", "men", "women", "boys", "girls")
    names = ("cso", "place", "month", "activity", "form", "animator", *counts)
    return {name: getattr(each, name) for name in names} | {"date": each.day}


def _problem(each: PlanProblem) -> dict[str, Any]:
    return {
        "line": each.row,
        "column": each.column,
        "found": each.found,
        "reason": plan_reason(each, g.language),
        "allowed": list(each.allowed),
    }


def _by_line(refused: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What is wrong by the number of the line, as text: the details of a refusal are an object."""
    told: dict[str, list[dict[str, Any]]] = {}
    for each in refused:
        told.setdefault(str(each["line"]), []).append(each)
    return told


def _import(each: PlanImport) -> dict[str, Any]:
    return {
        "id": each.id,
        "file_name": each.file_name,
        "imported_at": each.imported_at,
        "imported_by": each.actor_id,
        "undone_at": each.undone_at,
        "lines": each.rows,
        "csos": list(each.csos),
        "months": list(each.months),
    }
