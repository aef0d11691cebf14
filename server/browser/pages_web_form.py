"""ODK's web form engine as it is served: files built beforehand (server/web_form), from this machine alone.

They are kept packed and go out packed; their names hold a digest of their content, so that browsers never ask twice.
"""

import gzip
from pathlib import Path

from flask import Response, request

from server.base.refusals import AddressUnknown
from server.browser.engine import WORKER, content_of, manifest
from server.web.asset import FOR_GOOD
from server.web.route import ANYONE, Asking, Resource

TYPES = {".js": "text/javascript; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
resource = Resource("web_form", "")


@resource.get("/web-form/<segment:name>", may=ANYONE)
def file(asking: Asking, name: str) -> Response:
    """One file of the bundle, which never changes under its name; or the licences of what it is made of."""
    if name not in ("licences.txt", *manifest()["files"]):
        raise AddressUnknown
    response = _packed(name)
    is_named_by_content = name != "licences.txt"
    response.headers["Cache-Control"] = FOR_GOOD if is_named_by_content else "no-cache"
    return response


@resource.get(WORKER, may=ANYONE)
def worker(asking: Asking) -> Response:
    """The service worker; it stands at the root, because browsers let it serve only what lies below it."""
    response = _packed("worker.js")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; connect-src 'self'"  # it fetches, no more
    )
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _packed(name: str) -> Response:
    content = content_of(name)
    is_packed = bool(request.accept_encodings["gzip"])
    response = Response(
        content if is_packed else gzip.decompress(content), content_type=TYPES[Path(name).suffix]
    )
    response.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
