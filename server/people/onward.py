"""Where a person was going who must sign in first."""

from urllib.parse import quote

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from server.web.request_path import SLASH

LOST = "lost"
"""The option of the address of signing in that says that something was sent, and not kept."""


def to_sign_in() -> str:
    """The address of the page of signing in, from which one goes on to what was asked for.

    Who was sending something comes to the page that it was sent from, and is told that it was not kept.
    """
    if request.method in ("GET", "HEAD"):
        query = request.query_string.decode("latin-1")
        return _signing_in(f"{_written(request.path)}?{query}" if query else _written(request.path))
    page = _page_above(request.path)
    return _signing_in(page) if page == "/" else f"{_signing_in(page)}&{LOST}=yes"


def _signing_in(onward: str) -> str:
    return f"/sign-in?next={quote(onward, safe='')}"


def _page_above(path: str) -> str:
    """The nearest address at or above this one that can be looked at."""
    addresses = current_app.url_map.bind("")
    while path:
        try:
            addresses.match(path, method="GET")
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return _written(path)
    return "/"


def _written(path: str) -> str:
    """A path that was read (`server.web.request_path`) as it came over the line."""
    return quote(path).replace(quote(SLASH), "%2F")
