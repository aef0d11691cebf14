"""Writes the two lists that phones read, as ODK Collect reads them: the form list and a form's manifest."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True, slots=True)
class FormListEntry:
    """A form that a phone may download."""

    form_id: str
    name: str
    version: str
    md5: str
    """Lower-case hex of the very bytes behind `download_url` (OR-13)."""
    download_url: str
    manifest_url: str
    """"" for a form without media."""


@dataclass(frozen=True, slots=True)
class MediaEntry:
    """A file that belongs to a form."""

    name: str
    md5: str
    download_url: str


def form_list_xml(entries: Sequence[FormListEntry]) -> bytes:
    """The form list (OpenRosa 1.0). Every entry has an id, a name, a hash and an address (OR-10, OR-12)."""
    return _document(
        "xforms", "xformsList", "".join(f"<xform>{_form_elements(entry)}</xform>" for entry in entries)
    )


def manifest_xml(entries: Sequence[MediaEntry]) -> bytes:
    """The manifest of a form; a hash carries its `md5:` (OR-23)."""
    return _document(
        "manifest",
        "xformsManifest",
        "".join(
            "<mediaFile>"
            + _element("filename", entry.name)
            + _element("hash", f"md5:{entry.md5}")
            + _element("downloadUrl", entry.download_url)
            + "</mediaFile>"
            for entry in entries
        ),
    )


def _form_elements(entry: FormListEntry) -> str:
    elements = (
        _element("formID", entry.form_id)
        + _element("name", entry.name or entry.form_id)
        + _element("version", entry.version)
        + _element("hash", f"md5:{entry.md5}")
        + _element("downloadUrl", entry.download_url)
    )
    return elements + (_element("manifestUrl", entry.manifest_url) if entry.manifest_url else "")


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _document(root: str, namespace: str, content: str) -> bytes:
    return f'{DECLARATION}<{root} xmlns="http://openrosa.org/xforms/{namespace}">{content}</{root}>'.encode()
