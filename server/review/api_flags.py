"""…/submissions/I/flags: what the quality rules found about a submission, and deciding about it."""

from typing import Any

from flask import g
from marshmallow import fields, validate

from aggregates.flags import flags
from aggregates.flags.decide import FlagChanged, decide_on_flag
from aggregates.flags.flag import DECISIONS, Flag
from forms.base.by import By
from forms.base.sqlite import Database
from server.review.flag_reach import within_reach
from server.submissions.lookup import BASE, find
from server.web.route import Asking, Resource
from server.web.schema import LONGEST_TEXT, Said, moment_field
from server.words.flag_sentence import flag_advice, flag_sentence, flag_title
from sync.intake import receipt_times

resource = Resource("flags", f"{BASE}/<segment:instance_id>/flags")


class FlagAnswer(Said):
    """One flag: a rule, why it marked the submission, and what was decided."""

    seen = fields.String(required=True)
    rule = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(("flag", "hold", "info")))
    path = fields.String(required=True)
    details = fields.Dict(required=True)
    title = fields.String(required=True)
    reason_found = fields.String(required=True)
    advice = fields.String(required=True)
    is_open = fields.Boolean(required=True, data_key="open")
    decision = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    decided_at = moment_field(required=True, allow_none=True)


class FlagDecision(Said):
    """A decision on a flag, as it was seen. null takes a decision back."""

    seen = fields.String(required=True)
    decision = fields.String(required=True, allow_none=True, validate=validate.OneOf(DECISIONS))
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))


@resource.get("", may="submission.read", gives=FlagAnswer(), gives_many=True)
def every(asking: Asking, instance_id: str) -> list[dict[str, Any]]:
    """The flags of a submission, open ones first."""
    return _flags(asking, asking.db, find(asking, asking.db, instance_id).id)


@resource.post("", may="submission.update", takes=FlagDecision(), gives=FlagAnswer(), gives_many=True)
def decide(asking: Asking, instance_id: str) -> list[dict[str, Any]]:
    """Decide on a flag: accepted, correction, rejected; gives the flags as they are now.

    `seen` is the flag's own, from the list: a flag that has changed meanwhile is not decided on (409.1).
    """
    body = asking.body

    def work(db: Database) -> list[dict[str, Any]]:
        found = find(asking, db, instance_id)
        standing = flags.of_submissions(db, [found.id]).get(found.id, [])
        flag = next((candidate for candidate in standing if candidate.seen == body["seen"]), None)
        if flag is None:
            raise FlagChanged(rule="")
        decide_on_flag(
            db,
            flag,
            body["decision"] or "",
            reason=body["reason"],
            by=By(asking.asker.id, asking.now),
        )
        asking.audit(
            db,
            "flag.decide",
            submission_id=found.id,
            details={"rule": flag.rule, "decision": body["decision"]},
        )
        return _flags(asking, db, found.id)

    return asking.write(work)


def _flags(asking: Asking, db: Database, submission_id: int) -> list[dict[str, Any]]:
    kept = flags.of_submissions(db, [submission_id]).get(submission_id, [])
    shown = within_reach(db, kept, forms=(asking.the_form.id,), csos=asking.reach.csos)
    is_doubtful = bool(kept) and bool(receipt_times.doubtful(db, [submission_id], now=asking.now))
    return [_told(flag, sentence, is_doubtful) for flag, sentence in zip(kept, shown, strict=True)]


def _told(kept: Flag, shown: Flag, is_receipt_doubtful: bool) -> dict[str, Any]:
    return {
        "seen": kept.seen,
        "rule": shown.rule,
        "severity": shown.severity,
        "path": shown.path,
        "details": dict(shown.details),
        "title": flag_title(shown, g.language),
        "reason_found": flag_sentence(shown, g.language, is_receipt_doubtful=is_receipt_doubtful),
        "advice": flag_advice(shown, g.language),
        "is_open": shown.is_open,
        "decision": shown.decision or None,
        "reason": shown.reason,
        "actor_id": shown.actor_id,
        "decided_at": shown.decided_at or None,
    }
