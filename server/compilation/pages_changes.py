"""What changed in months since they were signed or since a moment: pages that tell it, each line with its sheets."""

from typing import Any

from flask import g, request

from forms.places.csos import list_csos
from server.compilation.change_sentence import differences_in_words, groups_in_words, kind_in_words, signed
from server.compilation.changed import (
    MonthChanges,
    changes_of_month,
    changes_of_project,
    moment_asked,
)
from server.compilation.compiling import month_within, reader_of
from server.submissions.sheet_item import items, readable_forms
from server.web.address import address_part
from server.web.page import show
from server.web.route import Asking, Resource
from server.words.days import day_of
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery

resource = Resource("month_changes", "/projects/<segment:project_id>/compilations")
MOST_LISTED = 200


@resource.get("/changes", may="compilation.read")
def all_changes(asking: Asking) -> str:
    """What changed in the months of every CSO that somebody may see, since a day."""
    settings = asking.here.settings
    since = request.args.get("since", "")
    moment = moment_asked(since, settings, now=asking.now)
    told = changes_of_project(asking.db, asking.the_project, moment, csos=asking.reach.csos)
    names = {cso.key.shown: cso.code for cso in list_csos(asking.db, project_id=asking.the_project.id)}
    by_cso: dict[str, list[MonthChanges]] = {}
    for month in told:
        by_cso.setdefault(names.get(month.cso, month.cso), []).append(month)
    return show(
        "all_changes.html",
        asking,
        project=asking.the_project,
        by_cso=by_cso,
        moment_asked=moment,
        since=since or day_of(moment, settings.zone),
        base=f"/projects/{asking.the_project.id}/compilations",
        **_words(asking),
    )


@resource.get("/<segment:code>/<segment:month>/changes", may="compilation.read")
def changes(asking: Asking, code: str, month: str) -> str:
    """What changed in a month since it was signed, or since a moment: as a sentence, a table and its sheets."""
    asked = month_within(asking.db, asking.the_project, asking.reach, code, month)
    since = request.args.get("since", "")
    told = changes_of_month(asking.db, asking.here.settings, asked, since=since, now=asking.now)
    return show(
        "changes.html",
        asking,
        project=asking.the_project,
        told=told,
        month=month,
        since=since,
        sheets=_sheets(asking, told),
        address=f"/projects/{asking.the_project.id}/compilations/{address_part(asked.cso.code)}/{month}",
        most=MOST_LISTED,
        **_words(asking),
    )


def _sheets(asking: Asking, told: MonthChanges) -> dict[str, list[Any]]:
    """By kind: its sheets as far as the asker may open them, each with the differences that it brings, in words."""
    reader = reader_of(asking.db, asking.here.settings, asking.the_project, g.language)
    query = InboxQuery(tuple(readable_forms(asking, asking.db)), asking.reach.csos)
    found: dict[str, list[Any]] = {}
    for group in told.groups:
        rows = inbox_pages.of_ids(asking.db, query, list(group.sheets[:MOST_LISTED]))
        found[group.kind] = [
            (item, differences_in_words(told.brings(item.row.id), reader)) for item in items(asking, rows)
        ]
    return found


def _words(asking: Asking) -> dict[str, Any]:
    """What the templates say things with."""
    reader = reader_of(asking.db, asking.here.settings, asking.the_project, g.language)
    return {
        "reader": reader,
        "kind_in_words": lambda group: kind_in_words(group.kind, len(group.sheets), g.language),
        "sentence": lambda groups: groups_in_words(groups, g.language),
        "differences": lambda group: differences_in_words(group.brings, reader),
        "signed": lambda value: signed(value, g.language),
    }
