"""/v1/tallies: the counts, as JSON, CSV or a workbook."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, g, jsonify, request

from aggregates.report import numbered_reports
from aggregates.report.table import TallyTable
from aggregates.tallies.query import DIMENSIONS, TallyQuery
from server.base.refusals import ParameterInvalid
from server.counts.numbered import report_of
from server.counts.pivot_file import MEDIA_TYPES
from server.counts.query import filter_keys
from server.counts.service import counts_for
from server.web.answer import attachment
from server.web.route import SIGNED_IN, Asking, Resource
from server.words.table_file import About, row_objects, write_table

resource = Resource("tallies", "/v1/tallies")

PARAMETERS = ("measure", "unit", "reach", "subset", "status", "scheme", "map")
OTHERS = ("by", "from", "to", "format", "lang")


@resource.get("", may=SIGNED_IN, gives_media=("application/json", *MEDIA_TYPES.values()))
def tallies(asking: Asking) -> Response:
    """One table of one measure and unit; `by` and the filters may name several, apart by commas."""
    query = query_from(request.args.to_dict(flat=False))
    file_format = request.args.get("format", "json")
    if file_format not in ("json", *MEDIA_TYPES):
        allowed = ("json", *MEDIA_TYPES)
        raise ParameterInvalid(parameter="format", value=file_format, allowed=allowed)
    counts = counts_for(asking)
    table = counts.table(query)
    about = About(query.first_month, query.last_month, counts.rolled_up_at, query.map)
    if file_format == "json":
        return jsonify(_object(table, about))
    if file_format == "xlsx":
        maker = asking.asker.account
        report = report_of(
            asking.db,
            table,
            query,
            reach=counts.reach,
            maker=(asking.asker.id, maker.display_name if maker else ""),
        )
        number = asking.write(lambda db: numbered_reports.number(db, report, now=asking.now))
        about = replace(about, number=str(number))
    content = write_table(table, file_format, language=g.language, about=about)
    return attachment(content, MEDIA_TYPES[file_format], f"fiche-{table.measure}.{file_format}")


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
        by=tuple(dimension for dimension in given.get("by", []) if dimension),
        filters={name: filter_keys(name, given[name]) for name in DIMENSIONS if name in given},
        first_month=given.get("from", [""])[0],
        last_month=given.get("to", [""])[0],
        **single,
    )


def _totals(table: TallyTable) -> dict[str, object]:
    grand = table.subtotals[-1]
    totals = {
        "total": table.total,
        "provisional_total": table.provisional_total,
        "verified_total": table.verified_total,
    }
    return dict.fromkeys(totals) if grand.is_hidden or not grand.adds else totals  # type: ignore[return-value]


def _object(table: TallyTable, about: About) -> dict[str, object]:
    return {
        "measure": table.measure,
        "unit": table.unit,
        "reach": table.reach,
        "subset": table.subset,
        "status": table.status,
        "scheme": table.scheme,
        "map": about.on_map,
        "by": list(table.by),
        "from": about.first_month or None,
        "to": about.last_month or None,
        "last_rollup": about.last_roll_up,
        "rows": row_objects(table),
        "subtotals": row_objects(table, table.subtotals[:-1]),
        **_totals(table),
        "left_out": table.left_out,
    }
