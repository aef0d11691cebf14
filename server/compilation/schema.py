"""What programs send and are answered about compilation sheets, as marshmallow schemas."""

from marshmallow import fields, validate

from aggregates.compilation.source import STATUSES
from aggregates.compilation.workflow import STATES
from aggregates.history.change import KINDS
from server.web.schema import Said, moment_field

FORMATS = ("json", "xlsx", "pdf")
LONGEST_REMARK = 1_000


class MonthListed(Said):
    """A month of a CSO, as the list has it."""

    cso = fields.String(required=True)
    month = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    sheets = fields.Integer(required=True)
    undecided = fields.Integer(required=True)
    planned = fields.Integer(required=True, allow_none=True)
    signed_by = fields.String(required=True, allow_none=True)
    signed_at = moment_field(required=True, allow_none=True)
    changed_since = fields.Integer(required=True, allow_none=True)


class MonthsAsked(Said):
    """Which months are wanted."""

    state = fields.String(load_default="", validate=validate.OneOf(("", *STATES), error=" | ".join(STATES)))
    month = fields.String(
        load_default="", validate=validate.Regexp(r"^(|[0-9]{4}-(0[1-9]|1[0-2]))$", error="2020-03")
    )
    region = fields.String(load_default="")


class SheetAsked(Said):
    """Which numbers are wanted, and as what."""

    status = fields.String(
        load_default=STATUSES[0], validate=validate.OneOf(STATUSES, error=" | ".join(STATUSES))
    )
    format = fields.String(load_default="json", validate=validate.OneOf(FORMATS, error=" | ".join(FORMATS)))
    lang = fields.String(load_default="")


class StepWished(Said):
    """A step with a month. `steps` and `seen` are those of the sheet that was looked at.

    `acceptsUndecided`: it is taken although nobody has decided on some sheets.
    """

    remark = fields.String(load_default="", validate=validate.Length(0, LONGEST_REMARK))
    steps = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 10**6))
    seen = fields.String(load_default="", validate=validate.Length(0, 64))
    accepts_undecided = fields.Boolean(load_default=False)


class StepTaken(Said):
    """To which state a step led."""

    cso = fields.String(required=True)
    month = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))


class ChangesAsked(Said):
    """Since when changes are wanted."""

    since = fields.String(load_default="", validate=validate.Length(max=40))
    lang = fields.String(load_default="")


class ChangedGroup(Said):
    """The changes of one kind: how many sheets, and by how much numbers differ, by what is counted and status."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    sheets = fields.Integer(required=True)
    brings = fields.Dict(required=True)


class ChangedSheet(Said):
    """What became of one sheet."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    form_id = fields.String(required=True)
    instance_id = fields.String(required=True)
    brings = fields.Dict(required=True)


class MonthOfChanges(Said):
    """What changed in a CSO's month since a moment."""

    cso = fields.String(required=True)
    month = fields.String(required=True)
    since = moment_field(required=True)
    signed = fields.String(required=True, allow_none=True)
    changed = fields.Integer(required=True)
    groups = fields.List(fields.Nested(ChangedGroup), required=True)
    together = fields.Dict(required=True)


class MonthChanged(MonthOfChanges):
    """The same, with the sheets that the asker may read."""

    sheets = fields.List(fields.Nested(ChangedSheet), required=True)
