"""Deciding on sheets: those that are ticked, the one that is open, or all that a filter finds; and taking it back."""

import re
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from flask import g, request

from forms.base.by import By
from forms.base.sqlite import Database
from server.submissions.filter import InboxFilter, may_see, query_of, read_filter
from server.submissions.next_sheet import adjacent_sheets
from server.submissions.sheet_item import STATES, Item, items
from server.web.notice import back, with_option
from server.web.notice import batch as decision_batch
from server.web.page import given, go, show
from server.web.route import Asking, Resource
from server.words.language import mark, translate, translate_plural
from sync.lists import inbox_pages
from sync.review import decisions
from sync.review.decisions import Seen

resource = Resource("decisions", "/projects/<segment:project_id>/sheets")
DECISIONS = ("approved", "hasIssues", "rejected")
NEED_REASON = ("hasIssues", "rejected")
MOST_AT_ONCE = 500
REASONS = (
    mark("Check the number of people in each of the four cells."),
    mark("The written total is not the sum of the cells: look at the paper sheet again."),
    mark("The date of the session is wrong."),
    mark("The village is wrong."),
    mark("The kind of activity is wrong."),
    mark("This sheet was already sent."),
    mark("Call me about this sheet."),
)
"""What coordinators often ask of animators."""


@resource.post("/decide", may="submission.update")
def decide(asking: Asking) -> Any:
    """Decide on the sheets that are ticked, or on the one that is open."""
    state, reason = given("state"), written_reason()
    seen = [each for text in request.form.getlist("sheet")[:MOST_AT_ONCE] if (each := read_seen(text))]
    place = back(base_address(asking), given("back"))
    if state not in (*DECISIONS, "received") or not seen:
        return go(with_option(place, "ask", "sheet") if state else place)
    if state in NEED_REASON and not reason:
        ticked = ",".join(str(each.submission_id) for each in seen[: inbox_pages.PAGE])
        return go(with_option(with_option(place, "ask", "reason"), "tick", ticked))
    batch = uuid4().hex

    def work(db: Database) -> tuple[int, int]:
        known = inbox_pages.known_among(db, may_see(asking, db), [each.submission_id for each in seen])
        mine = [each for each in seen if each.submission_id in known]
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
    flagged = sum(bool(each.flags) for each in shown)
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


def last_decided(asking: Asking) -> tuple[Item, str] | None:
    """The one sheet that the last decision was about, and the state that it gave; None for several, or for none."""
    db, batch = asking.db, decision_batch()
    found = decisions.decided_in(db, batch, actor_id=asking.asker.id) if batch else []
    rows = inbox_pages.of_ids(db, may_see(asking, db), [found[0][0]]) if len(found) == 1 else []
    return (items(asking, rows)[0], found[0][1]) if rows else None


def base_address(asking: Asking) -> str:
    """Where the sheets of the project are."""
    return f"/projects/{asking.the_project.id}/sheets"


def written_reason() -> str:
    """The reason that was chosen from the list, the one that was written, or both."""
    return " ".join(each for each in (given("common"), given("reason")) if each)


def common_reasons() -> list[str]:
    """The reasons to choose from, in the reader's language: animators read them as they are chosen."""
    return [translate(g.language, reason) for reason in REASONS]


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


def read_seen(text: str) -> Seen | None:
    """A sheet as a form says that it was seen, None where that cannot be read."""
    found = re.fullmatch(r"(\d{1,17})\.(\d{1,6})\.(\w{0,12})", text)
    return Seen(int(found[1]), int(found[2]), found[3]) if found else None
