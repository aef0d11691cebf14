"""/v1/sessions: signing in and out, as ODK Central's clients do it."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from server import clock
from server.accounts import Session, end_session, find_session, person_with, start_session
from server.edge import edge
from server.refusals import AddressUnknown, NotSignedIn, ParameterMissing, RequestUnreadable

blueprint = Blueprint("sessions", __name__, url_prefix="/v1/sessions")


class Credentials(Schema):
    """Who signs in."""

    class Meta:
        """Other keys are passed over, as Central does."""

        unknown = INCLUDE

    email = fields.String(required=True, validate=validate.Length(min=1))
    password = fields.String(required=True, validate=validate.Length(min=1, max=1000))


@blueprint.post("")
def create() -> Response:
    """Sign in: a token for 24 hours."""
    given = _credentials()
    with edge().storage.reading() as db:
        person = person_with(db, given["email"], given["password"])
    if person is None:
        raise NotSignedIn
    with edge().storage.writing() as db:
        token, session = start_session(db, person, now=clock.now())
    return jsonify({"token": token, "csrf": session.csrf, **_times(session)})


@blueprint.get("/restore")
def restore() -> Response:
    """The session of the token that asks."""
    with edge().storage.reading() as db:
        session = find_session(db, _bearer(), now=clock.now())
    if session is None:
        raise AddressUnknown
    return jsonify(_times(session))


@blueprint.delete("/current")
def end() -> Response:
    """Sign out."""
    with edge().storage.writing() as db:
        if not end_session(db, _bearer()):
            raise NotSignedIn
    return jsonify({"success": True})


def _credentials() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise RequestUnreadable(reason="JSON")
    try:
        given: dict[str, Any] = Credentials().load(body)
    except ValidationError as error:
        raise ParameterMissing(names=tuple(map(str, error.messages_dict))) from None
    return given


def _bearer() -> str:
    given = request.authorization
    return given.token or "" if given and given.type == "bearer" else ""


def _times(session: Session) -> dict[str, str]:
    return {"createdAt": session.created_at, "expiresAt": session.expires_at}
