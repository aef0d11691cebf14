"""/v1/tallies: the counts, as JSON, CSV or a workbook."""

from collections.abc import Mapping

from flask import Blueprint, Response, g, jsonify, request

from aggregates import rollups
from aggregates.report import TallyTable, tally_table
from aggregates.tally_query import DIMENSIONS, TallyQuery
from server import clock
from server.access import signed_in
from server.edge import edge
from server.refusals import ParameterInvalid
from server.table_file import About, row_objects, write_table

blueprint = Blueprint("tallies", __name__, url_prefix="/v1/tallies")

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PARAMETERS = ("measure", "unit", "reach", "subset", "status", "scheme")
OTHERS = ("by", "from", "to", "format", "lang")


@blueprint.get("")
def tallies() -> Response:
    """One table of one measure and unit; `by` and the filters may name several, apart by commas."""
    query = query_from(request.args.to_dict(flat=False))
    file_format = request.args.get("format", "json")
    if file_format not in ("json", *MEDIA_TYPES):
        allowed = ("json", *MEDIA_TYPES)
        raise ParameterInvalid(parameter="format", value=file_format, allowed=allowed)
    with edge().storage.reading() as db:
        signed_in(db, request, now=clock.now())
        table = tally_table(db, query, edge().settings.band_schemes)
        runs = rollups.latest(db, limit=1)
    about = About(query.first_month, query.last_month, runs[0].ended_at if runs else None)
    if file_format == "json":
        return jsonify(_object(table, about))
    content = write_table(table, file_format, language=g.language, about=about)
    response = Response(content, content_type=MEDIA_TYPES[file_format])
    response.headers["Content-Disposition"] = f'attachment; filename="fiche-{table.measure}.{file_format}"'
    return response


def query_from(parameters: Mapping[str, list[str]]) -> TallyQuery:
    """The query in a request's parameters. Raises ParameterInvalid for one that is not known."""
    given = {
        name: [each for value in values for each in value.split(",")] for name, values in parameters.items()
    }
    known = (*OTHERS, *PARAMETERS, *DIMENSIONS)
    for name, values in given.items():
        if name not in known:
            raise ParameterInvalid(parameter=name, value=",".join(values), allowed=known)
    single = {name: given[name][0] for name in PARAMETERS if name in given}
    return TallyQuery(
        by=tuple(each for each in given.get("by", []) if each),
        filters={name: tuple(given[name]) for name in DIMENSIONS if name in given},
        first_month=given.get("from", [""])[0],
        last_month=given.get("to", [""])[0],
        **single,
    )


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
        "total": table.total,
        "provisional_total": table.provisional_total,
        "verified_total": table.verified_total,
        "left_out": table.left_out,
    }
