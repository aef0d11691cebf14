"""What programs send and are answered about forms and submissions, as marshmallow schemas."""

import re

from marshmallow import fields, validate

from server.web.schema import LONGEST_TEXT, Actor, Paging, Said, moment_field
from sync.intake.review_state import STATES

FORM_STATES = ("open", "closing", "closed")


class Form(Said):
    """A form, or its draft."""

    project_id = fields.Integer(required=True)
    xml_form_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    version = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(FORM_STATES))
    hash = fields.String(required=True, allow_none=True)
    sha = fields.String(allow_none=True)
    sha256 = fields.String(allow_none=True)
    draft_token = fields.String(required=True, allow_none=True)
    published_at = moment_field(required=True, allow_none=True)
    created_at = moment_field(required=True)
    updated_at = moment_field(required=True, allow_none=True)
    key_id = fields.Integer(required=True, allow_none=True)
    enketo_id = fields.String(required=True, allow_none=True)
    enketo_once_id = fields.String(allow_none=True)
    public = fields.Boolean()
    submissions = fields.Integer()
    last_submission = moment_field(allow_none=True)
    review_states = fields.Dict()
    created_by = fields.Nested(Actor, allow_none=True)
    published_by = fields.Nested(Actor, allow_none=True)
    excel_content_type = fields.String(allow_none=True)
    entity_related = fields.Boolean()
    id = fields.Integer()
    deleted_at = moment_field(allow_none=True)
    is_confidential = fields.Boolean(data_key="confidential")


class FormChanges(Said):
    """What may be changed of a form."""

    state = fields.String(validate=validate.OneOf(FORM_STATES, error="open, closing, closed"))


class FormQuery(Said):
    """Which forms."""

    deleted = fields.Boolean(load_default=False)


class UploadQuery(Said):
    """How an uploaded form is taken."""

    publish = fields.Boolean(load_default=False)
    ignore_warnings = fields.Boolean(load_default=False)


class PublishQuery(Said):
    """Under which version."""

    version = fields.String(load_default=None, validate=validate.Length(max=100))


class FieldsQuery(Said):
    """How names are written."""

    odata = fields.Boolean(load_default=False)


class FieldAnswer(Said):
    """One question."""

    path = fields.String(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True)
    binary = fields.Boolean(required=True, allow_none=True)
    select_multiple = fields.Boolean(required=True, allow_none=True)


class FormAttachment(Said):
    """A file that a form names."""

    name = fields.String(required=True)
    type = fields.String(required=True)
    hash = fields.String(required=True, allow_none=True)
    exists = fields.Boolean(required=True)
    blob_exists = fields.Boolean(required=True)
    dataset_exists = fields.Boolean(required=True)
    updated_at = moment_field(required=True, allow_none=True)


class VersionAnswer(Said):
    """One version of a submission."""

    instance_id = fields.String(required=True)
    instance_name = fields.String(allow_none=True)
    submitter_id = fields.Integer(allow_none=True)
    device_id = fields.String(allow_none=True)
    user_agent = fields.String(allow_none=True)
    created_at = moment_field(required=True)
    current = fields.Boolean(required=True)


class Submission(Said):
    """A submission, known for good by its first instanceID."""

    instance_id = fields.String(required=True)
    submitter_id = fields.Integer(allow_none=True)
    device_id = fields.String(allow_none=True)
    user_agent = fields.String(allow_none=True)
    instance_name = fields.String(allow_none=True)
    review_state = fields.String(allow_none=True)
    created_at = moment_field(required=True)
    updated_at = moment_field(allow_none=True)
    deleted_at = moment_field(allow_none=True)
    edits = fields.Integer()
    current_version = fields.Nested(VersionAnswer)
    submitter = fields.Nested(Actor, allow_none=True)


class SubmissionQuery(Paging):
    """Which submissions."""

    deleted = fields.Boolean(load_default=False)


class DeviceQuery(Said):
    """From which device."""

    device_id = fields.String(data_key="deviceID", load_default="", validate=validate.Length(max=300))


class Review(Said):
    """A decision; null puts the sheet back to received."""

    review_state = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(STATES, error=", ".join(STATES))
    )


class Move(Said):
    """To which CSO a submission goes, and why."""

    cso = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.Length(0, 1000, error="1–1000"))


class SeveralReviews(Review):
    """One decision on several submissions."""

    instance_ids = fields.List(
        fields.String(), required=True, validate=validate.Length(1, 1000, error="1–1000")
    )


class Several(Said):
    """Several submissions."""

    instance_ids = fields.List(
        fields.String(), required=True, validate=validate.Length(1, 1000, error="1–1000")
    )


class CommentAnswer(Said):
    """A remark."""

    body = fields.String(required=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    created_at = moment_field(required=True)
    actor = fields.Nested(Actor, allow_none=True)


class NewComment(Said):
    """A remark to be added."""

    body = fields.String(
        required=True,
        validate=[
            validate.Length(1, LONGEST_TEXT),
            validate.Regexp(re.compile(r".*\S", re.DOTALL), error="a text that is not blank"),
        ],
    )


class SubmissionAttachment(Said):
    """A file that a submission names."""

    name = fields.String(required=True)
    exists = fields.Boolean(required=True)
