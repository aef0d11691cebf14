"""/health: whether this server can do its work, for people and for programs that watch it."""

import shutil

from flask import Blueprint, Response, jsonify

from aggregates import rollups
from server.edge import edge

blueprint = Blueprint("health", __name__)

LEAST_DISK_BYTES = 200_000_000


@blueprint.get("/health")
def health() -> Response:
    """200 when the database answers and the disk has room, else 503; tells nothing of what is stored."""
    with edge().storage.reading() as db:
        db.execute("SELECT 1 FROM project LIMIT 1").fetchone()
        runs = rollups.latest(db, limit=1)
    free = shutil.disk_usage(edge().settings.data_directory).free
    is_well = free > LEAST_DISK_BYTES
    response = jsonify(
        {
            "status": "ok" if is_well else "disk_low",
            "database": "ok",
            "disk_free_bytes": free,
            "last_roll_up": (runs[0].ended_at or runs[0].started_at) if runs else None,
            "last_roll_up_error": runs[0].error if runs else None,
        }
    )
    response.status_code = 200 if is_well else 503
    response.headers["Cache-Control"] = "no-store"
    return response
