"""What programs send and are answered about the plan, as marshmallow schemas."""

from typing import Any

from marshmallow import fields, validate

from forms.base.month import WRITTEN
from server.web.schema import Said, moment_field

MOST_LINES = 10_000
MONTH = validate.Regexp(f"^{WRITTEN.pattern}$", error="2020-03")


def _text(**more: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=300), **more)


def _count(**more: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(0, 1_000_000, error="0–1000000"), allow_none=True, **more
    )


class PlanQuery(Said):
    """Which part of the plan."""

    month = fields.String(load_default="", validate=MONTH)
    cso = _text(load_default="")


class PlanLine(Said):
    """One line of the plan: so many sessions at one place in one month, or one on a day."""

    cso = _text(load_default="")
    place = _text(load_default="")
    commune = _text(load_only=True, load_default="")
    month = _text(load_default="")
    date = _text(load_default="")
    activity = _text(load_default="")
    form = _text(load_default="")
    animator = _text(load_default="")
    sessions = _count(load_default=None)
    people = _count(load_default=None)
    men = _count(load_default=None)
    women = _count(load_default=None)
    boys = _count(load_default=None)
    girls = _count(load_default=None)


class NewPlan(Said):
    """A plan to take in, in place of what counts for its CSOs and months."""

    file_name = fields.String(load_default="API", validate=validate.Length(1, 120))
    """What the plan is called where people look at it."""
    only_good = fields.Boolean(load_default=False)
    lines = fields.List(fields.Nested(PlanLine), required=True, validate=validate.Length(1, MOST_LINES))


class PlanProblemAnswer(Said):
    """Why a line is refused."""

    line = fields.Integer(required=True)
    column = fields.String(required=True)
    found = fields.String(required=True)
    reason = fields.String(required=True)
    allowed = fields.List(fields.String(), required=True)


class PlanImportAnswer(Said):
    """A plan that was taken in."""

    id = fields.Integer(required=True)
    file_name = fields.String(required=True)
    imported_at = moment_field(required=True)
    imported_by = fields.Integer(required=True, allow_none=True)
    undone_at = moment_field(required=True, allow_none=True)
    lines = fields.Integer(required=True)
    csos = fields.List(fields.String(), required=True)
    months = fields.List(fields.String(), required=True)


class PlanTaken(PlanImportAnswer):
    """What became of a plan that was sent."""

    refused = fields.List(fields.Nested(PlanProblemAnswer), required=True)
