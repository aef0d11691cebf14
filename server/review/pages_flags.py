"""The flags of one sheet: why it was marked, what to do, and the decision of a person on each."""

from typing import Any
from uuid import uuid4

from aggregates.flags import flags
from aggregates.flags.decide import STATES, decide_on_flag
from aggregates.flags.flag import DECISIONS
from forms.base.by import By
from forms.base.sqlite import Database
from server.review.decision import base_address, read_seen
from server.submissions.filter import find_row
from server.web import notice
from server.web.page import given, go
from server.web.route import Asking, Resource
from sync.review import decisions

resource = Resource(
    "sheet_flags", "/projects/<segment:project_id>/sheets/<segment:form_id>/<segment:instance_id>/flags"
)


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
        flag = next((candidate for candidate in found if candidate.seen == which), None)
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
