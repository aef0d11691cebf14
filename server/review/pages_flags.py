"""The flags of one sheet: why it was marked, what to do, and the decision of a person on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import g

from aggregates.quality import flags
from aggregates.quality.catalogue import HOLD, INFO
from aggregates.quality.decide import STATES, decide_on_flag
from aggregates.quality.flag import DECISIONS, Flag
from forms.base.by import By
from forms.base.sqlite import Database
from server.base.whole_number import whole_number
from server.review.pages_decisions import base_address, read_seen
from server.submissions.filter import find_row
from server.submissions.sheet_item import sheet_address
from server.web import notice
from server.web.page import given, go
from server.web.route import Asking, Resource
from server.words.flag_sentence import flag_advice, flag_sentence, flag_title
from server.words.language import mark
from sync.intake import receipt_times
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery, InboxRow
from sync.review import decisions

resource = Resource(
    "sheet_flags", "/projects/<segment:project_id>/sheets/<segment:form_id>/<segment:instance_id>/flags"
)
OUTCOMES = {
    "accepted": mark("accepted as it is"),
    "correction": mark("a correction was asked for"),
    "rejected": mark("the sheet was rejected"),
}


@dataclass(frozen=True, slots=True)
class FlagShown:
    """One flag as the page shows it."""

    flag: Flag
    title: str
    told: str
    advice: str
    who: str
    """Who decided, "" while nobody did."""
    outcome: str
    other: str
    """Where its sheet and the other one that it names stand side by side, "" where it names none."""

    @property
    def holds(self) -> bool:
        """Whether the sheet is not counted until somebody decides."""
        return self.flag.is_open and self.flag.severity == HOLD

    @property
    def informs(self) -> bool:
        """Whether there is nothing to decide."""
        return self.flag.severity == INFO and not self.flag.decision


def shown_flags(
    asking: Asking, query: InboxQuery, row: InboxRow, found: Sequence[Flag], people: Mapping[int, str]
) -> list[FlagShown]:
    """The flags of a sheet in the reader's language: open ones first, then what only informs, then decided ones."""
    language: str = g.language
    here = sheet_address(asking.the_form, row.instance_id)
    named = {each: _other(each) for each in found}
    seen = inbox_pages.known_among(asking.db, query, [each for each in named.values() if each])
    is_doubtful = bool(found) and row.id in receipt_times.doubtful(asking.db, [row.id], now=asking.now)
    shown = [
        FlagShown(
            each,
            flag_title(each, language),
            flag_sentence(each, language, is_receipt_doubtful=is_doubtful),
            flag_advice(each, language),
            people.get(each.actor_id or 0, "") if each.decision else "",
            OUTCOMES.get(each.decision, ""),
            f"{here}/beside/{other}" if (other := named[each]) in seen else "",
        )
        for each in found
    ]
    return sorted(shown, key=lambda each: (not each.flag.is_open, bool(each.flag.decision)))


@resource.post("", may="submission.update")
def decide_flag(asking: Asking, instance_id: str) -> Any:
    """Accept the sheet in spite of a flag, ask for a correction or reject it, with a reason; or open the flag again."""
    decision, reason, which = given("decision"), given("why"), given("flag")
    place = notice.back(base_address(asking), given("back"))
    if decision not in (*DECISIONS, "open"):
        return go(place)
    if decision != "open" and not reason:
        return go(f"{notice.with_option(place, 'ask_flag', which)}#flags")
    seen = read_seen(given("sheet"))
    batch = uuid4().hex

    def work(db: Database) -> str:
        row = find_row(asking, db, instance_id)
        found = flags.of_submissions(db, [row.id]).get(row.id, [])
        flag = next((each for each in found if each.seen == which), None)
        if flag is None or (decision in STATES and seen != decisions.seen_now(db, row.id)):
            return "overtaken"
        decide_on_flag(
            db,
            flag,
            "" if decision == "open" else decision,
            reason=reason,
            by=By(asking.asker.id, asking.now),
            batch=batch,
        )
        asking.audit(
            db,
            "flag.decide",
            submission_id=row.id,
            details={"rule": flag.rule, "decision": "" if decision == "open" else decision},
        )
        return "reviewed" if decision in STATES else "opened" if decision == "open" else "flag"

    outcome = asking.write(work)
    if outcome == "reviewed":
        return go(notice.with_option(notice.with_option(place, "done", batch), "count", "1"))
    said = {"overtaken": "flag-overtaken", "opened": "flag-open"}.get(outcome, "flag")
    return go(f"{notice.with_option(place, 'said', said)}#flags")


def _other(flag: Flag) -> int:
    """The sheet that a flag names, 0 for none."""
    return whole_number(str(flag.details.get("other", ""))) or 0
