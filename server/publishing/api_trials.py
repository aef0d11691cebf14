"""/v1/…/forms/F/draft/submissions: what was sent to try a draft. None of it is counted or exported."""

from typing import Any

from flask import Response

from forms.base.sqlite import Database
from forms.catalogue import drafts
from server.intake.take import XML_TYPES, read_alone, refuse_other_form
from server.publishing.draft import the_draft
from server.submissions.lookup import XML, InstanceUnknown
from server.submissions.schema import DeviceQuery, Submission, SubmissionAttachment
from server.web.route import Asking, Resource
from server.web.sent import sent_xml
from sync.intake import trials
from sync.intake.trials import Trial

resource = Resource(
    "draft_submissions", "/v1/projects/<segment:project_id>/forms/<segment:form_id>/draft/submissions"
)


@resource.get("", may="form.update", gives=Submission(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """What was sent to try the draft, newest first."""
    draft = the_draft(asking.db, asking.the_form)
    return [_shown(trial) for trial in trials.of_form(asking.db, draft.form_id)]


@resource.post("", may="form.update", asks=DeviceQuery(), takes_media=XML_TYPES, gives=Submission())
def create(asking: Asking) -> dict[str, Any]:
    """Send a sheet to try the draft."""
    envelope = read_alone(asking)
    refuse_other_form(asking, envelope)

    def work(db: Database) -> dict[str, Any]:
        definition = drafts.draft_definition(db, the_draft(db, asking.the_form))
        return _shown(
            trials.add(db, envelope, form_id=asking.the_form.id, definition=definition, now=asking.now)
        )

    return asking.write(work)


@resource.get("/<segment:instance_id>", may="form.update", gives=Submission())
def read(asking: Asking, instance_id: str) -> dict[str, Any]:
    """One of them."""
    return _shown(_find(asking, instance_id))


@resource.get("/<segment:instance_id>.xml", may="form.update", gives_media=(XML,))
def xml(asking: Asking, instance_id: str) -> Response:
    """Its XML, byte for byte as it came."""
    return sent_xml(trials.xml(asking.db, _find(asking, instance_id).id), f"{instance_id}.xml")


@resource.get(
    "/<segment:instance_id>/attachments", may="form.update", gives=SubmissionAttachment(), gives_many=True
)
def attachments(asking: Asking, instance_id: str) -> list[dict[str, Any]]:
    """The files that it names, and which of them have come."""
    files = trials.files_of(asking.db, _find(asking, instance_id).id)
    return [{"name": name, "exists": sha256 is not None} for name, sha256, _ in files]


def _find(asking: Asking, instance_id: str) -> Trial:
    draft = the_draft(asking.db, asking.the_form)
    found = trials.find(asking.db, draft.form_id, instance_id)
    if found is None:
        raise InstanceUnknown(instance_id=instance_id)
    return found


def _shown(trial: Trial) -> dict[str, Any]:
    told = {
        "instance_id": trial.instance_id,
        "instance_name": trial.instance_name or None,
        "submitter_id": trial.submitter_id,
        "device_id": trial.device_id or None,
        "user_agent": trial.user_agent or None,
        "created_at": trial.created_at,
    }
    return {**told, "review_state": None, "updated_at": None, "current_version": {**told, "current": True}}
