"""OpenRosa 1.0 as ODK Collect speaks it, under the addresses of ODK Central.

`OR-…` are rules of the client, read in its source: what it would misread is never answered.
"""

import errno
import re
from hashlib import md5
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Blueprint, Response, g, request, send_file

from forms import definitions
from forms.definitions import DefinitionRow, Form
from forms.manifest import FormListEntry, MediaEntry, form_list_xml, manifest_xml
from forms.sqlite import Database, sqlite3
from server import clock
from server.access import phone
from server.edge import edge
from server.language import mark, translate
from server.refusals import DiskFull, FormNotOffered, HeaderMissing, MediaUnknown
from server.submission_body import BodyTooLarge, read_body
from sync.envelope import Envelope
from sync.receive import FormUnknown, FormVersionUnknown, receive

blueprint = Blueprint("openrosa", __name__, url_prefix="/v1/key/<token>/projects/<int:project_id>")

XML = "text/xml; charset=utf-8"
VERSION_HEADER = "X-OpenRosa-Version"
NO_VERSION = "___"
"""Stands for an empty version in an address, as in ODK Central."""
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, not even escaped; an address may, and a message repeats what was asked for."""
RECEIVED = {
    "created": mark("Sheet received. Thank you."),
    "edited": mark("Correction received. Thank you."),
    "resent": mark("This sheet was received already. All is well."),
}


@blueprint.url_value_preprocessor
def take_token(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep the token out of the views' arguments: no log and no error may carry it."""
    g.token = values.pop("token") if values else ""


@blueprint.before_request
def demand_version() -> None:
    """Every OpenRosa request names its version (OR-01)."""
    if VERSION_HEADER not in request.headers:
        raise HeaderMissing(header=VERSION_HEADER)


@blueprint.after_request
def add_version(response: Response) -> Response:
    """Without this header Collect refuses lists and manifests (OR-16)."""
    response.headers[VERSION_HEADER] = "1.0"
    return response


@blueprint.get("/formList")
def form_list(project_id: int) -> Response:
    """The open forms. It fails whole rather than tell of a form whose manifest would fail (OR-17, OR-24)."""
    with edge().storage.reading() as db:
        admit(db, project_id)
        offered = definitions.published(db, project_id)
        wanted = request.args.get("formID")
        entries = [
            _list_entry(db, form, row)
            for form, row in offered
            if wanted is None or form.xml_form_id == wanted
        ]
    return fresh(form_list_xml(entries))


@blueprint.get("/forms/<path:form_id>/versions/<path:version>/manifest")
@blueprint.get("/forms/<path:form_id>/manifest")
def manifest(project_id: int, form_id: str, version: str | None = None) -> Response:
    """The files of a form version that phones must have."""
    with edge().storage.reading() as db:
        admit(db, project_id)
        form, row = offered_version(db, project_id, form_id, version)
        base = f"{version_address(form, row)}/attachments"
        entries = [
            MediaEntry(each.name, each.md5, f"{base}/{quote(each.name, safe='')}")
            for each in definitions.media_of(db, row.id)
        ]
    return fresh(manifest_xml(entries))


