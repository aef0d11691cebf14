"""/v1/projects/P/forms/F/draft: a form on trial before phones see it, and its files."""

from typing import Any

from flask import Response, request

from forms.base.by import By
from forms.base.sqlite import Database
from forms.catalogue import drafts, publish
from forms.catalogue.drafts import Draft, DraftUnknown
from forms.catalogue.publish import DraftPlace, StructureChanged
from forms.catalogue.sheet import Sheet, examine
from server.base.refusals import AddressUnknown
from server.identity.password import new_token
from server.intake.body import read_content
from server.openrosa.form_version import MediaUnknown
from server.publishing.closing import wipe
from server.publishing.draft import the_draft
from server.publishing.form_upload import MEDIA_TYPES, SheetHasWarnings, read_sheet
from server.publishing.release import XML, publish_now
from server.submissions.schema import FieldAnswer, FieldsQuery, FormAttachment, PublishQuery, UploadQuery
from server.submissions.schema import Form as FormAnswer
from server.web import representation
from server.web.answer import file_answer
from server.web.route import Asking, Resource
from server.web.sent import sent_media, sent_xml
from sync.intake import trials

resource = Resource("form_drafts", "/v1/projects/<segment:project_id>/forms/<segment:form_id>/draft")


@resource.post("", may="form.update", asks=UploadQuery(), takes_media=MEDIA_TYPES, success=True)
def create(asking: Asking) -> None:
    """Begin a draft: from what is sent, or from the published version when nothing is."""
    form, settings = asking.the_form, asking.here.settings
    is_confirmed = asking.query["ignore_warnings"]
    sheet: Sheet | None = None
    if request.content_length or request.headers.get("Transfer-Encoding"):
        sheet = read_sheet(settings, ignores_warnings=is_confirmed, form_id=form.xml_form_id)
        examine(sheet, settings.reporting_bands)

    def work(db: Database) -> None:
        if sheet is None and form.current_definition_id is None:
            raise DraftUnknown(form_id=form.xml_form_id)
        before = drafts.find_draft(db, form.id)
        trials.forget(db, form.id)
        try:
            publish.draft(
                db,
                sheet or publish.published_sheet(db, form),
                DraftPlace(form.project_id, form, before.token if before else new_token()),
                bands=settings.reporting_bands,
                by=By(asking.asker.id, asking.now),
                is_confirmed=is_confirmed,
            )
        except StructureChanged as error:
            found = {"type": "structureChanged", "details": list(error.facts["fields"])}
            raise SheetHasWarnings(warnings={"xlsFormWarnings": [], "workflowWarnings": [found]}) from None
        asking.audit(db, "form.update.draft.set")

    asking.write(work)


@resource.get("", may="form.update", gives=FormAnswer())
def read(asking: Asking) -> dict[str, Any]:
    """The draft, with the token that tries it on a phone."""
    draft = the_draft(asking.db, asking.the_form)
    told = representation.form_draft(asking.db, asking.the_form, draft)
    return (
        told | {"submissions": len(trials.of_form(asking.db, draft.form_id))} if asking.is_extended else told
    )


@resource.delete("", may="form.update", success=True)
def delete(asking: Asking) -> None:
    """Throw the draft away."""

    def work(db: Database) -> None:
        publish.throw_draft_away(db, asking.the_form)
        trials.forget(db, asking.the_form.id)
        asking.audit(db, "form.update.draft.delete")

    asking.write(work)


@resource.post("/publish", may="form.update", asks=PublishQuery(), success=True)
def publish_it(asking: Asking) -> None:
    """Let phones see the draft, under another version with `version`; what was sent to try it is wiped."""
    done = asking.write(lambda db: publish_now(asking, db, asking.the_form, version=asking.query["version"]))
    wipe(asking.here.storage, done)


