"""The sheets behind one number of the counts: every figure can be listed down to them (domain page § 6.3)."""

from dataclasses import replace

from flask import g, request

from server.base.whole_number import whole_number
from server.counts.query import BOTH, read_count_query
from server.counts.service import counts_for
from server.counts.view import base_of, names_for
from server.counts.words import filters_in_words, period_and_map
from server.submissions.sheet_item import STATES, items, readable_forms
from server.web.page import show
from server.web.route import Asking, Resource
from server.words.language import translate_plural
from server.words.table_file import WORDS, kind_in_words
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery

resource = Resource("count_sheets", "/projects/<segment:project_id>/counts/sheets")
SHEETS = 50
MOST_COUNTED = 10_000
"""Sheets behind a number are counted so far and no further."""


@resource.get("", may="submission.list")
def sheets_behind(asking: Asking) -> str:
    """The sheets that make one number, newest first, each with its part of it.

    Raises RightMissing for a confidential measure: its sheets are listed to nobody from here.
    """
    db = asking.db
    asked = read_count_query(request.args)
    asked = asked.with_filters(project=(str(asking.the_project.id),))
    counts, query = counts_for(asking), asked.tally(())
    before = whole_number(request.args.get("before", ""))
    found = counts.sheets(query, before=before, limit=SHEETS + 1)
    shown, more = found[:SHEETS], len(found) > SHEETS
    mine = InboxQuery(tuple(readable_forms(asking, db)), asking.reach.csos)
    rows = {row.id: row for row in inbox_pages.of_ids(db, mine, [share.submission_id for share in shown])}
    told = items(asking, [rows[share.submission_id] for share in shown if share.submission_id in rows])
    parts = {share.submission_id: share.n for share in shown}
    table = counts.table(query)
    withheld = [n for key, n in parts.items() if key not in rows]
    sheets = counts.count_sheets(query, most=MOST_COUNTED + 1)
    return show(
        "count_sheets.html",
        asking,
        project=asking.the_project,
        asked=asked,
        total=table.total,
        sheets=sheets,
        most=MOST_COUNTED,
        made_of=translate_plural(
            g.language, "{count} sheet makes this number.", "{count} sheets make this number.", sheets
        ),
        withheld_words=translate_plural(
            g.language,
            "in {count} sheet that you may not open",
            "in {count} sheets that you may not open",
            len(withheld),
        ),
        words=WORDS,
        behind=[(item, parts[item.row.id]) for item in told],
        here=sum(parts.values()),
        withheld=withheld,
        kind=kind_in_words(table, g.language),
        period=period_and_map(asked.first_month, asked.last_month, asked.map, g.language),
        filters=filters_in_words(asked.filters_in_words, names_for(asking, asked), g.language),
        states=STATES,
        back=f"{base_of(asking)}{replace(asked, status=BOTH).address()}",
        first=asked.address() if before else "",
        older=f"{asked.address()}&before={shown[-1].submission_id}" if more else "",
    )
