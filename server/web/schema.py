"""What programs send and are answered, as marshmallow schemas: names in camel case, as ODK Central writes them."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

LONGEST_NAME = 300
LONGEST_TEXT = 10_000
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
REQUIRED = "required"
"""What a schema says of a field that was not sent."""
WRONG_TYPE = "type: "
"""What a schema says of a value of another type, before the name that JSON has for the one that was wanted."""
TYPES: dict[type[fields.Field[Any]], str] = {
    fields.Boolean: "boolean",
    fields.Integer: "integer",
    fields.Number: "number",
    fields.List: "array",
    fields.Mapping: "object",
    fields.Nested: "object",
    fields.String: "string",
}


def camel(name: str) -> str:
    """The name of a field on the line.

    >>> camel("display_name")
    'displayName'
    """
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def in_camel(value: Any) -> Any:
    """A value as JSON has it, with the names of all fields inside it as programs know them.

    >>> in_camel({"cso_name": "TAGNE", "phones": [{"last_seen": ""}]})
    {'csoName': 'TAGNE', 'phones': [{'lastSeen': ''}]}
    """
    if isinstance(value, Mapping):
        return {camel(name): in_camel(item) for name, item in value.items()}
    return [in_camel(item) for item in value] if isinstance(value, (list, tuple)) else value


class Said(Schema):
    """The base: camel case on the line, other keys passed over, as Central does."""

    class Meta:
        """See above."""

        unknown = EXCLUDE

    error_messages = {"type": f"{WRONG_TYPE}object"}  # noqa: RUF012 -- the library reads it as its own

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Name the field as programs know it."""
        field_obj.data_key = field_obj.data_key or camel(field_name)
        _say_by_type(field_obj)


def _say_by_type(field: fields.Field[Any]) -> None:
    """Have a field say what it misses in our words: the library's are English sentences that may change."""
    field.error_messages |= {"required": REQUIRED, "null": f"{WRONG_TYPE}not null"}
    name = next((TYPES[kind] for kind in type(field).__mro__ if kind in TYPES), None)
    if name is not None:
        field.error_messages |= {"invalid": WRONG_TYPE + name, "type": WRONG_TYPE + name}
    for inner in (getattr(field, "inner", None), getattr(field, "value_field", None)):
        if inner is not None:
            _say_by_type(inner)


def _name(**more: Any) -> fields.String:
    blank = validate.Regexp(re.compile(r".*\S", re.DOTALL), error="a text that is not blank")
    return fields.String(validate=[validate.Length(1, LONGEST_NAME), blank], **more)


def _email(**more: Any) -> fields.String:
    return fields.String(
        validate=[validate.Length(3, 254), validate.Regexp(EMAIL, error="name@host")], **more
    )


def _key() -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(1, 2**62, error="1, 2, 3 …"))


def moment_field(**more: Any) -> fields.String:
    """A moment in UTC: 2020-03-08T09:05:00.000Z."""
    return fields.String(metadata={"format": "date-time"}, **more)


class Success(Said):
    """It was done."""

    success = fields.Boolean(required=True)


class ProblemAnswer(Said):
    """What went wrong: the whole part of the code is the HTTP status."""

    code = fields.Float(required=True)
    message = fields.String(required=True)
    details = fields.Dict()


class Credentials(Said):
    """Who signs in."""

    email = fields.String(required=True, validate=validate.Length(1, 1000))
    password = fields.String(required=True, validate=validate.Length(1, 1000))


class SessionAnswer(Said):
    """A session, for the hours that `[sessions]` says."""

    token = fields.String()
    csrf = fields.String()
    created_at = moment_field()
    expires_at = moment_field()


class Paging(Said):
    """Which part of a list."""

    limit = fields.Integer(validate=validate.Range(0, 1_000_000_000, error="0, 1, 2 …"))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000_000, error="0, 1, 2 …"))


class Actor(Said):
    """Somebody who does things: a person or a phone."""

    id = fields.Integer(required=True)
    type = fields.String(required=True)
    display_name = fields.String(required=True)
    created_at = moment_field()
    updated_at = moment_field(allow_none=True)
    deleted_at = moment_field(allow_none=True)


class User(Actor):
    """A person who signs in."""

    email = fields.String(required=True)
    cso = fields.String()
    language = fields.String()
    is_disabled = fields.Boolean(data_key="disabled")
    verbs = fields.List(fields.String())
    preferences = fields.Dict()
    invitation_url = fields.String()


class NewUser(Said):
    """A person to be added. Without a password they are invited."""

    email = _email(required=True)
    password = fields.String(allow_none=True, validate=validate.Length(max=1000))
    display_name = _name()
    cso = fields.String(validate=validate.Length(max=60))
    language = fields.String(validate=validate.OneOf(("", "fr", "en"), error="fr, en"))


