"""OpenRosa for a draft on trial: the same as for phones, under the draft's own token, and nothing of it is counted."""

from flask import Blueprint, Response, g

from forms.base.sqlite import Database
from forms.catalogue import definitions, drafts
from forms.catalogue.drafts import Draft
from forms.catalogue.form import Form
from forms.catalogue.manifest import FormListEntry, MediaEntry, form_list_xml, manifest_xml
from server.base import clock
from server.base.refusals import AddressUnknown
from server.base.whole_number import whole_number
from server.intake.take import read_envelope
from server.openrosa.form_version import MediaUnknown
from server.openrosa.phones import RECEIVED, XML, add_version, demand_version, openrosa_response, room
from server.web.access import Asker
from server.web.address import address_part
from server.web.answer import fresh
from server.web.edge import edge, own_address
from server.web.sent import sent_media, sent_xml
from server.words.language import translate
from sync.intake import trials
from sync.intake.receive import FormUnknown

blueprint = Blueprint(
    "openrosa_trial",
    __name__,
    url_prefix="/v1/test/<segment:trial>/projects/<segment:project_id>/forms/<segment:form_id>",
)
NOBODY = Asker(None)
blueprint.after_request(add_version)


@blueprint.get("/draft/formList")
def form_list(trial: str, project_id: str, form_id: str) -> Response:
    """The draft alone."""
    demand_version()
    with edge().storage.reading() as db:
        form, draft = the_draft(db, trial, project_id, form_id)
        address = _address(form, trial)
        has_media = bool(drafts.draft_media(db, form.id))
    entry = FormListEntry(
        form_id=form.xml_form_id,
        name=draft.title,
        version=draft.version,
        md5=draft.md5,
        download_url=f"{address}.xml",
        manifest_url=f"{address}/manifest" if has_media else "",
    )
    return fresh(form_list_xml([entry]), XML)


@blueprint.get("/draft/manifest")
def manifest(trial: str, project_id: str, form_id: str) -> Response:
    """The files that the draft has."""
    demand_version()
    with edge().storage.reading() as db:
        form, _ = the_draft(db, trial, project_id, form_id)
        files = [media_file.media for media_file in drafts.draft_media(db, form.id)]
    base = f"{_address(form, trial)}/attachments"
    entries = [MediaEntry(file.name, file.md5, f"{base}/{address_part(file.name)}") for file in files]
    return fresh(manifest_xml(entries), XML)


@blueprint.get("/draft.xml")
def xml(trial: str, project_id: str, form_id: str) -> Response:
    """The draft's XForm."""
    with edge().storage.reading() as db:
        form, _ = the_draft(db, trial, project_id, form_id)
        return sent_xml(drafts.draft_xml(db, form.id), f"{form.xml_form_id}.xml")


@blueprint.get("/draft/attachments/<segment:name>")
def attachment(trial: str, project_id: str, form_id: str, name: str) -> Response:
    """One file of the draft."""
    with edge().storage.reading() as db:
        form, _ = the_draft(db, trial, project_id, form_id)
        files = {media_file.media.name: media_file.media for media_file in drafts.draft_media(db, form.id)}
    found = files.get(name)
    if found is None:
        raise MediaUnknown(form_id=form_id, name=name)
    return sent_media(edge().blobs.path(found.sha256), found.media_type, name, etag=found.md5)


@blueprint.get("/draft/submission")
def announce(trial: str, project_id: str, form_id: str) -> Response:
    """How much one POST may carry."""
    with edge().storage.reading() as db:
        the_draft(db, trial, project_id, form_id)
    return room()


@blueprint.post("/draft/submission")
def submission(trial: str, project_id: str, form_id: str) -> Response:
    """Take a sheet that tries the draft."""
    demand_version()
    here = edge()
    with here.storage.reading() as db:
        form, draft = the_draft(db, trial, project_id, form_id)
        definition = drafts.draft_definition(db, draft)
    envelope = read_envelope(NOBODY)
    if envelope.instance.form_id != form.xml_form_id:
        raise FormUnknown(form_id=envelope.instance.form_id)
    here.storage.write(
        lambda db: trials.add(db, envelope, form_id=form.id, definition=definition, now=clock.now())
    )
    return openrosa_response("submit_success", translate(g.language, RECEIVED["created"]), 201)


def the_draft(db: Database, trial: str, project_id: str, form_id: str) -> tuple[Form, Draft]:
    """The draft of a token, under its own address alone. Raises AddressUnknown, whatever is wrong."""
    number = whole_number(project_id)
    if number is None:
        raise AddressUnknown
    form = definitions.find_form(db, number, form_id)
    draft = drafts.find_draft(db, form.id) if form else None
    if form is None or draft is None or draft.token != trial:
        raise AddressUnknown
    return form, draft


def _address(form: Form, trial: str) -> str:
    form_part = address_part(form.xml_form_id)
    return f"{own_address()}/v1/test/{address_part(trial)}/projects/{form.project_id}/forms/{form_part}/draft"
