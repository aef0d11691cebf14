"""/v1/projects/P/plan: what was to happen where and when; taking a plan in, taking it back."""

from typing import Any

from flask import g

from aggregates.plan import plans as kept
from aggregates.plan.planned import Planned
from aggregates.plan.plans import PlanImport
from aggregates.plan.reading import read_plan, rows_of
from forms.base.by import By
from forms.base.sqlite import Database
from forms.base.table import CellProblem
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
        _line(session)
        for code, planned_month in kept.planned_months(db, project_id, csos=asking.reach.csos)
        if month in ("", planned_month) and cso in ("", code)
        for session in kept.planned_of(db, project_id, cso=code, first_month=planned_month)
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
    return [_import(plan_import) for plan_import in found]


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


def _line(session: Planned) -> dict[str, Any]:
    counts = ("sessions", "people", "men", "women", "boys", "girls")
    names = ("cso", "place", "month", "activity", "form", "animator", *counts)
    return {name: getattr(session, name) for name in names} | {"date": session.day}


def _problem(problem: CellProblem) -> dict[str, Any]:
    return {
        "line": problem.row,
        "column": problem.column,
        "found": problem.found,
        "reason": plan_reason(problem, g.language),
        "allowed": list(problem.allowed),
    }


def _by_line(refused: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What is wrong by the number of the line, as text: the details of a refusal are an object."""
    told: dict[str, list[dict[str, Any]]] = {}
    for row in refused:
        told.setdefault(str(row["line"]), []).append(row)
    return told


def _import(plan_import: PlanImport) -> dict[str, Any]:
    return {
        "id": plan_import.id,
        "file_name": plan_import.file_name,
        "imported_at": plan_import.imported_at,
        "imported_by": plan_import.actor_id,
        "undone_at": plan_import.undone_at,
        "lines": plan_import.rows,
        "csos": list(plan_import.csos),
        "months": list(plan_import.months),
    }
