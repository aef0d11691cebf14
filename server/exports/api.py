"""/v1/…/submissions.csv, .csv.zip and .geojson: a form's submissions as files, sent while they are made."""

from typing import Any

from flask import Response, request
from marshmallow import fields, validate

from server.exports.queue import in_queue
from server.exports.selection import filtered
from server.identity.accounts import names_of
from server.submissions.lookup import change_tag
from server.submissions.narrative import withheld
from server.web.answer import disposition, tagged
from server.web.route import Asking, Resource, stream
from server.web.schema import Said
from server.words.spreadsheet import CSV
from sync.export.column import ExportOptions
from sync.export.export import csv_zip, geojson, root_csv

BASE = "/v1/projects/<segment:project_id>/forms/<segment:form_id>"
resource = Resource("exports", BASE)
ZIP, GEOJSON = "application/zip", "application/geo+json"


class ExportQuery(Said):
    """How an export is wanted."""

    attachments = fields.Boolean(load_default=True)
    group_paths = fields.Boolean(load_default=True)
    split_select_multiples = fields.Boolean(load_default=False)
    deleted_fields = fields.Boolean(load_default=False)
    filter = fields.String(data_key="$filter", load_default="", validate=validate.Length(max=4000))


class GeoQuery(Said):
    """Which places are wanted."""

    filter = fields.String(data_key="$filter", load_default="", validate=validate.Length(max=4000))
    field_path = fields.String(data_key="fieldpath", load_default="")


@resource.get("/submissions.csv", may="submission.read", asks=ExportQuery(), gives_media=(CSV,))
@resource.post("/submissions.csv", may="submission.read", asks=ExportQuery(), gives_media=(CSV,))
def as_csv(asking: Asking) -> Response:
    """The sheets as CSV, without their repeats."""
    form, options = asking.the_form, _options(asking)
    return _file(
        asking,
        lambda storage, selection, names: root_csv(storage.reading, form, selection, options, names=names),
        CSV,
        f"{form.xml_form_id}.csv",
    )


@resource.get("/submissions.csv.zip", may="submission.read", asks=ExportQuery(), gives_media=(ZIP,))
@resource.post("/submissions.csv.zip", may="submission.read", asks=ExportQuery(), gives_media=(ZIP,))
def as_zip(asking: Asking) -> Response:
    """The sheets and their repeats as CSV files in a zip, with their pictures unless `attachments=false`."""
    form, blobs, options = asking.the_form, asking.here.blobs, _options(asking)
    return _file(
        asking,
        lambda storage, selection, names: csv_zip(
            storage.reading, blobs, form, selection, options, names=names
        ),
        ZIP,
        f"{form.xml_form_id}{'.zip' if options.attachments else '.csv.zip'}",
    )


@resource.get("/submissions.geojson", may="submission.read", asks=GeoQuery(), gives_media=(GEOJSON,))
def as_geojson(asking: Asking) -> Response:
    """A point, line or area for each sheet that has one."""
    form, path = asking.the_form, asking.query["field_path"]
    return _file(
        asking,
        lambda storage, selection, names: geojson(storage.reading, form, selection, path=path),
        GEOJSON,
        f"{form.xml_form_id}.geojson",
    )


def _file(asking: Asking, make: Any, content_type: str, name: str) -> Response:
    selection = filtered(asking, asking.query["filter"])
    storage = asking.here.storage
    with storage.reading() as db:
        tag = change_tag(asking, db)
        names = names_of(db)
    unchanged = tagged(tag) if request.method == "GET" else None
    if unchanged is not None:
        return unchanged
    asking.write(lambda db: asking.audit(db, "form.submission.export", details={"file": name}))
    response = in_queue(lambda: stream(make(storage, selection, names), content_type))
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = disposition(name)
    return response


def _options(asking: Asking) -> ExportOptions:
    query = asking.query
    with asking.here.storage.reading() as db:  # an export may be asked for with POST
        return ExportOptions(
            group_paths=query["group_paths"],
            split_select_multiples=query["split_select_multiples"],
            deleted_fields=query["deleted_fields"],
            attachments=query["attachments"],
            withheld=withheld(asking, db, asking.the_form),
        )
