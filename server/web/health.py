"""/health: whether this server can do its work, for people and for programs that watch it; /metrics in figures."""

import shutil
from collections.abc import Iterator

from flask import Response, jsonify, request

from aggregates.tallies import roll_up_runs
from forms.base.sqlite import Database
from forms.places.projects import list_projects
from server.base import clock
from server.base.refusals import AddressUnknown, RightMissing
from server.upkeep.doctor import what_stands_still
from server.web.access import asker, is_this_machine
from server.web.edge import edge
from server.web.route import ANYONE, Asking, Resource
from sync import changes
from sync.intake import submissions

resource = Resource("health", "")

LEAST_DISK_BYTES = 200_000_000
NO_STANDSTILL = ("disk", "permissions", "earlier_clock")
"""What is named, and is no reason to call the server unwell: little room that is not yet too little, what is past."""


@resource.get("/health", may=ANYONE)
def health(asking: Asking) -> Response:
    """200 when sheets are taken and the jobs do their work, else 503 with the names of what `fiche doctor` tells of.

    Tells nothing of what is stored.
    """
    list_projects(asking.db)
    here = asking.here
    runs = roll_up_runs.latest(asking.db, limit=1)
    free = shutil.disk_usage(here.settings.data_directory).free
    amiss = [check.name for check in what_stands_still(here.settings, here.storage, now=asking.now)]
    stopping = [name for name in amiss if name not in NO_STANDSTILL]
    status = "disk_low" if free <= LEAST_DISK_BYTES else "attention" if stopping else "ok"
    response = jsonify(
        {
            "status": status,
            "database": "ok",
            "disk_free_bytes": free,
            "last_roll_up": (runs[0].ended_at or runs[0].started_at) if runs else None,
            "last_roll_up_error": runs[0].error if runs else None,
            "amiss": amiss,
        }
    )
    response.status_code = 200 if status == "ok" else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@resource.get("/metrics", may=ANYONE, gives_media=("text/plain",))
def metrics(asking: Asking) -> Response:
    """Figures for Prometheus, for this machine and for administrators; off where the configuration says so."""
    if not asking.here.settings.metrics.enabled:
        raise AddressUnknown
    if not is_this_machine(request) and asker(asking.db, now=clock.now()).reach("config.read") is None:
        raise RightMissing
    text = "".join(f"{line}\n" for line in _figures(asking.db))
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _figures(db: Database) -> Iterator[str]:
    """In the text format of Prometheus, from the database: all processes of the server tell the same.

    Nothing of confidential forms is counted.
    """
    settings = edge().settings
    changed, waiting = changes.open_counts(db, changes.ROLL_UP)
    runs = roll_up_runs.latest(db, limit=1)
    figures: list[tuple[str, str, str, float]] = [
        (
            "fiche_submissions",
            "gauge",
            "Submissions of open forms kept, deleted ones too.",
            submissions.count_open(db),
        ),
        ("fiche_changes_total", "counter", "Changes of sheets of open forms.", changed),
        (
            "fiche_changes_waiting",
            "gauge",
            "Those of them that the roll-up has not seen.",
            waiting,
        ),
        (
            "fiche_database_bytes",
            "gauge",
            "Size of the database file.",
            settings.database_path.stat().st_size,
        ),
        (
            "fiche_disk_free_bytes",
            "gauge",
            "Room on the disk.",
            shutil.disk_usage(settings.data_directory).free,
        ),
        (
            "fiche_roll_up_failed",
            "gauge",
            "Whether the last roll-up stopped with an error.",
            int(bool(runs and runs[0].error)),
        ),
    ]
    for name, kind, told, value in figures:
        yield f"# HELP {name} {told}"
        yield f"# TYPE {name} {kind}"
        yield f"{name} {value}"
