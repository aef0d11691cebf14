"""The cookie with which a browser keeps a session."""

from datetime import timedelta

from flask import Response, request

from server.identity import sessions
from server.web.access import COOKIE, is_private_line


def with_cookie(response: Response, token: str) -> Response:
    """Let a browser keep the session; no script may read it, no other host's page may send it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(timedelta(hours=sessions.SESSION_HOURS).total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=is_private_line(request) and request.is_secure,
    )
    return response
