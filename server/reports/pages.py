"""A numbered report as people read it."""

from flask import g

from server.reports.report_shown import shown_report
from server.web.page import show
from server.web.route import SIGNED_IN, Asking, Resource
from server.words.language import number

resource = Resource("reports", "/reports")
MOST_DIFFERENCES = 300
"""On the page; programs are told all."""


@resource.get("/<segment:number>", may=SIGNED_IN)
def report(asking: Asking, number: str) -> str:
    """The table of a number exactly as it was given out, what made it, and what is different today."""
    shown = shown_report(asking, number)
    differences = shown.differences
    return show(
        "report.html",
        asking,
        shown=shown,
        report=shown.kept.report,
        differences=differences[:MOST_DIFFERENCES] if differences is not None else None,
        more=max(0, len(differences or ()) - MOST_DIFFERENCES),
        versions=sorted(shown.kept.report.versions.get("forms", {}).items()),
        signed=_signed,
    )


def _signed(value: int) -> str:
    text = number(g.language, abs(value))
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else text
