"""/v1/…/submissions/I/corrections: a sheet corrected in the browser, with its files, reason and decision at once."""

from typing import Any
from urllib.parse import unquote

from flask import request
from marshmallow import fields, validate

from forms.base.by import By
from forms.base.sqlite import Database
from server.base.refusals import CorrectionReasonMissing
from server.intake.take import (
    EditWithoutDeprecatedId,
    read_envelope,
    refuse_other_form,
    refuse_other_submission,
)
from server.submissions.lookup import BASE, find, representation_of
from server.submissions.schema import Submission
from server.web.route import Asking, Resource
from server.web.schema import Said
from sync.intake import submissions
from sync.intake.receive import receive
from sync.lists import submission_lists
from sync.review import decisions
from sync.review.decisions import Seen

resource = Resource("corrections", f"{BASE}/<segment:instance_id>/corrections")
STATES = ("edited", "approved")
LONGEST_REASON = 500


class CorrectionQuery(Said):
    """What is decided on the corrected sheet."""

    review_state = fields.String(
        load_default="edited", validate=validate.OneOf(STATES, error=", ".join(STATES))
    )


@resource.post(
    "",
    may="submission.update",
    asks=CorrectionQuery(),
    takes_media=("multipart/form-data",),
    gives=Submission(),
)
def correct(asking: Asking, instance_id: str) -> dict[str, Any]:
    """Replace a sheet by a corrected one: OpenRosa's multipart, the reason in X-Action-Notes (percent-encoded).

    All of it or nothing: the new version, its files, the decision and the reason, which stays as a remark.
    """
    reason = unquote(request.headers.get("X-Action-Notes", "")).strip()[:LONGEST_REASON]
    if not reason:
        raise CorrectionReasonMissing
    envelope = read_envelope(asking.asker, cso=asking.reach.owner())
    refuse_other_form(asking, envelope)
    instance = envelope.instance
    if not instance.deprecated_id:
        raise EditWithoutDeprecatedId

    def work(db: Database) -> dict[str, Any]:
        found = find(asking, db, instance_id)
        refuse_other_submission(asking, db, found, instance)
        receipt = receive(db, asking.the_project.id, envelope, now=asking.now)
        if receipt.outcome == "edited":
            _decide(asking, db, found.id, instance.instance_id, reason)
        return representation_of(submission_lists.one(db, found.id))

    return asking.write(work)


def _decide(asking: Asking, db: Database, submission_id: int, instance_id: str, reason: str) -> None:
    made = submissions.find_version(db, asking.the_form.id, instance_id)
    assert made is not None
    decisions.decide(
        db,
        [Seen(submission_id, made.number, "edited")],
        asking.query["review_state"],
        reason=reason,
        batch=f"correction {made.id}",
        by=By(asking.asker.id, asking.now),
    )
