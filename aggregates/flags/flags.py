"""Keeps decisions on flags, and reads flags: what the rules found together with what people decided about it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aggregates.flags.catalogue import DRIFTING, HOLD, HOLDING, INFORMING
from aggregates.flags.flag import Flag
from forms.base.moment import written
from forms.base.sqlite import Database
from sync import changes
from sync.review import decisions
from sync.review.decisions import Decision

_LASTING = ", ".join(f"'$.{name}'" for name in DRIFTING)
_SAME = f"""
    d.submission_id = f.submission_id AND d.rule = f.rule AND d.path = f.path
    AND (json_remove(d.details, {_LASTING}) = json_remove(f.details, {_LASTING})
        OR (d.rule = 'no_participants' AND d.details = '{{}}'))
"""
"""A decision is about what was found then; numbers that drift with other sheets do not open a flag again.

Flags of sheets that nobody came to did not always tell their event: decisions of then are about any.
"""
_FLAGS = f"""
    SELECT f.submission_id, f.rule, f.path, f.details, COALESCE(d.decision, ''), COALESCE(d.reason, ''),
           d.actor_id, COALESCE(d.decided_at, ''), COALESCE(s.review_state, '')
    FROM finding AS f
    LEFT JOIN flag_decision AS d ON {_SAME}
    LEFT JOIN submission AS s ON s.id = f.submission_id
"""


def of_submissions(db: Database, submission_ids: Sequence[int]) -> dict[int, list[Flag]]:
    """The flags of these sheets by id, open ones first; sheets without flags are left out."""
    rows = db.execute(
        f"""{_FLAGS} WHERE f.submission_id IN (SELECT value FROM json_each(:ids))
        ORDER BY f.submission_id, d.decision IS NOT NULL, f.rule, f.path""",
        {"ids": json.dumps(list(submission_ids))},
    )
    read = [(_flag(row[:-1]), row[-1]) for row in rows]
    decided = sorted({flag.submission_id for flag, state in read if _is_the_sheets(flag, state)})
    last = decisions.last_of(db, decided)
    found: dict[int, list[Flag]] = {}
    for flag, state in read:
        told = _with_the_sheets(flag, state, last.get(flag.submission_id))
        found.setdefault(told.submission_id, []).append(told)
    return {key: sorted(flags, key=lambda flag: not flag.is_open) for key, flags in found.items()}


def on_hold_among(db: Database, submission_ids: Sequence[int]) -> set[int]:
    """Those of these sheets that a rule holds back and nobody has accepted as they are (domain page § 10)."""
    rows = db.execute(
        f"""
        SELECT f.submission_id FROM finding AS f LEFT JOIN flag_decision AS d ON {_SAME}
        WHERE f.submission_id IN (SELECT value FROM json_each(:ids))
            AND f.rule IN (SELECT value FROM json_each(:holding)) AND d.decision IS NOT 'accepted'
        """,
        {"ids": json.dumps(list(submission_ids)), "holding": json.dumps(HOLDING)},
    )
    return {row[0] for row in rows}


def decide(
    db: Database, flag: Flag, decision: str, *, reason: str, actor_id: int | None, now: datetime
) -> bool:
    """Decide on a flag as somebody saw it; gives whether it still stood so. The counts follow by the change feed.

    "" takes a decision back.
    """
    stands = db.execute(
        """
        SELECT 1 FROM finding
        WHERE submission_id = :id AND rule = :rule AND path = :path AND details = :details
        """,
        _key(flag),
    ).fetchone()
    if stands is None:
        return False
    if decision:
        db.execute(
            """
            INSERT OR REPLACE INTO flag_decision
                (submission_id, rule, path, details, decision, reason, actor_id, decided_at)
            VALUES (:id, :rule, :path, :details, :decision, :reason, :actor_id, :now)
            """,
            {
                **_key(flag),
                "decision": decision,
                "reason": reason,
                "actor_id": actor_id,
                "now": written(now),
            },
        )
    else:
        key = {name: value for name, value in _key(flag).items() if name != "details"}
        db.execute(
            "DELETE FROM flag_decision WHERE submission_id = :id AND rule = :rule AND path = :path", key
        )
    changes.append(db, flag.submission_id, "flag", now)
    return True


def open_submissions(db: Database, rule: str = "") -> tuple[int, ...]:
    """The sheets with a flag on which nobody has decided: of one rule, or of any that waits for a decision.

    A decision on the sheet itself counts as `of_submissions` counts it.
    """
    rows = db.execute(
        f"""
        SELECT DISTINCT submission_id FROM (
            {_FLAGS} WHERE d.decision IS NULL
            AND s.review_state IS NOT 'rejected'
            AND NOT (s.review_state IS 'approved' AND f.rule IN (SELECT value FROM json_each(:holding)))
            AND CASE :rule WHEN '' THEN f.rule NOT IN (SELECT value FROM json_each(:informing))
                ELSE f.rule = :rule END)
        """,
        {"rule": rule, "informing": json.dumps(INFORMING), "holding": json.dumps(HOLDING)},
    )
    return tuple(row[0] for row in rows)


def _key(flag: Flag) -> dict[str, Any]:
    return {
        "id": flag.submission_id,
        "rule": flag.rule,
        "path": flag.path,
        "details": json.dumps(dict(flag.details), ensure_ascii=False, sort_keys=True),
    }


def _flag(row: tuple[Any, ...]) -> Flag:
    values = [*row[:3], json.loads(row[3]), *row[4:]]
    return Flag(*values)


def _is_the_sheets(flag: Flag, state: str) -> bool:
    """Whether the decision on the sheet is the one on the flag."""
    return not flag.decision and (state == "rejected" or (state == "approved" and flag.severity == HOLD))


def _with_the_sheets(flag: Flag, state: str, last: Decision | None) -> Flag:
    """A decision on the sheet is one on its flags: approving it decides what held it back, rejecting it everything.

    Derived, and not written: taking the decision on the sheet back takes this one back with it.
    """
    if not _is_the_sheets(flag, state):
        return flag
    decision = "rejected" if state == "rejected" else "accepted"
    if last is None or last.after != state:
        return replace(flag, decision=decision)
    return replace(
        flag,
        decision=decision,
        reason=last.reason,
        actor_id=last.actor_id,
        decided_at=last.decided_at,
    )
