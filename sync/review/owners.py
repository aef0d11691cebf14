"""Moves a sheet to another organisation: whose numbers it counts in, who sees it, and who may correct it.

A sheet is of the organisation of the phone, link or person that sent it, whatever it answers; only this changes that.
"""

from datetime import datetime

from forms.base.by import By
from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync import audits, changes
from sync.audits import About
from sync.intake import submissions
from sync.review import comments


class OwnerUnchanged(Refusal):
    """The sheet is that organisation's already (`cso`)."""


class MoveReasonMissing(Refusal):
    """A sheet that moves takes its people from one organisation's numbers to another's: somebody must say why."""


def move(
    db: Database, submission_id: int, cso: CsoCode, *, reason: str, now: datetime, actor_id: int | None
) -> CsoCode:
    """Give a sheet to another organisation, with a reason that stays with it; gives whose it was.

    Both organisations' numbers follow at the next roll-up; a month that one of them signed says what it said, and has
    the difference among its adjustments (domain page § 6.3). Raises OwnerUnchanged and MoveReasonMissing.
    """
    before, _ = submissions.owner(db, submission_id)
    if before == cso:
        raise OwnerUnchanged(cso=cso.shown)
    if not reason.strip():
        raise MoveReasonMissing
    changes.append(db, submission_id, "cso", now)  # while it is theirs: their lists lose a sheet
    db.execute(
        "UPDATE submission SET cso = :cso, updated_at = :now WHERE id = :id",
        {"cso": cso, "now": written(now), "id": submission_id},
    )
    changes.append(db, submission_id, "cso", now)
    comments.add(db, submission_id, reason.strip(), actor_id=actor_id, now=now)
    audits.append(
        db,
        "submission.move",
        By(actor_id, now),
        About(submission_id=submission_id),
        details={"from": before, "to": cso},
        notes=reason.strip(),
    )
    return before
