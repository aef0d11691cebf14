"""OpenRosa 1.0 as ODK Collect speaks it, under the addresses of ODK Central.

`OR-…` are rules of the client, read in its source: what it would misread is never answered.
"""

import re
from contextlib import suppress
from dataclasses import replace
from xml.sax.saxutils import escape

from flask import Blueprint, Response, g, request

from forms.base.digest import md5_of
from forms.base.sqlite import Database, sqlite3
from forms.catalogue import definitions
from forms.catalogue.form import DefinitionRow, Form
from forms.catalogue.manifest import FormListEntry, MediaEntry, form_list_xml, manifest_xml
from server.base import clock
from server.base.refusals import FormNotOffered, HeaderMissing, PhoneUnknown
from server.identity import app_users
from server.intake.take import FormNotGiven, own_cso, read_envelope, take_within_budget
from server.openrosa.correction_list import LIST, own_list
from server.openrosa.form_version import version_named
from server.web.access import Asker, asker, refuse
from server.web.address import address_part, version_path
from server.web.answer import fresh
from server.web.edge import edge, own_address
from server.web.request_path import KEY
from server.web.route import the_project
from server.words.language import mark, translate
from sync.intake.receive import FormUnknown

blueprint = Blueprint("openrosa", __name__, url_prefix="/v1/projects/<segment:project_id>")

XML = "text/xml; charset=utf-8"
VERSION_HEADER = "X-OpenRosa-Version"
"""Stands for an empty version in an address, as in ODK Central."""
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, not even escaped; an address may, and a message repeats what was asked for."""
RECEIVED = {
    "created": mark("Sheet received. Thank you."),
    "edited": mark("Correction received. Thank you."),
    "noted": mark("Noted: you have read what is to be corrected. Thank you."),
    "resent": mark("This sheet was received already. All is well."),
}


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
def form_list(project_id: str) -> Response:
    """The open forms. It fails whole rather than tell of a form whose manifest would fail (OR-17, OR-24)."""
    with edge().storage.reading() as db:
        asking = admit(db, project_id)
        wanted = request.args.get("formID")
        entries = [
            _list_entry(db, form, row)
            for form, row in definitions.published(db, int(project_id))
            if (wanted is None or form.xml_form_id == wanted) and _may_read(asking, form)
        ]
        is_newly_seen = asking.is_phone and app_users.is_newly_seen(db, asking.id or 0, now=clock.now())
    if is_newly_seen:
        with suppress(sqlite3.OperationalError):  # a full disk must not keep phones from their forms
            edge().storage.write(lambda db: app_users.note_seen(db, asking.id or 0, now=clock.now()))
    return fresh(form_list_xml(entries), XML)


@blueprint.get("/forms/<segment:form_id>/versions/<segment:version>/manifest")
@blueprint.get("/forms/<segment:form_id>/manifest")
def manifest(project_id: str, form_id: str, version: str | None = None) -> Response:
    """The files of a form version that phones must have; a notice's list is the phone's own."""
    with edge().storage.reading() as db:
        asking = admit(db, project_id)
        form, row = offered_version(db, asking, int(project_id), form_id, version)
        base = f"{version_address(form, row)}/attachments"
        own = own_list(db, asking, row, edge().settings)
        entries = [
            MediaEntry(
                media_file.name,
                md5_of(own) if own is not None and media_file.name == LIST else media_file.md5,
                f"{base}/{address_part(media_file.name)}",
            )
            for media_file in definitions.media_of(db, row.id)
        ]
    return fresh(manifest_xml(entries), XML)


@blueprint.route("/submission", methods=["GET"])
def announce(project_id: str) -> Response:
    """HEAD (and GET): 204, and how much one POST may carry (OR-28). Never a Location (OR-31)."""
    with edge().storage.reading() as db:
        admit(db, project_id)
    return room()


@blueprint.post("/submission")
def submission(project_id: str) -> Response:
    """Take a sheet. 201 is said when it is on the disk, and nothing else is success (OR-38, OR-65)."""
    here = edge()
    with here.storage.reading() as db:
        asking = admit(db, project_id)
    number = int(project_id)
    envelope = read_envelope(asking, is_from_phone=asking.is_phone and not asking.is_link)
    with here.storage.reading() as db:
        form = definitions.find_form(db, number, envelope.instance.form_id)
        cso = own_cso(asking, number, form)
    if cso != envelope.cso:
        envelope = replace(envelope, cso=cso)
    receipt = take_within_budget(asking, number, envelope, now=clock.now())
    if receipt.refusal:
        raise receipt.refusal
    return openrosa_response("submit_success", translate(g.language, RECEIVED[receipt.outcome]), 201)


def room() -> Response:
    """What one POST may carry."""
    response = Response(status=204)
    limit = edge().settings.uploads.accept_content_length
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(limit)
    return response


def admit(db: Database, project_id: str) -> Asker:
    """Let somebody in who may see or send anything there. From here on messages are in a phone's language."""
    asking = asker(db, now=clock.now())
    account = asking.account
    if account is None:
        refuse(asking)
    elif asking.is_phone:
        if str(account.project_id) != project_id:
            raise PhoneUnknown
        if "lang" not in request.args:
            g.language = account.language or edge().settings.language
    the_project(db, project_id)
    return asking


def offered_version(
    db: Database, asking: Asker, project_id: int, form_id: str, version: str | None
) -> tuple[Form, DefinitionRow]:
    """A form and one of its versions, the current one if none is named; a closed form is not given out."""
    form = definitions.find_form(db, project_id, form_id)
    if form is None or form.current_definition_id is None:
        raise FormUnknown(form_id=form_id)
    if not _may_read(asking, form):
        raise FormNotGiven(form_id=form_id)
    if form.state == "closed":
        raise FormNotOffered(form_id=form_id)
    return form, version_named(db, form, version)


def version_address(form: Form, row: DefinitionRow) -> str:
    """Addresses name the version, so that a publishing between two requests mixes nothing (OR-20b)."""
    return f"{own_address()}{version_path(form, row.version, token=request.environ.get(KEY, ''))}"


def openrosa_response(nature: str, message: str, status: int) -> Response:
    """OpenRosa's answer: Collect shows the message as it stands (OR-41)."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{escape(NOT_IN_XML.sub("�", message))}</message></OpenRosaResponse>'
    )
    response = Response(content, status=status, content_type=XML)
    response.headers[VERSION_HEADER] = "1.0"
    return response


def _may_read(asking: Asker, form: Form) -> bool:
    return asking.reach("open_form.read", form.project_id, form) is not None


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
