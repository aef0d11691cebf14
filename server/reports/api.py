"""/v1/reports: a numbered report for programs."""

from dataclasses import asdict
from typing import Any

from marshmallow import fields

from server.reports.report_shown import shown_report
from server.web.route import SIGNED_IN, Asking, Resource
from server.web.schema import Said, moment_field

resource = Resource("reports_v1", "/v1/reports")


class ReportDifference(Said):
    """A number that is another today."""

    label = fields.String(required=True)
    then = fields.Integer(required=True, allow_none=True)
    now = fields.Integer(required=True, allow_none=True)


class ReportAnswer(Said):
    """A report: who asked for what and when, what made it, its table as it was, and what is different today."""

    number = fields.String(required=True)
    kind = fields.String(required=True)
    made_at = moment_field(required=True)
    made_by = fields.String(required=True)
    asked = fields.Dict(required=True)
    versions = fields.Dict(required=True)
    digest = fields.String(required=True)
    contents = fields.Dict(required=True)
    differences = fields.List(fields.Nested(ReportDifference), required=True, allow_none=True)


@resource.get("/<segment:number>", may=SIGNED_IN, gives=ReportAnswer())
def report(asking: Asking, number: str) -> dict[str, Any]:
    """The report of a number (R-2026-0041), for whoever may see all that it was made of."""
    shown = shown_report(asking, number)
    kept = shown.kept
    return {
        "number": str(kept.number),
        "kind": kept.report.kind,
        "made_at": kept.made_at,
        "made_by": kept.report.maker_name,
        "asked": kept.report.asked,
        "versions": kept.report.versions,
        "digest": kept.report.digest,
        "contents": kept.report.contents,
        "differences": None
        if shown.differences is None
        else [asdict(difference) for difference in shown.differences],
    }
