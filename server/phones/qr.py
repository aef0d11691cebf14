"""The settings code that ODK Collect scans: which server, whose project, and how the phone behaves."""

import base64
import io
import json
import zlib
from typing import Any

from forms.base.refusal import Refusal


class QRTooLong(Refusal):
    """The settings do not fit in a code that Collect can read (OR-89)."""


LONGEST = 4000
"""Collect's own generator refuses more (OR-89)."""


def collect_settings(server_url: str, *, project_name: str, language: str) -> dict[str, Any]:
    """Settings for an animator's phone, by the keys of Collect's own schema (OR-89 to OR-97).

    The phone holds exactly the forms of the project, sends by itself on any network, and keeps nothing once it
    was received: only sheets that say so themselves (auto-delete="false") stay, so that they can be corrected.
    """
    return {
        "general": {
            "server_url": server_url,
            "app_language": language,
            "form_update_mode": "match_exactly",
            "periodic_form_updates_check": "every_one_hour",
            "autosend": "wifi_and_cellular",
            "delete_send": True,
            "hide_old_form_versions": True,
            "image_size": "small",
            "font_size": "21",
            "constraint_behavior": "on_swipe",
            "guidance_hint": "no",
            "analytics": False,
        },
        "project": {"name": project_name, "icon": project_name[:1].upper() or "F", "color": "#0b6e4f"},
        "admin": {"change_server": False},
    }


def settings_text(settings: dict[str, Any]) -> str:
    """The text of the code: Base64 of the zlib stream of the JSON (OR-89). Raises QRTooLong."""
    content = json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode()
    text = base64.b64encode(zlib.compress(content, 9)).decode()
    if len(text) > LONGEST:
        raise QRTooLong(length=len(text))
    return text


def read_settings_text(text: str) -> dict[str, Any]:
    """The settings in a code's text."""
    settings: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return settings


def picture(text: str, kind: str) -> bytes:
    """The code as a picture, "png" or "svg"."""
    import segno

    buffer = io.BytesIO()
    segno.make(text, error="l", micro=False).save(buffer, kind=kind, scale=8, border=4)
    return buffer.getvalue()


def inline_svg(text: str) -> str:
    """The code as an <svg> that fills the room it is given, quiet zone included."""
    import segno

    svg: str = segno.make(text, error="l", micro=False).svg_inline(omitsize=True, border=4, light="#fff")
    return svg


def for_terminal(text: str) -> str:
    """The code in half blocks, for a terminal with light letters on dark."""
    import segno

    buffer = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(buffer, border=2, compact=True)
    return buffer.getvalue()
