"""What pages show and read of a decision on sheets: reasons to choose from, the last one made, what its maker saw."""

import re

from flask import g

from server.submissions.filter import may_see
from server.submissions.sheet_item import Item, items
from server.web.notice import batch as decision_batch
from server.web.page import given
from server.web.route import Asking
from server.words.language import mark, translate
from sync.lists import inbox_pages
from sync.review import decisions
from sync.review.decisions import Seen

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
    return " ".join(text for text in (given("common"), given("reason")) if text)


def common_reasons() -> list[str]:
    """The reasons to choose from, in the reader's language: animators read them as they are chosen."""
    return [translate(g.language, reason) for reason in REASONS]


def read_seen(text: str) -> Seen | None:
    """A sheet as a form says that it was seen, None where that cannot be read."""
    found = re.fullmatch(r"(\d{1,17})\.(\d{1,6})\.(\w{0,12})", text)
    return Seen(int(found[1]), int(found[2]), found[3]) if found else None