class UserChanges(Said):
    """What may be changed of a person."""

    email = _email()
    display_name = _name()
    cso = fields.String(validate=validate.Length(max=60))
    language = fields.String(validate=validate.OneOf(("", "fr", "en"), error="fr, en"))
    is_disabled = fields.Boolean(data_key="disabled", truthy={True}, falsy={False})


class UserSearch(Said):
    """Which people."""

    q = fields.String(load_default="")
    disabled = fields.Boolean(load_default=False)


class NewPassword(Said):
    """A password in place of another."""

    old = fields.String(required=True, validate=validate.Length(max=1000))
    new = fields.String(required=True, validate=validate.Length(max=1000))


class RoleAnswer(Said):
    """A role and what it may do."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    system = fields.String(required=True)
    verbs = fields.List(fields.String(), required=True)


class AssignmentAnswer(Said):
    """Who has which role."""

    actor_id = fields.Integer(required=True)
    role_id = fields.Integer(required=True)


class Project(Said):
    """A project."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    is_archived = fields.Boolean(required=True, data_key="archived")
    key_id = fields.Integer(required=True, allow_none=True)
    created_at = moment_field(required=True)
    updated_at = moment_field(required=True, allow_none=True)
    deleted_at = moment_field(allow_none=True)
    forms = fields.Integer()
    app_users = fields.Integer()
    datasets = fields.Integer()
    last_submission = moment_field(allow_none=True)
    verbs = fields.List(fields.String())
    form_list = fields.List(fields.Nested("Form"))


class NewProject(Said):
    """A project to be added."""

    name = _name(required=True)
    description = fields.String(allow_none=True, validate=validate.Length(max=LONGEST_TEXT))


class ProjectChanges(Said):
    """What may be changed of a project."""

    name = _name()
    description = fields.String(allow_none=True, validate=validate.Length(max=LONGEST_TEXT))
    archived = fields.Boolean(truthy={True}, falsy={False})


class ProjectQuery(Said):
    """How rich the list is."""

    forms = fields.Boolean(load_default=False)


class AppUser(Actor):
    """A phone. Its token is whole in the answer that makes it, and never again."""

    project_id = fields.Integer(required=True)
    token = fields.String(required=True, allow_none=True)
    cso = fields.String()
    language = fields.String()
    created_by = fields.Nested(Actor, allow_none=True)
    last_used = moment_field(allow_none=True)


class NewAppUser(Said):
    """A phone to be put in service."""

    display_name = _name(required=True)
    cso = fields.String(load_default="", validate=validate.Length(max=60))
    language = fields.String(load_default="", validate=validate.OneOf(("", "fr", "en"), error="fr, en"))


class PublicLink(Actor):
    """A link to fill a form. Its token is whole in the answer that makes it, and never again."""

    token = fields.String(required=True, allow_none=True)
    once = fields.Boolean(required=True)
    cso = fields.String()
    language = fields.String()
    created_by = fields.Nested(Actor, allow_none=True)


class NewPublicLink(Said):
    """A link to be made."""

    display_name = _name(required=True)
    once = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    cso = fields.String(load_default="", validate=validate.Length(max=60))
    language = fields.String(load_default="", validate=validate.OneOf(("", "fr", "en"), error="fr, en"))


class Audit(Said):
    """Who did what."""

    actor_id = fields.Integer(allow_none=True)
    action = fields.String(required=True)
    actee_id = fields.String(allow_none=True)
    details = fields.Dict(allow_none=True)
    notes = fields.String(allow_none=True)
    logged_at = moment_field(required=True)
    actor = fields.Nested(Actor, allow_none=True)


class AuditQuery(Paging):
    """Which lines of the log."""

    action = fields.String(load_default="", validate=validate.Length(max=100))
    start = fields.String(load_default="", validate=validate.Length(max=40))
    end = fields.String(load_default="", validate=validate.Length(max=40))
    actor_id = fields.Integer(load_default=None, validate=validate.Range(0, 2**62, error="0, 1, 2 …"))


class Cso(Said):
    """An organisation of civil society."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    projects = fields.List(fields.Integer())
    created_at = moment_field()
    updated_at = moment_field(allow_none=True)


class NewCso(Said):
    """An organisation to be added."""

    code = fields.String(
        required=True, validate=validate.Regexp(r"^[A-Za-z][A-Za-z0-9_-]{0,59}$", error="A–Z, 0–9, -, _")
    )
    name = _name(required=True)
    projects = fields.List(_key(), load_default=list)


class CsoChanges(Said):
    """What may be changed of an organisation."""

    name = _name()
    projects = fields.List(_key())


class Zone(Said):
    """A village, or a place above villages, where an organisation works, from a day to a day."""

    place = fields.String(required=True, validate=validate.Length(1, 100))
    first_day = fields.Date(data_key="from", required=True)
    last_day = fields.Date(data_key="to", load_default=None, allow_none=True)


class Zones(Said):
    """All places of an organisation."""

    zones = fields.List(fields.Nested(Zone), required=True, validate=validate.Length(max=10_000))