@blueprint.get("/forms/<path:form_id>/versions/<path:version>/attachments/<path:name>")
@blueprint.get("/forms/<path:form_id>/attachments/<path:name>")
def attachment(project_id: int, form_id: str, name: str, version: str | None = None) -> Response:
    """One file of a form version; ranges and unchanged copies are answered briefly."""
    with edge().storage.reading() as db:
        admit(db, project_id)
        _, row = offered_version(db, project_id, form_id, version)
        found = next((each for each in definitions.media_of(db, row.id) if each.name == name), None)
    if found is None:
        raise MediaUnknown(form_id=form_id, name=name)
    response = send_file(
        edge().blobs.path(found.sha256),
        mimetype=found.media_type,
        download_name=name,
        etag=found.md5,
        conditional=True,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "sandbox"  # a page among the files runs nothing here
    return revalidated(response)


@blueprint.get("/forms/<path:form_id>/versions/<path:version>.xml")
@blueprint.get("/forms/<path:form_id>.xml")
def form_xml(project_id: int, form_id: str, version: str | None = None) -> Response:
    """The XForm: the very bytes whose hash the list gives (OR-13)."""
    with edge().storage.reading() as db:
        admit(db, project_id)
        _, row = offered_version(db, project_id, form_id, version)
        xml = definitions.definition_xml(db, row.id)
    return fresh(xml)


@blueprint.route("/submission", methods=["GET"])
def announce(project_id: int) -> Response:
    """HEAD (and GET): 204, and how much one POST may carry (OR-28). Never a Location (OR-31)."""
    with edge().storage.reading() as db:
        admit(db, project_id)
    response = Response(status=204)
    limit = edge().settings.uploads.accept_content_length
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(limit)
    return response


@blueprint.post("/submission")
def submission(project_id: int) -> Response:
    """Take a sheet. 201 is said when it is on the disk, and nothing else is success (OR-38, OR-65)."""
    here = edge()
    with here.storage.reading() as db:
        submitter_id = admit(db, project_id)
    limits = here.settings.uploads
    if (request.content_length or 0) > limits.max_body_bytes:
        raise BodyTooLarge(limit=limits.max_body_bytes, name="")
    try:
        xml, parts = read_body(request.stream, request.content_type or "", here.blobs, limits=limits)
        envelope = Envelope(
            xml, parts, request.args.get("deviceID", ""), request.headers.get("User-Agent", ""), submitter_id
        )
        envelope.instance  # noqa: B018  read, and refused if need be, before the writer's turn is taken
        receipt = here.storage.write(lambda db: receive(db, project_id, envelope, now=clock.now()))
    except (OSError, sqlite3.OperationalError) as error:
        if is_disk_full(error):
            raise DiskFull from error
        raise
    if receipt.refusal:
        raise receipt.refusal
    return openrosa_response("submit_success", translate(g.language, RECEIVED[receipt.outcome]), 201)


def admit(db: Database, project_id: int) -> int:
    """Let a phone in; gives its id. From here on messages are in its language."""
    app_user = phone(db, g.token, project_id)
    g.language = app_user.language or edge().settings.language
    return app_user.id


def offered_version(
    db: Database, project_id: int, form_id: str, version: str | None
) -> tuple[Form, DefinitionRow]:
    """A form and one of its versions, the current one if none is named; a closed form is not given out."""
    form = definitions.find_form(db, project_id, form_id)
    if form is None or form.current_definition_id is None:
        raise FormUnknown(form_id=form_id)
    if form.state == "closed":
        raise FormNotOffered(form_id=form_id)
    if version is None:
        return form, definitions.definition_row(db, form.current_definition_id)
    row = definitions.find_definition(db, form.id, version)
    if row is None and version == NO_VERSION:
        row = definitions.find_definition(db, form.id, "")
    if row is None:
        raise FormVersionUnknown(form_id=form_id, version=version)
    return form, row


def version_address(form: Form, row: DefinitionRow) -> str:
    """Addresses name the version, so that a publishing between two requests mixes nothing (OR-20b)."""
    form_part, version_part = (quote(each, safe="") for each in (form.xml_form_id, row.version or NO_VERSION))
    root = request.root_url.rstrip("/")
    return (
        f"{root}/v1/key/{quote(g.token, safe='')}/projects/{form.project_id}"
        f"/forms/{form_part}/versions/{version_part}"
    )


def fresh(content: bytes) -> Response:
    """An XML answer that is asked for again with its ETag (OR-08)."""
    response = Response(content, content_type=XML)
    response.set_etag(md5(content, usedforsecurity=False).hexdigest())
    response.make_conditional(request)
    return revalidated(response)


def revalidated(response: Response) -> Response:
    """Kept by the phone, and asked about each time."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def openrosa_response(nature: str, message: str, status: int) -> Response:
    """OpenRosa's answer: Collect shows the message as it stands (OR-41)."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{escape(NOT_IN_XML.sub("�", message))}</message></OpenRosaResponse>'
    )
    response = Response(content, status=status, content_type=XML)
    response.headers[VERSION_HEADER] = "1.0"
    return response


def is_disk_full(error: BaseException) -> bool:
    """Whether the disk, and not the sheet, is the trouble."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "full" in str(error)


def _list_entry(db: Database, form: Form, row: DefinitionRow) -> FormListEntry:
    address = version_address(form, row)
    has_media = bool(definitions.media_of(db, row.id))
    return FormListEntry(
        form_id=form.xml_form_id,
        name=row.title,
        version=row.version,
        md5=row.md5,
        download_url=f"{address}.xml",
        manifest_url=f"{address}/manifest" if has_media else "",
    )
