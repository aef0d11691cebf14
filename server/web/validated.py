"""Checks what a program sends against a schema, and refuses it with ODK Central's codes and the field's name."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from server.base.refusals import ParameterInvalid, ParameterMissing, WrongType
from server.web.schema import REQUIRED, WRONG_TYPE


def load(schema: Schema, given: Any) -> Mapping[str, Any]:
    """The values of a body or a query string. Raises ParameterMissing, WrongType or ParameterInvalid."""
    try:
        loaded: Mapping[str, Any] = schema.load(given)
    except ValidationError as error:
        messages = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
        raise _refusal(messages, given) from None
    return loaded


def _refusal(messages: Mapping[str, Any], given: Any) -> Exception:
    missing = tuple(name for name, said in messages.items() if said == [REQUIRED])
    if missing:
        return ParameterMissing(names=missing, field=missing[0])
    name, said = next(iter(messages.items()))
    if name == "_schema":
        return WrongType(field="body", value=type(given).__name__, expected="object")
    path, first = _first(name, said)
    value = given.get(name) if isinstance(given, Mapping) else given
    if first == REQUIRED:
        return ParameterMissing(names=(path,), field=path)
    if first.startswith(WRONG_TYPE):
        return WrongType(field=name, value=_shown(value), expected=first.removeprefix(WRONG_TYPE))
    return ParameterInvalid(parameter=name, value=_shown(value), allowed=(first,))


def _first(path: str, said: Any) -> tuple[str, str]:
    """The first that is said, and of which field: `zones.0.code` for one inside others."""
    while isinstance(said, Mapping):
        name, said = next(iter(said.items()))
        path = f"{path}.{name}"
    return path, str(said[0]) if isinstance(said, list) else str(said)


def _shown(value: Any) -> str:
    return str(value)[:100]
