"""ODK's web form engine as pages open it: files built beforehand (server/web_form), packed, named by their content."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import g

from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import DefinitionRow, Form
from server.web.address import address_part, version_path
from server.web.asset import asset
from server.web.policy import nonce

BUILT = Path(__file__).parent.parent / "web_form" / "built"


WORKER = "/web-form-worker.js"


CONTENT_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data: blob:; media-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Of the pages that fill a sheet: the engine runs WebAssembly and styles itself; still nothing from elsewhere."""


def open_policy() -> None:
    """Let the page that is being answered run the engine."""
    g.content_policy = CONTENT_POLICY.format(nonce=nonce())


def script(name: str) -> str:
    """Address of one of the bundle's entries."""
    entry = next(file for file in manifest()["files"] if file.startswith(f"{name}-"))
    return f"/web-form/{entry}"


def assets() -> list[str]:
    """Everything that filling a sheet may need, for browsers that keep it."""
    kept = [f"/web-form/{file}" for file in manifest()["files"] if not file.startswith("correct-")]
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
            media_file.name: f"{base}/attachments/{address_part(media_file.name)}"
            for media_file in definitions.media_of(db, row.id)
        },
    }


@cache
def content_of(name: str) -> bytes:
    """One file of the bundle, packed with gzip."""
    return (BUILT / f"{name}.gz").read_bytes()


@cache
def manifest() -> dict[str, Any]:
    """What the bundle holds, as its build wrote it down."""
    told: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    return told
