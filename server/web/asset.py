"""Our own style sheet, scripts and picture: their addresses carry a digest of their content.

A browser keeps such a file for good and never asks about it again, so that on a slow line each further page costs one
request; a file that changes has another address. The service worker of the pages that fill a sheet keeps them too.
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request

STATIC = Path(__file__).parent / "static"
FOR_GOOD = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """The address of a file of `static`."""
    return f"/static/{name}?v={_digest(name)}"


def kept_for_good(response: Response) -> Response:
    """Tell browsers to keep a file that was asked for by its digest; under any other address they ask each time."""
    name = (request.view_args or {}).get("filename", "")
    if response.status_code == 200 and request.args.get("v") == _digest(name):
        response.headers["Cache-Control"] = FOR_GOOD
    return response


blueprint = Blueprint("asset", __name__, static_folder="static", static_url_path="/static")
blueprint.after_request(kept_for_good)


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
