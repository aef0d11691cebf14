"""/v1/projects/P/compilations: the months of CSOs, their compilation sheets, and the steps of signing."""

from dataclasses import asdict
from typing import Any

from flask import Response, g, jsonify

from aggregates.compilation import signatures
from aggregates.compilation.compilation import as_json
from aggregates.compilation.sign import Wish
from aggregates.report import numbered_reports
from server.compilation.compiling import month_shown, month_within, reader_of, signer_of, take_step
from server.compilation.download import MEDIA_TYPES, Edition, download, refuse_format
from server.compilation.grid import MonthFilter, grid_of
from server.compilation.numbered import report_of
from server.compilation.schema import MonthListed, MonthsAsked, SheetAsked, StepTaken, StepWished
from server.plan.expecting import today
from server.web.answer import attachment
from server.web.route import Asking, Resource
from server.web.schema import in_camel

resource = Resource("compilation_sheets", "/v1/projects/<segment:project_id>/compilations")


@resource.get("", may="compilation.read", asks=MonthsAsked(), gives=MonthListed(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """The months of every CSO that the asker may see, newest first. A coordinator sees those of their own CSO."""
    day = today(asking.here.settings, asking.now)
    wanted = MonthFilter(**asking.query)
    grid = grid_of(asking.db, asking.the_project, wanted, csos=asking.reach.csos, today=day)
    return [
        {
            "cso": cell.cso.code,
            "month": cell.month,
            "state": cell.state,
            "sheets": cell.sheets,
            "undecided": cell.undecided,
            "planned": cell.planned,
            "signed_by": cell.signed_by or None,
            "signed_at": cell.signed_at or None,
            "changed_since": cell.changed,
        }
        for _, cell in sorted(grid.cells.items(), key=lambda pair: (pair[0][1], pair[0][0]), reverse=True)
        if not cell.is_empty
    ]


@resource.get(
    "/<segment:code>/<segment:month>",
    may="compilation.read",
    asks=SheetAsked(),
    gives_media=("application/json", *MEDIA_TYPES.values()),
)
def read(asking: Asking, code: str, month: str) -> Response:
    """The compilation sheet of a CSO and month: header, blocks, and how it was signed."""
    asked = month_within(asking.db, asking.the_project, asking.reach, code, month)
    shown = month_shown(asking.db, asking.here.settings, asked, now=asking.now)
    status, file_format = asking.query["status"], asking.query["format"]
    if file_format != "json":
        reader = reader_of(asking.db, asking.here.settings, asking.the_project, g.language)
        refuse_format(file_format)
        maker = asking.asker.account
        report = report_of(
            asking.db,
            shown,
            status,
            maker_id=asking.asker.id,
            maker_name=maker.display_name if maker else "",
        )
        number = asking.write(lambda db: numbered_reports.number(db, report, now=asking.now))
        file = download(shown, reader, status, file_format, Edition(asking.now, str(number)))
        return attachment(file.content, file.media_type, file.name)
    return jsonify(
        in_camel(
            {
                "state": shown.state,
                "steps": len(shown.steps),
                "seen": shown.month.seen,
                "digest": shown.digest or None,
                "history": [asdict(step) for step in shown.steps],
                "waiting": shown.waiting,
                "changed_since": len({line.submission_id for line in shown.changed}),
                **as_json(shown.month.compilation(status)),
            }
        )
    )


@resource.post(
    "/<segment:code>/<segment:month>/submit", may="compilation.submit", takes=StepWished(), gives=StepTaken()
)
def submit(asking: Asking, code: str, month: str) -> dict[str, str]:
    """Sign the month as its coordinator."""
    return _take(asking, code, month, "submit", "compilation.submit")


@resource.post(
    "/<segment:code>/<segment:month>/take-back",
    may="compilation.submit",
    takes=StepWished(),
    gives=StepTaken(),
)
def take_back(asking: Asking, code: str, month: str) -> dict[str, str]:
    """Take the month back before it is validated."""
    return _take(asking, code, month, "take_back", "compilation.submit")


@resource.post(
    "/<segment:code>/<segment:month>/validate",
    may="compilation.validate",
    takes=StepWished(),
    gives=StepTaken(),
)
def validate(asking: Asking, code: str, month: str) -> dict[str, str]:
    """Validate the month, which freezes its numbers."""
    return _take(asking, code, month, "validate", "compilation.validate")


@resource.post(
    "/<segment:code>/<segment:month>/reopen",
    may="compilation.validate",
    takes=StepWished(),
    gives=StepTaken(),
)
def reopen(asking: Asking, code: str, month: str) -> dict[str, str]:
    """Give the month back to its coordinator; `remark` says why."""
    return _take(asking, code, month, "reopen", "compilation.validate")


def _take(asking: Asking, code: str, month: str, action: str, verb: str) -> dict[str, str]:
    here, body = asking.here, asking.body
    with here.storage.reading() as db:
        asked = month_within(db, asking.the_project, asking.reach, code, month)
        steps = body["steps"]
        if steps is None:
            steps = len(signatures.steps_of(db, asked.project.id, cso=asked.code, month=month))
    wish = Wish(action, steps, body["seen"], body["remark"].strip(), body["accepts_undecided"])
    signer = signer_of(asking.asker, verb)
    state = take_step(here.storage, here.settings, asked, wish=wish, signer=signer, now=asking.now)
    return {"cso": asked.cso.code, "month": month, "state": state}
