"""The compilation sheet as a report with a number: what is kept of it when it is given out as a file."""

from aggregates.compilation.compilation import as_json
from aggregates.report import numbered_reports
from aggregates.report.numbered_report import COMPILATION, NewReport
from forms.base.sqlite import Database
from server.base.program import program_version
from server.compilation.compiling import MonthShown


def report_of(
    db: Database, shown: MonthShown, status: str, *, maker_id: int | None, maker_name: str
) -> NewReport:
    """What is kept of a sheet under a status, for whoever asked for the file."""
    asked = shown.asked
    return NewReport(
        COMPILATION,
        asked.project.id,
        asked.code,
        maker_id,
        maker_name,
        {"cso": asked.cso.code, "month": asked.month, "status": status},
        numbered_reports.versions_here(db, asked.project.id, program_version()),
        {
            "state": shown.state,
            "digest": shown.digest,
            "sheet": as_json(shown.month.compilation(status)),
        },
    )
