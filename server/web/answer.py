"""Answers that are made here: asked for again by an ETag, or saved as a file. What somebody sent: `server.web.sent`."""

import hashlib
from urllib.parse import quote

from flask import Response, request


def fresh(content: bytes, content_type: str) -> Response:
    """An answer from memory, told to be asked about each time."""
    response = Response(content, content_type=content_type)
    response.set_etag(hashlib.md5(content, usedforsecurity=False).hexdigest())
    response.make_conditional(request)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def file_answer(content: bytes, content_type: str, name: str) -> Response:
    """The same, to be kept under a name."""
    response = fresh(content, content_type)
    response.headers["Content-Disposition"] = disposition(name)
    return response


def attachment(content: bytes, content_type: str, name: str) -> Response:
    """A file made for whoever asks, to be saved under a name; nothing on the way keeps it."""
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Cache-Control"] = "no-store"
    return response


def tagged(tag: str) -> Response | None:
    """ "Not modified" where the asker has what this tag stands for; else None, and the answer is to be made."""
    response = Response(status=304)
    response.set_etag(tag, weak=True)
    if request.if_none_match and request.if_none_match.contains_weak(tag):
        response.headers["Cache-Control"] = "private, no-cache"
        return response
    return None


def disposition(name: str) -> str:
    """A header that names a file, whatever signs its name holds (RFC 6266)."""
    plain = "".join(
        sign if sign.isascii() and sign.isprintable() and sign not in '"\\/' else "_" for sign in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
