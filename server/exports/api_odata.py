"""/v1/…/forms/F.svc: the OData feed that Excel and Power BI read."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, jsonify, request
from marshmallow import fields, validate

from forms.catalogue.definitions import load_definition
from forms.definition.definition import Definition
from server.base.refusals import ExpandUnknown, FormatNotOffered, OptionUnknown, SelectWithExpand
from server.exports.queue import in_queue
from server.exports.selection import filtered
from server.identity.accounts import names_of
from server.submissions.lookup import change_tag
from server.submissions.narrative import withheld
from server.web.answer import fresh, tagged
from server.web.edge import own_address
from server.web.route import Asking, Resource, stream
from server.web.schema import Said
from sync.intake.receive import FormUnknown
from sync.odata.documents import TableRequest, one, page
from sync.odata.filter import parse_order
from sync.odata.metadata import metadata_xml
from sync.odata.query import TableQuery, TableUnknown, service_document

BASE = "/v1/projects/<segment:project_id>/forms/<segment:form_id>.svc"
resource = Resource("odata", BASE)
JSON = "application/json; odata.metadata=minimal; charset=utf-8"
XML = "application/xml; charset=utf-8"
OPTIONS = {
    "$top",
    "$skip",
    "$count",
    "$filter",
    "$expand",
    "$select",
    "$wkt",
    "$orderby",
    "$skiptoken",
    "$format",
}
OF_ONE = re.compile(r"Submissions\('(?P<id>(?:[^']|'')*)'\)")
STEP = re.compile(r"(?P<name>\w+)(?:\('(?P<key>[0-9a-f]{40})'\))?")
LARGEST = 2**31 - 1


class TableOptions(Said):
    """The options of a feed."""

    top = fields.Integer(
        data_key="$top",
        load_default=None,
        validate=validate.Range(0, LARGEST, error="0, 1, 2 …"),
        metadata={"description": "At most so many rows; the answer then names the next page."},
    )
    skip = fields.Integer(
        data_key="$skip",
        load_default=0,
        validate=validate.Range(0, LARGEST, error="0, 1, 2 …"),
        metadata={"description": "Leave out so many rows."},
    )
    count = fields.Boolean(
        data_key="$count", load_default=False, metadata={"description": "Tell how many rows there are."}
    )
    wkt = fields.Boolean(
        data_key="$wkt", load_default=False, metadata={"description": "Places as WKT and not as GeoJSON."}
    )
    filter = fields.String(
        data_key="$filter",
        load_default="",
        metadata={"description": "For example __system/reviewState eq 'approved'."},
    )
    expand = fields.String(
        data_key="$expand", load_default="", metadata={"description": "* puts the rows of repeats inside."}
    )
    select = fields.String(
        data_key="$select",
        load_default="",
        validate=validate.Length(max=100_000),
        metadata={"description": "Properties, apart by commas."},
    )
    order = fields.String(
        data_key="$orderby",
        load_default="",
        metadata={"description": "For example __system/submissionDate asc."},
    )
    skip_token = fields.String(
        data_key="$skiptoken",
        load_default="",
        validate=validate.Length(max=4000),
        metadata={"description": "From the link to the next page."},
    )


@resource.get("", may="submission.read")
def service(asking: Asking) -> Response:
    """The tables of the feed."""
    response = jsonify(service_document(_definition(asking), _service_url()))
    return _odata(response)


@resource.get("/$metadata", may="submission.read", gives_media=(XML,))
def metadata(asking: Asking) -> Response:
    """The types of the feed, as EDMX."""
    return _odata(fresh(metadata_xml(_definition(asking)), XML))


@resource.get("/<segment:table>", may="submission.read", asks=TableOptions())
def rows(asking: Asking, table: str) -> Response:
    """The rows of a table, newest sheets first: Submissions, or that of a repeat; Submissions('ID') for one sheet."""
    single = OF_ONE.fullmatch(table)
    if single:
        return _feed(asking, "Submissions", single["id"].replace("''", "'"))
    return _feed(asking, table)


@resource.get("/<segment:table>/<path:inner>", may="submission.read", asks=TableOptions())
def inner_rows(asking: Asking, table: str, inner: str) -> Response:
    """The rows of a repeat of one sheet: Submissions('ID')/participant, or …/participant('KEY')/enfant."""
    single = OF_ONE.fullmatch(table)
    steps = [STEP.fullmatch(part) for part in inner.split("/")]
    if single is None or any(step is None for step in steps):
        raise TableUnknown(table=f"{table}/{inner}"[:200])
    names = [step["name"] for step in steps if step]
    keys = [step["key"] for step in steps if step and step["key"]]
    name = ".".join(["Submissions", *names])
    return _feed(asking, name, single["id"].replace("''", "'"), parent=keys[-1] if keys else "")


def _feed(asking: Asking, table: str, instance_id: str = "", parent: str = "") -> Response:
    given: Mapping[str, Any] = asking.query
    _refuse_unknown(given)
    definition_id = asking.the_form.current_definition_id
    selection = filtered(asking, given["filter"])
    assert definition_id is not None
    query = TableQuery(
        table=table,
        parent=parent,
        top=given["top"],
        skip=given["skip"],
        count=given["count"],
        wkt=given["wkt"],
        expand=given["expand"] == "*",
        select=tuple(part.strip() for part in given["select"].split(",") if part.strip()),
        skip_token=given["skip_token"],
        order=parse_order(given["order"]) if given["order"] else "",
        withheld=withheld(asking, asking.db, asking.the_form),
    )
    table_request = TableRequest(
        asking.the_form,
        definition_id,
        selection,
        query,
        names=names_of(asking.db),
        service_url=_service_url(),
        next_link=_next_link(request.base_url, request.args.to_dict()),
    )
    reading = asking.here.storage.reading
    chunks = one(reading, table_request, instance_id) if instance_id else page(reading, table_request)
    tag = change_tag(asking, asking.db)
    unchanged = tagged(tag)
    if unchanged is not None:
        return _odata(unchanged)
    response = in_queue(lambda: stream(chunks, JSON))
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return _odata(response)


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    for name in request.args:
        if name.startswith("$") and name not in OPTIONS:
            raise OptionUnknown(option=name)
    if given["expand"] not in ("", "*"):
        raise ExpandUnknown
    if given["expand"] and given["select"]:
        raise SelectWithExpand
    wanted = request.args.get("$format", "json")
    if "json" not in wanted.lower():
        raise FormatNotOffered(format=wanted[:100])


def _definition(asking: Asking) -> Definition:
    form = asking.the_form
    if form.current_definition_id is None or form.is_confidential:
        raise FormUnknown(form_id=form.xml_form_id)
    definition = load_definition(asking.db, form.current_definition_id)
    return definition.without(withheld(asking, asking.db, form))


def _service_url() -> str:
    """The address of the feed as it was asked for, up to its `.svc`."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    path = str(raw).partition("?")[0]
    cut = path.find(".svc")
    if cut < 0 or not path.startswith("/"):
        path = quote(request.path)
        cut = path.find(".svc")
    return f"{own_address()}{path[: cut + 4]}"


def _next_link(address: str, options: dict[str, str]) -> Any:
    base = f"{_service_url()}/{quote(address.rpartition('/')[2], safe='()')}"

    def link(token: str) -> str:
        kept = {name: value for name, value in options.items() if name not in ("$skiptoken", "$skip")}
        return f"{base}?{urlencode({**kept, '$skiptoken': token}, quote_via=quote, safe='$')}"

    return link


def _odata(response: Response) -> Response:
    response.headers["OData-Version"] = "4.0"
    return response
