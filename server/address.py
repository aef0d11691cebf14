"""The addresses at which phones and people reach this server."""

import socket

from server.settings import Settings

EVERYWHERE = ("0.0.0.0", "[::]")  # noqa: S104  compared with, not listened on


def server_address(settings: Settings) -> str:
    """The configured public address, else the one on the local network, without a slash at its end."""
    if settings.server.public_url:
        return settings.server.public_url.rstrip("/")
    host = settings.server.host
    if host in EVERYWHERE:
        host = local_address()
    return f"http://{host}:{settings.server.port}"


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
