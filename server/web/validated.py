"""Checks what a program sends against a schema, and refuses it with ODK Central's codes and the field's name."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from server.base.refusals import ParameterInvalid, ParameterMissing, WrongType

MISSING = "Missing data for required field."
WRONG_TYPES = {
    "Not a valid string.": "string",
    "Not a valid integer.": "integer",
    "Not a valid number.": "number",
    "Not a valid boolean.": "boolean",
    "Not a valid list.": "array",
    "Not a valid mapping type.": "object",
    "Field may not be null.": "not null",
    "Invalid input type.": "object",
}


def load(schema: Schema, given: Any) -> Mapping[str, Any]:
    """The values of a body or a query string. Raises ParameterMissing, WrongType or ParameterInvalid."""
    try:
        loaded: Mapping[str, Any] = schema.load(given)
    except ValidationError as error:
        messages = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
        raise _refusal(messages, given) from None
    return loaded


def _refusal(messages: Mapping[str, Any], given: Any) -> Exception:
    missing = tuple(name for name, said in messages.items() if said == [MISSING])
    if missing:
        return ParameterMissing(names=missing, field=missing[0])
    name, said = next(iter(messages.items()))
    if name == "_schema":
        return WrongType(field="body", value=type(given).__name__, expected="object")
    first = _first(said)
    value = given.get(name) if isinstance(given, Mapping) else given
    if first in WRONG_TYPES:
        return WrongType(field=name, value=_shown(value), expected=WRONG_TYPES[first])
    return ParameterInvalid(parameter=name, value=_shown(value), allowed=(first,))


def _first(said: Any) -> str:
    while isinstance(said, Mapping):
        said = next(iter(said.values()))
    return str(said[0]) if isinstance(said, list) else str(said)


def _shown(value: Any) -> str:
    return str(value)[:100]
