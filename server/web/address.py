"""The addresses at which phones and people reach this server, and how what they name is written into a path."""

import socket
from urllib.parse import quote

from forms.catalogue.form import Form
from server.settings.settings import Settings

EVERYWHERE = ("0.0.0.0", "[::]")  # noqa: S104  compared with, not listened on
NO_VERSION = "___"
"""In addresses, the version of a form that has none, as ODK Central writes it."""


def server_address(settings: Settings) -> str:
    """The configured public address, else the one on the local network, without a slash at its end."""
    if settings.server.public_url:
        return settings.server.public_url.rstrip("/")
    host = settings.server.host
    if host in EVERYWHERE:
        host = local_address()
    return f"{settings.server.scheme}://{host}:{settings.server.port}"


def phone_address(settings: Settings, *, token: str, project_id: int) -> str:
    """The server address of an app user, as ODK Central writes it."""
    return f"{server_address(settings)}/v1/key/{token}/projects/{project_id}"


def local_address() -> str:
    """This machine's address on its network; the loopback address where it has none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def address_part(text: str) -> str:
    """A text as one part of a path.

    >>> address_part("uuid:a/b é")
    'uuid%3Aa%2Fb%20%C3%A9'
    """
    return quote(text, safe="")


def version_path(form: Form, version: str, *, token: str = "") -> str:
    """A version of a form, for the phone or the link of a token. It never changes (OR-20b)."""
    key = f"/key/{address_part(token)}" if token else ""
    named = f"{address_part(form.xml_form_id)}/versions/{address_part(version or NO_VERSION)}"
    return f"/v1{key}/projects/{form.project_id}/forms/{named}"


def submission_path(form: Form, instance_id: str) -> str:
    """A submission, for programs."""
    named = f"{address_part(form.xml_form_id)}/submissions/{address_part(instance_id)}"
    return f"/v1/projects/{form.project_id}/forms/{named}"
