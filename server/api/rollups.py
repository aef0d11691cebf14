"""/v1/rollups: the record of the nights."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from aggregates import rollups
from server import clock
from server.access import signed_in
from server.edge import edge

blueprint = Blueprint("rollups", __name__, url_prefix="/v1/rollups")

SHOWN = 50


@blueprint.get("")
def latest() -> Response:
    """The last runs, newest first."""
    with edge().storage.reading() as db:
        signed_in(db, request, now=clock.now())
        runs = rollups.latest(db, limit=SHOWN)
    return jsonify([asdict(run) for run in runs])
