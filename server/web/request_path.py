"""Reads a request's path before it is routed: takes the token out of it, and keeps encoded slashes apart.

`/v1/key/TOKEN/projects/1/forms/a%2Fb` becomes `/v1/projects/1/forms/a\\x1fb`: one set of addresses serves people
and phones, no view and no log line sees a token, and a form may be called "a/b". The converter `segment`
turns the separator back.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from werkzeug.routing import BaseConverter

KEY = "fiche.key"
"""In a WSGI environment: the token of an app user, from the path."""
LINK = "f"
"""First segment of the address of a page that is opened with a public link: /f/TOKEN becomes /f."""
SLASH = "\x1f"
"""Stands for a slash inside a segment: no XML, and so no identifier of a form or instance, may hold it."""

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class RequestPath:
    """The WSGI application with the path of each request made ready."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        read_path(environ)
        return self._application(environ, start_response)


class Segment(BaseConverter):
    """One segment of a path, whatever it holds, slashes too."""

    regex = r"[^/]+"
    part_isolating = True

    def to_python(self, value: str) -> str:
        """The text that the client encoded."""
        return value.replace(SLASH, "/")

    def to_url(self, value: Any) -> str:
        """The text with everything encoded."""
        return quote(str(value), safe="")


def read_path(environ: Environ) -> None:
    """Set PATH_INFO, and the token if there is one, from the path as it came over the line."""
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "").partition("?")[0]
    if not raw.startswith("/"):
        raw = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
    else:
        raw = raw.removeprefix(environ.get("SCRIPT_NAME", ""))
    segments = raw.split("/")
    if "%" in raw or not raw.isascii():
        segments = [_decoded(segment) for segment in segments]
    if len(segments) > 3 and segments[1:3] == ["v1", "key"]:
        environ[KEY] = _text(segments[3])
        del segments[2:4]
    elif len(segments) > 2 and segments[1] == LINK:
        environ[KEY] = _text(segments[2])
        del segments[2]
    environ["PATH_INFO"] = "/".join(segments)


def _decoded(segment: str) -> str:
    """As WSGI wants it: bytes in the clothes of Latin-1."""
    return unquote_to_bytes(segment).replace(b"/", SLASH.encode()).decode("latin-1")


def _text(segment: str) -> str:
    return segment.encode("latin-1").decode("utf-8", "replace").replace(SLASH, "/")
