"""The one way out for bytes that somebody sent: sheets, forms, drafts, trials and the files of each.

No browser runs them in our name: it saves them (`Content-Disposition`), shows them without an origin if at all
(`server.web.policy.SANDBOX`), is told no type that runs, and is refused where it asks for them as a script
(`server.web.policy.refuse_to_run`). Each of these alone would do; whoever adds an address for such bytes takes them
from here, and a test walks all addresses.
"""

from pathlib import Path

from flask import Response, send_file

from server.web.answer import disposition, fresh
from server.web.policy import SANDBOX

XML = "application/xml"
ANY = "application/octet-stream"
SHOWN = ("image/", "audio/", "video/")
"""Kinds of media that a page of ours shows and plays, but for those that are XML inside (SVG): they run scripts."""
SAVED = frozenset(
    [
        "application/geo+json",
        "application/json",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/zip",
        "text/csv",
        "text/plain",
    ]
)
"""Further types that run nothing."""


def sent_xml(content: bytes, name: str) -> Response:
    """A sheet or a form, byte for byte as it came."""
    return _guarded(fresh(content, XML), name)


def sent_file(path: Path, media_type: str, name: str, *, etag: str) -> Response:
    """A file of a sheet, whole or in ranges."""
    return _from_disk(path, harmless(media_type), name, etag)


def sent_media(path: Path, media_type: str, name: str, *, etag: str) -> Response:
    """A file of a form, whole or in ranges: lists may be XML, and the web form engine reads them by their type."""
    is_xml = media_type.partition(";")[0].strip().casefold() in ("text/xml", XML)
    return _from_disk(path, XML if is_xml else harmless(media_type), name, etag)


def harmless(media_type: str) -> str:
    """The type that a sender named if nothing runs of it, else that of plain bytes.

    >>> harmless("image/jpeg"), harmless("Text/CSV; charset=utf-8")
    ('image/jpeg', 'text/csv; charset=utf-8')
    >>> harmless("image/svg+xml"), harmless("text/javascript"), harmless("")
    ('application/octet-stream', 'application/octet-stream', 'application/octet-stream')
    """
    kind, _, rest = media_type.strip().casefold().partition(";")
    kind = kind.strip()
    is_plain = kind.isascii() and kind.isprintable() and " " not in kind
    if is_plain and kind.startswith(SHOWN) and "xml" not in kind and "svg" not in kind:
        return kind
    if kind in SAVED:
        return f"{kind}; charset=utf-8" if kind.startswith("text/") and "utf-8" in rest else kind
    return ANY


def _from_disk(path: Path, content_type: str, name: str, etag: str) -> Response:
    response = send_file(path, mimetype=content_type, etag=etag, conditional=True, max_age=0)
    response.headers["Cache-Control"] = "private, no-cache"
    return _guarded(response, name)


def _guarded(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
