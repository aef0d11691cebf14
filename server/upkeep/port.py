"""Tries, before a server starts, whether it can listen where its configuration says, and tells why it cannot."""

import errno
import socket

from forms.base.refusal import Refusal
from server.settings.settings import Settings


class ListeningRefused(Refusal):
    """The server cannot listen where it should (`bind`, `host`, `port`, `file`, `reason`: the system's own words)."""


class PortTaken(ListeningRefused):
    """Another program listens there."""


class PortForbidden(ListeningRefused):
    """Whoever starts fiche may not listen on such a port: those below 1024 are root's."""


class AddressElsewhere(ListeningRefused):
    """This machine has no such address."""


CAUSES: dict[int | None, type[ListeningRefused]] = {
    errno.EADDRINUSE: PortTaken,
    errno.EACCES: PortForbidden,
    errno.EPERM: PortForbidden,
    errno.EADDRNOTAVAIL: AddressElsewhere,
    errno.EAFNOSUPPORT: AddressElsewhere,  # IPv6 is switched off
}


def try_port(settings: Settings) -> None:
    """Take the address and let it go again. Raises a ListeningRefused: the class that names the cause."""
    listening = settings.server
    family = socket.AF_INET6 if listening.host.startswith("[") else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((listening.host.strip("[]"), listening.port))
    except OSError as error:
        is_unknown_name = isinstance(error, socket.gaierror)
        cause = AddressElsewhere if is_unknown_name else CAUSES.get(error.errno, ListeningRefused)
        raise cause(
            bind=listening.bind,
            host=listening.host.strip("[]"),
            port=listening.port,
            file=str(settings.file),
            reason=error.strerror or str(error),
        ) from None
