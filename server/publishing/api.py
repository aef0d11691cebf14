"""/v1/projects/P/forms: listing, uploading, reading and closing forms."""

from typing import Any

from flask import Response

from forms.base.by import By
from forms.base.sqlite import Database
from forms.catalogue import definitions, drafts, publish
from forms.catalogue.form import Form
from forms.catalogue.publish import DraftPlace, FormExists
from forms.catalogue.sheet import Sheet, examine
from forms.definition.xform import parse_xform
from server.base.refusals import AddressUnknown
from server.base.whole_number import whole_number
from server.identity.password import new_token
from server.projects.visible import visible_forms
from server.publishing.form_upload import MEDIA_TYPES, SheetHasWarnings, read_sheet
from server.publishing.release import XML, publish_now, spreadsheet
from server.submissions.schema import FieldAnswer, FieldsQuery, FormChanges, FormQuery, UploadQuery
from server.submissions.schema import Form as FormAnswer
from server.web import representation
from server.web.route import Asking, Resource
from server.web.sent import sent_xml

resource = Resource("forms", "/v1/projects/<segment:project_id>/forms")


@resource.get("", may="form.list", asks=FormQuery(), gives=FormAnswer(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """The forms of a project, drafts included for those who may edit; `deleted=true` shows the trash."""
    db, project_id = asking.db, asking.the_project.id
    if asking.query["deleted"]:
        if not asking.asker.reach("form.restore", project_id):
            return []
        return [
            representation.form(db, form) | {"id": form.id, "deleted_at": form.deleted_at}
            for form in definitions.deleted_forms(db, project_id)
        ]
    return [_shown(asking, db, form) for form in visible_forms(asking, db, project_id)]


@resource.post("", may="form.create", asks=UploadQuery(), takes_media=MEDIA_TYPES, gives=FormAnswer())
def create(asking: Asking) -> dict[str, Any]:
    """Upload a new form: as a draft, or published at once with `publish=true`."""
    query = asking.query
    settings = asking.here.settings
    sheet = read_sheet(settings, ignores_warnings=query["ignore_warnings"])
    examine(sheet, settings.reporting_bands)

    def work(db: Database) -> dict[str, Any]:
        _refuse_name_in_trash(asking, db, sheet, is_confirmed=query["ignore_warnings"])
        place = DraftPlace(asking.the_project.id, None, new_token())
        by = By(asking.asker.id, asking.now)
        form = publish.draft(db, sheet, place, bands=settings.reporting_bands, by=by)
        asking.audit(db, "form.create", form_id=form.id)
        if query["publish"]:
            form = publish_now(asking, db, form, version=None).form
        return representation.form(db, form)

    return asking.write(work)


@resource.post("/<segment:number>/restore", may="form.restore", success=True)
def restore(asking: Asking, number: str) -> None:
    """Take a form out of the trash, by the number that the trash gives."""

    def work(db: Database) -> None:
        form = definitions.find_form_by_key(db, whole_number(number) or 0)
        if form is None or form.project_id != asking.the_project.id or form.deleted_at is None:
            raise AddressUnknown
        if definitions.find_form(db, form.project_id, form.xml_form_id):
            raise FormExists(form_id=form.xml_form_id)
        definitions.set_deleted(db, form.id, is_deleted=False, now=asking.now)
        asking.audit(db, "form.restore", form_id=form.id)

    asking.write(work)


@resource.get("/<segment:form_id>", may="form.read", gives=FormAnswer())
def read(asking: Asking) -> dict[str, Any]:
    """One form."""
    return _shown(asking, asking.db, asking.the_form)


@resource.patch("/<segment:form_id>", may="form.update", takes=FormChanges(), gives=FormAnswer())
def update(asking: Asking) -> dict[str, Any]:
    """Open a form, close it to new phones, or close it."""

    def work(db: Database) -> dict[str, Any]:
        form = asking.the_form
        state = asking.body.get("state")
        if state is not None and state != form.state:
            definitions.set_state(db, form.id, state, now=asking.now)
            asking.audit(db, "form.update", details={"data": {"state": state}})
        return representation.form(db, definitions.find_form_by_key(db, form.id) or form)

    return asking.write(work)


@resource.delete("/<segment:form_id>", may="form.delete", success=True)
def delete(asking: Asking) -> None:
    """Put a form into the trash; what it received stays and comes back with it."""

    def work(db: Database) -> None:
        definitions.set_deleted(db, asking.the_form.id, is_deleted=True, now=asking.now)
        asking.audit(db, "form.delete")

    asking.write(work)


@resource.get("/<segment:form_id>.xml", may="form.read", gives_media=(XML,))
def xml(asking: Asking) -> Response:
    """The form's XForm, the very bytes that were published."""
    db, form = asking.db, asking.the_form
    content = (
        definitions.definition_xml(db, form.current_definition_id)
        if form.current_definition_id is not None
        else drafts.draft_xml(db, form.id)
    )
    return sent_xml(content, f"{form.xml_form_id}.xml")


@resource.get("/<segment:form_id>.xlsx", may="form.read", gives_media=(representation.EXCEL[".xlsx"],))
def xlsx(asking: Asking) -> Response:
    """The spreadsheet that the form was made from, where it was an .xlsx."""
    return spreadsheet(asking, ".xlsx")


@resource.get("/<segment:form_id>.xls", may="form.read", gives_media=(representation.EXCEL[".xls"],))
def xls(asking: Asking) -> Response:
    """The spreadsheet that the form was made from, where it was an .xls."""
    return spreadsheet(asking, ".xls")


@resource.get(
    "/<segment:form_id>/fields", may="form.read", asks=FieldsQuery(), gives=FieldAnswer(), gives_many=True
)
def fields(asking: Asking) -> list[dict[str, Any]]:
    """The questions in order; `odata=true` writes their names as the OData feed does."""
    form = asking.the_form
    if form.current_definition_id is None:
        raise AddressUnknown
    definition = definitions.load_definition(asking.db, form.current_definition_id)
    return representation.fields(definition, for_odata=asking.query["odata"])


def _shown(asking: Asking, db: Database, form: Form) -> dict[str, Any]:
    told = representation.form(db, form)
    return told | representation.extended_form(db, form, asking.asker) if asking.is_extended else told


def _refuse_name_in_trash(asking: Asking, db: Database, sheet: Sheet, *, is_confirmed: bool) -> None:
    """A name in the trash may be used again, when it is meant and with a version that is new."""
    definition = parse_xform(sheet.xml)
    project_id = asking.the_project.id
    if definitions.find_form(db, project_id, definition.form_id):
        raise FormExists(form_id=definition.form_id)
    if not definitions.deleted_forms(db, project_id, definition.form_id):
        return
    publish.refuse_used_version(db, project_id, definition.form_id, definition.version)
    if not is_confirmed:
        details = {"xmlFormId": definition.form_id}
        found = {"type": "deletedFormExists", "details": details}
        raise SheetHasWarnings(warnings={"xlsFormWarnings": [], "workflowWarnings": [found]})
