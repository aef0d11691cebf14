"""Ends a flag in a decision with a reason (domain page § 10): accept the sheet, ask for a correction, or reject it.

Everything in the caller's transaction: the decision, what it makes of the sheet, the remark, and the change that brings
the counts up to date.
"""

from aggregates.flags import flags
from aggregates.flags.flag import DECISIONS, Flag
from forms.base.by import By
from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from sync.review import decisions

STATES = {"correction": "hasIssues", "rejected": "rejected"}
"""What a decision makes of the sheet; accepting leaves its review state alone."""


class FlagChanged(Refusal):
    """The flag, or what was decided about it, is no longer what its reader saw (`rule`)."""


class FlagReasonMissing(Refusal):
    """A decision on a flag needs a reason (`rule`)."""


class FlagDecisionUnknown(Refusal):
    """The word is no decision (`decision`, `allowed`)."""


def decide_on_flag(
    db: Database,
    flag: Flag,
    decision: str,
    *,
    reason: str,
    by: By,
    batch: str = "",
) -> None:
    """Decide on a flag as somebody saw it.

    "accepted" lets a held sheet count; "correction" makes the sheet « à corriger », with the reason as the remark that
    its animator reads; "rejected" rejects the sheet. "" takes the flag's decision back and leaves the sheet's state.
    `batch` names the decision on the sheet for `sync.review.decisions.undo`.

    Raises FlagChanged when the flag is another, or somebody has decided meanwhile; FlagReasonMissing;
    FlagDecisionUnknown.
    """
    if decision and decision not in DECISIONS:
        raise FlagDecisionUnknown(decision=decision, allowed=DECISIONS)
    if decision and not reason.strip():
        raise FlagReasonMissing(rule=flag.rule)
    standing = flags.of_submissions(db, [flag.submission_id]).get(flag.submission_id, [])
    if flag.seen not in {other.seen for other in standing}:
        raise FlagChanged(rule=flag.rule)
    if not flags.decide(db, flag, decision, reason=reason.strip(), actor_id=by.actor_id, now=by.at):
        raise FlagChanged(rule=flag.rule)
    state = STATES.get(decision)
    if state is not None:
        decisions.decide(
            db,
            [decisions.seen_now(db, flag.submission_id)],
            state,
            reason=reason.strip(),
            batch=batch or f"flag.{flag.submission_id}.{written(by.at)}",
            by=by,
        )
