"""/v1/tallies: the counts, as JSON, CSV or a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Response, g, jsonify, request

from aggregates.report import suppression
from aggregates.report.order import Names
from aggregates.report.report import NO_NAMES, Schemes, tally_table
from aggregates.report.table import TallyTable
from aggregates.tallies import roll_up_runs
from aggregates.tallies.query import DIMENSIONS, TallyQuery
from forms.base.sqlite import Database
from forms.places.projects import list_projects
from server.base.refusals import ParameterInvalid, RightMissing
from server.counts.query import filter_keys
from server.web.access import Asker
from server.web.answer import attachment
from server.web.route import SIGNED_IN, Asking, Resource
from server.words.spreadsheet import CSV, XLSX
from server.words.table_file import About, row_objects, write_table

resource = Resource("tallies", "/v1/tallies")

MEDIA_TYPES = {"csv": CSV, "xlsx": XLSX}
PARAMETERS = ("measure", "unit", "reach", "subset", "status", "scheme")
NOTHING = "\x00"
"""No project and no CSO is called so."""
OTHERS = ("by", "from", "to", "format", "lang")


@resource.get("", may=SIGNED_IN, gives_media=("application/json", *MEDIA_TYPES.values()))
def tallies(asking: Asking) -> Response:
    """One table of one measure and unit; `by` and the filters may name several, apart by commas."""
    query = query_from(request.args.to_dict(flat=False))
    file_format = request.args.get("format", "json")
    if file_format not in ("json", *MEDIA_TYPES):
        allowed = ("json", *MEDIA_TYPES)
        raise ParameterInvalid(parameter="format", value=file_format, allowed=allowed)
    db = asking.db
    table = table_for(db, asking.asker, query, asking.here.settings.band_schemes)
    runs = roll_up_runs.latest(db, limit=1)
    about = About(query.first_month, query.last_month, runs[0].ended_at if runs else None)
    if file_format == "json":
        return jsonify(_object(table, about))
    content = write_table(table, file_format, language=g.language, about=about)
    return attachment(content, MEDIA_TYPES[file_format], f"fiche-{table.measure}.{file_format}")


def table_for(
    db: Database, asker: Asker, query: TallyQuery, schemes: Schemes, *, names: Names = NO_NAMES
) -> TallyTable:
    """The table as far as the asker may see it; small counts of survivors are hidden from all but their CSO.

    `names` says what codes are called in the reader's words. Raises RightMissing, or QueryInvalid for a table that
    could give hidden counts away.
    """
    if query.measure in suppression.MEASURES and not sees_small_counts(db, asker):
        suppression.askable(query)
        return suppression.suppress(tally_table(db, within_reach(db, asker, query), schemes, names=names))
    return tally_table(db, within_reach(db, asker, query), schemes, names=names)


def sees_small_counts(db: Database, asker: Asker) -> bool:
    """Whether somebody is, wherever they see counts, of the CSO whose counts these are."""
    projects = [None, *(project.id for project in list_projects(db))]
    seen = [project for project in projects if asker.reach("tally.read", project)]
    return bool(seen) and all(
        (reach := asker.reach("referral_tally.read", each)) and reach.csos is not None for each in seen
    )


def within_reach(db: Database, asker: Asker, query: TallyQuery) -> TallyQuery:
    """The query held to the projects and CSOs whose counts the asker may see. Raises RightMissing.

    Somebody who sees some projects whole and others for the own CSO alone, and names none, is shown the whole ones.
    """
    reaches = {project.id: asker.reach("tally.read", project.id) for project in list_projects(db)}
    allowed = {number: reach for number, reach in reaches.items() if reach is not None}
    site = asker.reach("tally.read")
    if site is not None and site.csos is None:
        return query
    if not allowed:
        raise RightMissing
    named = query.filters.get("project")
    if named is not None:
        allowed = {number: reach for number, reach in allowed.items() if str(number) in named}
    if any(reach.csos is None for reach in allowed.values()):
        allowed = {number: reach for number, reach in allowed.items() if reach.csos is None}
    filters = dict(query.filters)
    filters["project"] = _both(filters.get("project"), [str(number) for number in sorted(allowed)])
    if all(reach.csos is not None for reach in allowed.values()):
        csos = sorted({cso for reach in allowed.values() for cso in reach.csos or ()})
        filters["cso"] = _both(filters.get("cso"), csos)
    return replace(query, filters=filters)


def _both(asked: Sequence[str] | None, allowed: Sequence[str]) -> tuple[str, ...]:
    """What is asked for and allowed; a value that nothing has where nothing remains."""
    kept = tuple(value for value in allowed if asked is None or value in asked)
    return kept or (NOTHING,)


def query_from(parameters: Mapping[str, list[str]]) -> TallyQuery:
    """The query in a request's parameters. Raises ParameterInvalid for one that is not known."""
    given = {
        name: [part for value in values for part in value.split(",")] for name, values in parameters.items()
    }
    known = (*OTHERS, *PARAMETERS, *DIMENSIONS)
    for name, values in given.items():
        if name not in known:
            raise ParameterInvalid(parameter=name, value=",".join(values), allowed=known)
    single = {name: given[name][0] for name in PARAMETERS if name in given}
    return TallyQuery(
        by=tuple(each for each in given.get("by", []) if each),
        filters={name: filter_keys(name, given[name]) for name in DIMENSIONS if name in given},
        first_month=given.get("from", [""])[0],
        last_month=given.get("to", [""])[0],
        **single,
    )


def _totals(table: TallyTable) -> dict[str, object]:
    is_hidden = table.subtotals[-1].is_hidden
    totals = {
        "total": table.total,
        "provisional_total": table.provisional_total,
        "verified_total": table.verified_total,
    }
    return dict.fromkeys(totals) if is_hidden else totals  # type: ignore[return-value]


def _object(table: TallyTable, about: About) -> dict[str, object]:
    return {
        "measure": table.measure,
        "unit": table.unit,
        "reach": table.reach,
        "subset": table.subset,
        "status": table.status,
        "scheme": table.scheme,
        "by": list(table.by),
        "from": about.first_month or None,
        "to": about.last_month or None,
        "last_rollup": about.last_roll_up,
        "rows": row_objects(table),
        "subtotals": row_objects(table, table.subtotals[:-1]),
        **_totals(table),
        "left_out": table.left_out,
    }
