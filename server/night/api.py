"""/v1/rollups: the record of the nights."""

from dataclasses import asdict
from typing import Any

from aggregates.tallies import roll_up_runs
from server.base.refusals import RightMissing
from server.web.route import SIGNED_IN, Asking, Resource

resource = Resource("rollups", "/v1/rollups")

SHOWN = 50


@resource.get("", may=SIGNED_IN)
def latest(asking: Asking) -> list[dict[str, Any]]:
    """The last runs of the nightly roll-up, newest first."""
    if not asking.asker.assignments:
        raise RightMissing
    return [asdict(run) for run in roll_up_runs.latest(asking.db, limit=SHOWN)]
