"""The cookie with which a browser keeps a session."""

from datetime import timedelta

from flask import Response, request

from server.identity import sessions
from server.identity.devices import DEVICE_DAYS
from server.web.access import COOKIE, DEVICE, is_private_line


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


def with_device(response: Response, token: str) -> Response:
    """Let a browser say later on that somebody has signed in with it; only the pages of signing in are told."""
    response.set_cookie(
        DEVICE,
        token,
        max_age=int(timedelta(days=DEVICE_DAYS).total_seconds()),
        path="/sign-in",
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return response
