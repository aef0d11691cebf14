"""Deciding on sheets: those that are ticked, the one that is open, or all that a filter finds; and taking it back."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from flask import g, request

from forms.base.by import By
from forms.base.sqlite import Database
from server.review.decision import base_address, common_reasons, read_seen, written_reason
from server.submissions.filter import InboxFilter, may_see, query_of, read_filter
from server.submissions.next_sheet import adjacent_sheets
from server.submissions.sheet_item import STATES, items
from server.web.notice import back, with_option
from server.web.page import given, go, show
from server.web.route import Asking, Resource
from server.words.language import translate_plural
from sync.lists import inbox_pages
from sync.review import decisions

resource = Resource("decisions", "/projects/<segment:project_id>/sheets")
DECISIONS = ("approved", "hasIssues", "rejected")
NEED_REASON = ("hasIssues", "rejected")
MOST_AT_ONCE = 500


@resource.post("/decide", may="submission.update")
def decide(asking: Asking) -> Any:
    """Decide on the sheets that are ticked, or on the one that is open."""
    state, reason = given("state"), written_reason()
    seen = [each for text in request.form.getlist("sheet")[:MOST_AT_ONCE] if (each := read_seen(text))]
    place = back(base_address(asking), given("back"))
    if state not in (*DECISIONS, "received") or not seen:
        return go(with_option(place, "ask", "sheet") if state else place)
    if state in NEED_REASON and not reason:
        ticked = ",".join(str(sheet.submission_id) for sheet in seen[: inbox_pages.PAGE])
        return go(with_option(with_option(place, "ask", "reason"), "tick", ticked))
    batch = uuid4().hex

    def work(db: Database) -> tuple[int, int]:
        known = inbox_pages.known_among(db, may_see(asking, db), [sheet.submission_id for sheet in seen])
        mine = [sheet for sheet in seen if sheet.submission_id in known]
        overtaken = decisions.decide(
            db,
            mine,
            None if state == "received" else state,
            reason=reason,
            batch=batch,
            by=By(asking.asker.id, asking.now),
        )
        return len(mine) - len(overtaken), len(overtaken)

    done, overtaken = asking.write(work)
    if len(seen) == 1 and done:
        place = _onward(asking, place, seen[0].submission_id)
    told = with_option(with_option(place, "done", batch), "count", str(done)) if done else place
    return go(with_option(told, "overtaken", str(overtaken)) if overtaken else told)


@resource.post("/undo", may="submission.update")
def undo(asking: Asking) -> Any:
    """Take one's last decision back."""
    batch = given("batch")

    def work(db: Database) -> tuple[int, int]:
        query = may_see(asking, db)
        return decisions.undo(
            db,
            batch,
            actor_id=asking.asker.id,
            now=asking.now,
            may_see=lambda ids: inbox_pages.known_among(db, query, ids),
        )

    done, late = asking.write(work)
    told = with_option(back(base_address(asking), given("back")), "undone", str(done))
    return go(with_option(told, "overtaken", str(late)) if late else told)


@resource.get("/all", may="submission.update")
def all_found(asking: Asking) -> str:
    """Before a decision on everything that the filters find: how many that are, and which."""
    db, wanted = asking.db, read_filter(request.args)
    query = query_of(asking, db, wanted)
    found = sum(count for state, count in inbox_pages.counts(db, query).items() if _is_wanted(state, wanted))
    rows = inbox_pages.turn(db, query, found=found, limit=MOST_AT_ONCE).rows
    shown = items(asking, rows)
    flagged = sum(bool(item.flags) for item in shown)
    return show(
        "decide_all.html",
        asking,
        project=asking.the_project,
        items=shown,
        found=found,
        found_told=translate_plural(
            g.language, "The list has {count} sheet.", "The list has {count} sheets.", found
        ),
        flagged=flagged,
        flagged_told=translate_plural(
            g.language,
            "{count} of them has a flag on which nobody has decided.",
            "{count} of them have a flag on which nobody has decided.",
            flagged,
        ),
        wanted=wanted,
        states=STATES,
        list_address=f"{base_address(asking)}?{wanted.options(state=wanted.state) or 'state=todo'}",
        asks_reason=request.args.get("ask") == "reason",
        reasons=common_reasons(),
    )


def _is_wanted(state: str, wanted: InboxFilter) -> bool:
    return wanted.state in ("", state or "received") or (wanted.state == "todo" and state in ("", "edited"))


def _onward(asking: Asking, place: str, submission_id: int) -> str:
    """Where one goes after a decision on an open sheet: on to the next that waits, if that is asked."""
    path, _, options = place.partition("?")
    wanted = read_filter(dict(parse_qsl(options)))
    if path == base_address(asking) or wanted["then"] != "next":
        return place
    with asking.again() as again:
        db = again.db
        found = inbox_pages.of_ids(db, may_see(again, db), [submission_id])
        beside = adjacent_sheets(again, query_of(again, db, wanted), found[0]) if found else None
        if beside is None or not beside.following:
            return f"{base_address(asking)}{wanted.address()}"
        return f"{beside.following}?{wanted.options()}"
