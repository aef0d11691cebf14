"""/v1/projects/P/forms/F/versions and …/attachments: every published version, its bytes and files."""

from contextlib import suppress
from typing import Any

from flask import Response

from forms.base.digest import md5_of
from forms.base.sqlite import Database, sqlite3
from forms.catalogue import definitions
from forms.catalogue.form import DefinitionRow
from server.identity import app_users
from server.openrosa.correction_list import LIST, own_list
from server.openrosa.form_version import MediaUnknown, version_named
from server.publishing.release import XML
from server.submissions.schema import FieldAnswer, FieldsQuery, FormAttachment
from server.submissions.schema import Form as FormAnswer
from server.web import representation
from server.web.answer import file_answer
from server.web.route import Asking, Resource
from server.web.sent import sent_media, sent_xml
from server.words.spreadsheet import CSV
from sync.intake.receive import FormUnknown

"""Stands for an empty version in an address, as in ODK Central."""
BASE = "/v1/projects/<segment:project_id>/forms/<segment:form_id>"
resource = Resource("form_versions", BASE)


@resource.get("/versions", may="form.read", gives=FormAnswer(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """Every published version, newest first."""
    db, form = asking.db, asking.the_form
    rows = definitions.versions_of(db, form.id)
    if not asking.is_extended:
        return [representation.form(db, form, row) for row in rows]
    return [
        representation.form(db, form, row)
        | {
            "published_by": representation.actor_with(db, row.publisher_id),
            "excel_content_type": representation.EXCEL.get(row.file_type),
        }
        for row in rows
    ]


@resource.get("/versions/<segment:version>", may="form.read", gives=FormAnswer())
def read(asking: Asking, version: str) -> dict[str, Any]:
    """One version."""
    return representation.form(asking.db, asking.the_form, the_version(asking, version))


@resource.get("/versions/<segment:version>.xml", may="form.read", gives_media=(XML,))
def xml(asking: Asking, version: str) -> Response:
    """The XForm of one version."""
    row = the_version(asking, version)
    return sent_xml(definitions.definition_xml(asking.db, row.id), f"{asking.the_form.xml_form_id}.xml")


@resource.get(
    "/versions/<segment:version>/fields",
    may="form.read",
    asks=FieldsQuery(),
    gives=FieldAnswer(),
    gives_many=True,
)
def fields(asking: Asking, version: str) -> list[dict[str, Any]]:
    """The questions of one version."""
    definition = definitions.load_definition(asking.db, the_version(asking, version).id)
    return representation.fields(definition, for_odata=asking.query["odata"])


@resource.get(
    "/versions/<segment:version>/attachments", may="form.read", gives=FormAttachment(), gives_many=True
)
def attachments_of(asking: Asking, version: str) -> list[dict[str, Any]]:
    """The files that one version names, and which of them there are."""
    return _attachments(asking.db, the_version(asking, version))


@resource.get(
    "/versions/<segment:version>/attachments/<segment:name>",
    may="form.read",
    gives_media=("application/octet-stream",),
)
def attachment_of(asking: Asking, version: str, name: str) -> Response:
    """One file of one version."""
    return _file(asking, the_version(asking, version), name)


@resource.get("/attachments", may="form.read", gives=FormAttachment(), gives_many=True)
def attachments(asking: Asking) -> list[dict[str, Any]]:
    """The files that the published form names, and which of them there are."""
    return _attachments(asking.db, the_version(asking, None))


@resource.get("/attachments/<segment:name>", may="form.read", gives_media=("application/octet-stream",))
def attachment(asking: Asking, name: str) -> Response:
    """One file of the published form."""
    return _file(asking, the_version(asking, None), name)


def the_version(asking: Asking, version: str | None) -> DefinitionRow:
    """A version of the form in the address, the current one for None.

    Raises FormUnknown for a form that has no version, or FormVersionUnknown.
    """
    db, form = asking.db, asking.the_form
    if form.current_definition_id is None:
        raise FormUnknown(form_id=form.xml_form_id)
    return version_named(db, form, version)


def _attachments(db: Database, row: DefinitionRow) -> list[dict[str, Any]]:
    files = {
        media_file.name: (media_file, row.published_at) for media_file in definitions.media_of(db, row.id)
    }
    return representation.form_attachments(definitions.load_definition(db, row.id), files)


def _file(asking: Asking, row: DefinitionRow, name: str) -> Response:
    own = own_list(asking.db, asking.asker, row, asking.here.settings) if name == LIST else None
    if own is not None:
        return _own_file(asking, own)
    found = {media_file.name: media_file for media_file in definitions.media_of(asking.db, row.id)}.get(name)
    if found is None:
        raise MediaUnknown(form_id=asking.the_form.xml_form_id, name=name)
    return sent_media(asking.here.blobs.path(found.sha256), found.media_type, name, etag=found.md5)


def _own_file(asking: Asking, content: bytes) -> Response:
    """A list made for the phone that asks; it is written down that the phone has it."""
    phone_id, md5 = asking.asker.id or 0, md5_of(content)
    if not app_users.has_list(asking.db, phone_id, md5):
        with suppress(sqlite3.OperationalError):  # a full disk must not keep the phone from its list
            asking.write(lambda db: app_users.note_list(db, phone_id, md5, now=asking.now))
    response = file_answer(content, CSV, LIST)
    response.headers["Vary"] = "Authorization, Cookie"  # whatever stands between must not give it to another
    return response
