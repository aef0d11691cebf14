"""The cookie with which a browser keeps a session."""

from datetime import timedelta

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from server.identity.devices import DEVICE_DAYS
from server.web.access import COOKIE, DEVICE, HOST_COOKIE
from server.web.edge import edge


def with_cookie(response: Response, token: str) -> Response:
    """Let a browser keep the session; no script may read it, no other host's page may send it."""
    response.set_cookie(
        HOST_COOKIE if request.is_secure else COOKIE,
        token,
        max_age=int(edge().settings.sessions.longest.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return response


def without_cookie(response: AnyResponse) -> AnyResponse:
    """Let a browser forget the session."""
    response.delete_cookie(COOKIE)
    if request.is_secure:
        response.delete_cookie(HOST_COOKIE, secure=True)
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
