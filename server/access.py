"""Who is asking: a phone by the token in its address, a person by a session or a password."""

import ipaddress
from datetime import datetime

from flask import Request

from forms.sqlite import Database
from server.accounts import AppUser, Person, app_user_by_token, find_session, person_with
from server.refusals import BasicNeedsTLS, NotSignedIn, PhoneUnknown


def phone(db: Database, token: str, project_id: int) -> AppUser:
    """The app user of a token, for its own project alone. Raises PhoneUnknown (403, never 401: OR-56)."""
    app_user = app_user_by_token(db, token)
    if app_user is None or app_user.project_id != project_id:
        raise PhoneUnknown
    return app_user


def signed_in(db: Database, request: Request, *, now: datetime) -> Person:
    """The person who asks. Raises NotSignedIn, or BasicNeedsTLS for a password over an open line."""
    given = request.authorization
    if given is None:
        raise NotSignedIn
    if given.type == "bearer" and given.token:
        session = find_session(db, given.token, now=now)
        if session:
            return session.person
    elif given.type == "basic" and given.username and given.password:
        if not _is_private_line(request):
            raise BasicNeedsTLS
        person = person_with(db, given.username, given.password)
        if person:
            return person
    raise NotSignedIn


def _is_private_line(request: Request) -> bool:
    """Whether nobody between can read along: TLS, here or at the proxy in front, or this very machine."""
    if request.is_secure or request.headers.get("X-Forwarded-Proto") == "https":
        return True
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