@resource.get(".xml", may="form.update", gives_media=(XML,))
def xml(asking: Asking) -> Response:
    """The draft's XForm."""
    draft = the_draft(asking.db, asking.the_form)
    return sent_xml(drafts.draft_xml(asking.db, draft.form_id), f"{asking.the_form.xml_form_id}.xml")


@resource.get(".xlsx", may="form.update", gives_media=(representation.EXCEL[".xlsx"],))
def xlsx(asking: Asking) -> Response:
    """The spreadsheet that the draft was made from."""
    draft = the_draft(asking.db, asking.the_form)
    content = drafts.draft_file(asking.db, draft.form_id)
    if content is None or draft.file_type != ".xlsx":
        raise AddressUnknown
    return file_answer(content, representation.EXCEL[".xlsx"], f"{asking.the_form.xml_form_id}.xlsx")


@resource.get("/fields", may="form.update", asks=FieldsQuery(), gives=FieldAnswer(), gives_many=True)
def fields(asking: Asking) -> list[dict[str, Any]]:
    """The draft's questions in order."""
    definition = drafts.draft_definition(asking.db, the_draft(asking.db, asking.the_form))
    return representation.fields(definition, for_odata=asking.query["odata"])


@resource.get("/attachments", may="form.update", gives=FormAttachment(), gives_many=True)
def attachments(asking: Asking) -> list[dict[str, Any]]:
    """The files that the draft names, and which of them have come."""
    return _attachments(asking.db, the_draft(asking.db, asking.the_form))


@resource.get("/attachments/<segment:name>", may="form.update", gives_media=("application/octet-stream",))
def attachment(asking: Asking, name: str) -> Response:
    """One file of the draft."""
    draft = the_draft(asking.db, asking.the_form)
    found = {
        media_file.media.name: media_file.media for media_file in drafts.draft_media(asking.db, draft.form_id)
    }.get(name)
    if found is None:
        raise MediaUnknown(form_id=asking.the_form.xml_form_id, name=name)
    return sent_media(asking.here.blobs.path(found.sha256), found.media_type, name, etag=found.md5)


@resource.post(
    "/attachments/<segment:name>",
    may="form.update",
    takes_media=("application/octet-stream",),
    gives=FormAttachment(),
)
def add_attachment(asking: Asking, name: str) -> dict[str, Any]:
    """Upload a file that the draft names."""
    form, here = asking.the_form, asking.here
    with here.storage.reading() as db:
        _refuse_unnamed(db, the_draft(db, form), name)
    content = read_content(here.settings.uploads.max_file_bytes)
    media = publish.media_file(name, content, request.mimetype)
    here.blobs.put(content)

    def work(db: Database) -> dict[str, Any]:
        draft = the_draft(db, form)
        _refuse_unnamed(db, draft, name)
        drafts.put_draft_media(db, form.id, media, now=asking.now)
        asking.audit(db, "form.attachment.update", details={"name": name})
        return next(attachment for attachment in _attachments(db, draft) if attachment["name"] == name)

    return asking.write(work)


@resource.delete("/attachments/<segment:name>", may="form.update", success=True)
def delete_attachment(asking: Asking, name: str) -> None:
    """Take a file from the draft."""

    def work(db: Database) -> None:
        if not drafts.delete_draft_media(db, the_draft(db, asking.the_form).form_id, name):
            raise MediaUnknown(form_id=asking.the_form.xml_form_id, name=name)
        asking.audit(db, "form.attachment.update", details={"name": name, "deleted": True})

    asking.write(work)


def _attachments(db: Database, draft: Draft) -> list[dict[str, Any]]:
    files = {
        media_file.media.name: (media_file.media, media_file.updated_at)
        for media_file in drafts.draft_media(db, draft.form_id)
    }
    return representation.form_attachments(drafts.draft_definition(db, draft), files)


def _refuse_unnamed(db: Database, draft: Draft, name: str) -> None:
    definition = drafts.draft_definition(db, draft)
    if name not in definition.media:
        raise MediaUnknown(form_id=definition.form_id, name=name)
