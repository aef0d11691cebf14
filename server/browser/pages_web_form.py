"""ODK's web form engine as it is served: files built beforehand (server/web_form), from this machine alone.

They are kept packed and go out packed; their names hold a digest of their content, so that browsers never ask twice.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, g, request

from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import DefinitionRow, Form
from server.base.refusals import AddressUnknown
from server.web.address import address_part, version_path
from server.web.asset import FOR_GOOD, asset
from server.web.policy import nonce
from server.web.route import ANYONE, Asking, Resource

BUILT = Path(__file__).parent.parent / "web_form" / "built"
WORKER = "/web-form-worker.js"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data: blob:; media-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Of the pages that fill a sheet: the engine runs WebAssembly and styles itself; still nothing from elsewhere."""
TYPES = {".js": "text/javascript; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
resource = Resource("web_form", "")


@resource.get("/web-form/<segment:name>", may=ANYONE)
def file(asking: Asking, name: str) -> Response:
    """One file of the bundle, which never changes under its name; or the licences of what it is made of."""
    if name not in ("licences.txt", *_manifest()["files"]):
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


def open_policy() -> None:
    """Let the page that is being answered run the engine."""
    g.content_policy = CONTENT_POLICY.format(nonce=nonce())


def script(name: str) -> str:
    """Address of one of the bundle's entries."""
    entry = next(each for each in _manifest()["files"] if each.startswith(f"{name}-"))
    return f"/web-form/{entry}"


def assets() -> list[str]:
    """Everything that filling a sheet may need, for browsers that keep it."""
    kept = [f"/web-form/{each}" for each in _manifest()["files"] if not each.startswith("correct-")]
    return [*kept, asset("fiche.css"), asset("favicon.svg")]


def form_in_words(db: Database, form: Form, row: DefinitionRow, *, token: str = "") -> dict[str, Any]:
    """A version of a form as the engine asks for it: its addresses name the version, and never change."""
    base = version_path(form, row.version, token=token)
    return {
        "id": form.xml_form_id,
        "version": row.version,
        "title": row.title,
        "xml": f"{base}.xml",
        "media": {
            each.name: f"{base}/attachments/{address_part(each.name)}"
            for each in definitions.media_of(db, row.id)
        },
    }


def _packed(name: str) -> Response:
    content = _content(name)
    is_packed = bool(request.accept_encodings["gzip"])
    response = Response(
        content if is_packed else gzip.decompress(content), content_type=TYPES[Path(name).suffix]
    )
    response.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _content(name: str) -> bytes:
    return (BUILT / f"{name}.gz").read_bytes()


@cache
def _manifest() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    return told
