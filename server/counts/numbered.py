"""A table of counts as a report with a number: what is kept of it when it is given out, and who may see it again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aggregates.report import numbered_reports, suppression
from aggregates.report.numbered_report import COUNTS, NewReport, table_as_json
from aggregates.report.table import TallyTable
from aggregates.tallies.query import TallyQuery
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from server.base.program import program_version
from server.counts.reach import CountReach


def report_of(
    db: Database, table: TallyTable, query: TallyQuery, *, reach: CountReach, maker: tuple[int | None, str]
) -> NewReport:
    """What is kept of a table: the query as far as its maker saw, the maker as (account, name)."""
    within = reach.within(query)
    projects = within.filters.get("project", ())
    project_id = int(projects[0]) if len(projects) == 1 and projects[0].isdecimal() else None
    return NewReport(
        COUNTS,
        project_id,
        "",
        *maker,
        asdict(within),
        numbered_reports.versions_here(db, project_id, program_version()),
        table_as_json(table),
    )


def query_of(asked: Mapping[str, Any]) -> TallyQuery:
    """The query that was kept with a report. Raises QueryInvalid for one that can be asked no more."""
    filters = {name: tuple(keys) for name, keys in asked["filters"].items()}
    return TallyQuery(**{**asked, "by": tuple(asked["by"]), "filters": filters})


def may_see(reach: CountReach, report: NewReport) -> bool:
    """Whether a reader sees everything that a report was made of: with less of it, they see nothing of it."""
    try:
        query = query_of(report.asked)
        is_whole = reach.within(query) == query and dict(reach.within(query).filters) == dict(query.filters)
    except Refusal:
        return False
    is_open = not reach.hides(query.measure) or bool(report.contents.get("is_suppressed"))
    return is_whole and is_open


def is_told_today(query: TallyQuery) -> bool:
    """Whether what is different today is told: two suppressed tables could be subtracted from each other."""
    return query.measure not in suppression.MEASURES
