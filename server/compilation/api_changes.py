"""/v1/projects/P/compilations/CSO/MONTH/changes: what became of a month since it was signed or since a moment."""

from collections.abc import Mapping
from typing import Any

from aggregates.compilation.source import Sums
from server.compilation.changed import MonthChanges, changes_of_month, changes_of_project, moment_asked
from server.compilation.compiling import month_within
from server.compilation.schema import ChangesAsked, MonthChanged, MonthOfChanges
from server.submissions.sheet_item import readable_forms
from server.web.route import Asking, Resource
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery

resource = Resource("compilation_changes", "/v1/projects/<segment:project_id>/compilations")


@resource.get(
    "/changes", may="compilation.read", asks=ChangesAsked(), gives=MonthOfChanges(), gives_many=True
)
def all_changes(asking: Asking) -> list[dict[str, Any]]:
    """What changed in each month since `since` (a day or a moment; without it, in the last 7 days)."""
    moment = moment_asked(asking.query["since"], asking.here.settings, now=asking.now)
    told = changes_of_project(asking.db, asking.the_project, moment, csos=asking.reach.csos)
    return [_month(month) for month in told]


@resource.get(
    "/<segment:code>/<segment:month>/changes",
    may="compilation.read",
    asks=ChangesAsked(),
    gives=MonthChanged(),
)
def changes(asking: Asking, code: str, month: str) -> dict[str, Any]:
    """What changed in a month since `since` (a day or a moment; without it, since it was signed), by kind and sheet."""
    asked = month_within(asking.db, asking.the_project, asking.reach, code, month)
    since = asking.query["since"]
    told = changes_of_month(asking.db, asking.here.settings, asked, since=since, now=asking.now)
    query = InboxQuery(tuple(readable_forms(asking, asking.db)), asking.reach.csos)
    forms = {key: form.xml_form_id for key, form in readable_forms(asking, asking.db).items()}
    ids = [change.submission_id for change in told.changes]
    rows = {row.id: row for row in inbox_pages.of_ids(asking.db, query, ids)}
    return {
        **_month(told),
        "sheets": [
            {
                "kind": change.kind,
                "form_id": forms[row.form_id],
                "instance_id": row.instance_id,
                "brings": _brings(told.brings(change.submission_id)),
            }
            for change in told.changes
            if (row := rows.get(change.submission_id))
        ],
    }


def _month(told: MonthChanges) -> dict[str, Any]:
    return {
        "cso": told.cso,
        "month": told.month,
        "since": told.since,
        "signed": told.step.action if told.step else None,
        "changed": len(told.changes),
        "groups": [
            {"kind": group.kind, "sheets": len(group.sheets), "brings": _brings(group.brings)}
            for group in told.groups
        ],
        "together": _brings(told.together.brings),
    }


def _brings(brings: Mapping[str, tuple[Sums, Sums]]) -> dict[str, dict[str, Sums]]:
    """By what is counted: the differences by column under either status."""
    return {
        counted: {"provisional": provisional, "verified": verified}
        for counted, (provisional, verified) in brings.items()
    }
