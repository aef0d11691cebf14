"""What every view is given: the settings, the database and the blobs of the running server."""

from dataclasses import dataclass

from flask import current_app, request

from forms.base.blobs import BlobStore
from server.settings.settings import Settings
from server.store.database import Storage


@dataclass(frozen=True, slots=True)
class Edge:
    """The outside world, as one value."""

    settings: Settings
    storage: Storage
    blobs: BlobStore


def own_address() -> str:
    """Where this server is, for addresses that an answer names: as configured, else as it was asked for, without a
    slash at its end.

    What is asked for stands in the header `Host`, which whoever sends the request writes; a token goes with such an
    address.
    """
    return edge().settings.server.public_url.rstrip("/") or request.host_url.rstrip("/")


def edge() -> Edge:
    """The running application's."""
    found: Edge = current_app.extensions["fiche"]
    return found
