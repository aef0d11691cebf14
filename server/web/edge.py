"""What every view is given: the settings, the database and the blobs of the running server."""

from dataclasses import dataclass

from flask import current_app

from forms.base.blobs import BlobStore
from server.settings.settings import Settings
from server.store.database import Storage


@dataclass(frozen=True, slots=True)
class Edge:
    """The outside world, as one value."""

    settings: Settings
    storage: Storage
    blobs: BlobStore


def edge() -> Edge:
    """The running application's."""
    found: Edge = current_app.extensions["fiche"]
    return found
