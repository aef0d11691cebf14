"""The page of a project's plan, as it is and as it stands again after a refusal."""

from urllib.parse import urlencode

from flask import Response, g, request

from aggregates.plan import plans
from aggregates.plan.by_place import place_counts, total_of
from aggregates.plan.plans import PlanImport
from aggregates.tallies.tally_queries import names_of_places
from server.identity.accounts import names_of
from server.plan.choice import NOBODYS, chosen, csos_within, months_offered
from server.plan.expecting import expectation_of
from server.web.page import refused, show
from server.web.route import Asking
from server.words.days import month_in_words

SHOWN_IMPORTS = 20


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


def _import_named(imports: list[PlanImport], number: str) -> PlanImport | None:
    return next((plan_import for plan_import in imports if str(plan_import.id) == number), None)
