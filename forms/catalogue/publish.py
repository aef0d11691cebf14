"""The journey of a form: a converted sheet and its media become a draft, and a version that phones see.

Everything that can be refused is looked at before anything is written.
"""

import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from forms.base.blobs import BlobStore
from forms.base.by import By
from forms.base.digest import md5_of, sha256_of
from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue import definitions, drafts
from forms.catalogue.drafts import Draft, DraftUnknown
from forms.catalogue.form import Content, DefinitionRow, Form, Media
from forms.catalogue.sheet import Sheet, examine
from forms.definition.age_band import AgeBand
from forms.definition.confidential import refuse_lost_mark
from forms.definition.definition import Definition
from forms.definition.layout import Layout, lay_out, table_name_for
from forms.definition.xform import with_version

MakeTables = Callable[[Database, Layout], None]
"""Creates the flat tables of a layout (`sync.intake.rows.make_tables`)."""


class VersionTaken(Refusal):
    """This version was published with other content. Phones would mix the two (OR-19, Central 409.6)."""


class MediaMissing(Refusal):
    """The form names files that were not given (`names`)."""


class FieldTypeChanged(Refusal):
    """A question changed its type to something else than text (Central 400.17)."""


class FormExists(Refusal):
    """The project has a form of this name (Central 409.3)."""


class FormIdOther(Refusal):
    """What was sent for one form is another (`field`, `value`, `expected`; Central 400.8)."""


class StructureChanged(Refusal):
    """Questions of the published version are gone (`fields`); to be confirmed (Central 400.16)."""


class ListNotUtf8(Refusal):
    """A form's list is not written in UTF-8: phones would show wrong letters (`name`)."""


class FormIsOnlyDraft(Refusal):
    """The draft of a form that was never published cannot be thrown away (Central 409.7)."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, when, and what it takes beside the sheet."""

    bands: Sequence[AgeBand]
    """The age bands that are reported: no count may lie across them."""
    make_tables: MakeTables
    by: By


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where a draft goes."""

    project_id: int
    form: Form | None
    """None for a new form."""
    token: str
    """By which it is tried."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a sheet."""

    form: Form
    definition_id: int
    version: str
    is_new: bool
    """False when this very content was published before, and nothing changed."""
    becomes_confidential: bool = False
    """Whether it was open until now: what was laid open of its sheets is to be taken away."""


def publish(
    db: Database,
    blobs: BlobStore,
    publisher: Publisher,
    *,
    project_id: int,
    sheet: Sheet,
    media: Mapping[str, bytes],
) -> Published:
    """Publish a sheet to a project, as a new form or as a new version of one.

    `media` are the files at hand; those that the form names and that are not among them are taken over
    from the form's current version.

    Raises what `examine` raises, VersionTaken, MediaMissing or FieldTypeChanged.
    """
    definition = examine(sheet, publisher.bands)
    form = definitions.find_form(db, project_id, definition.form_id)
    refuse_lost_mark(definition, was_confidential=form is not None and form.is_confidential)
    before = definitions.find_definition(db, form.id, definition.version) if form else None
    files = _media(definition, media, _media_before(db, form, before))
    if form and before:
        kept = _hashes(definitions.media_of(db, before.id))
        if before.sha256 == sha256_of(sheet.xml) and kept == _hashes(files):
            return Published(form, before.id, before.version, is_new=False)
        raise VersionTaken(form_id=definition.form_id, version=definition.version)
    if form:
        _refuse_changed_types(definitions.kinds_so_far(db, form.id), definition)
    for name in {file.name for file in files} & media.keys():
        blobs.put(media[name])
    if form is None:
        form = _create(db, project_id, definition, publisher.by)
    return _store(db, form, definition, sheet, files, publisher)


def draft(
    db: Database,
    sheet: Sheet,
    place: DraftPlace,
    *,
    bands: Sequence[AgeBand],
    by: By,
    is_confirmed: bool = True,
) -> Form:
    """Keep a sheet as the draft of a form, or of a new form where the place names none.

    Files are taken over from the draft before it, else from the current version; those that are missing may follow.
    `is_confirmed` lets questions of the published version go.

    Raises what `examine` raises, FormExists, FormIdOther, FieldTypeChanged or StructureChanged.
    """
    definition = examine(sheet, bands)
    form = place.form
    if form is None:
        if definitions.find_form(db, place.project_id, definition.form_id):
            raise FormExists(form_id=definition.form_id)
        form = _create(db, place.project_id, definition, by)
    elif definition.form_id != form.xml_form_id:
        raise FormIdOther(field="xmlFormId", value=definition.form_id, expected=form.xml_form_id)
    refuse_lost_mark(definition, was_confidential=form.is_confidential)
    _refuse_changed_types(definitions.kinds_so_far(db, form.id), definition)
    if not is_confirmed:
        _refuse_lost_fields(db, form, definition)
    earlier = _media_before(db, form, None) | {
        draft_file.media.name: draft_file.media for draft_file in drafts.draft_media(db, form.id)
    }
    row = _row(form, definition, sheet, by.at)
    kept = Draft(
        form.id,
        place.token,
        row.version,
        row.title,
        row.md5,
        row.sha256,
        row.is_validated,
        row.warnings,
        row.file_type,
        row.published_at,
    )
    files = [earlier[name] for name in definition.media if name in earlier]
    drafts.put_draft(db, kept, xml=sheet.xml, xlsx=sheet.xlsx, media=files)
    return form


def publish_draft(db: Database, form: Form, publisher: Publisher, *, version: str | None = None) -> Published:
    """Let phones see a form's draft, under another version where one is given; the draft is gone then.

    Files that the form names and that have not come are left out of the manifest, as ODK Central does.

    Raises `forms.catalogue.drafts.DraftUnknown`, VersionTaken, and what `examine` raises.
    """
    found = drafts.find_draft(db, form.id)
    if found is None:
        raise DraftUnknown(form_id=form.xml_form_id)
    xml = drafts.draft_xml(db, form.id)
    if version is not None and version != found.version:
        xml = with_version(xml, version)
    sheet = Sheet(
        xml, found.warnings, found.is_validated, drafts.draft_file(db, form.id), found.file_type or ".xlsx"
    )
    definition = examine(sheet, publisher.bands)
    refuse_lost_mark(definition, was_confidential=form.is_confidential)
    refuse_used_version(db, form.project_id, form.xml_form_id, definition.version)
    files = [draft_file.media for draft_file in drafts.draft_media(db, form.id)]
    done = _store(db, form, definition, sheet, files, publisher)
    drafts.delete_draft(db, form.id)
    return done


def refuse_used_version(db: Database, project_id: int, xml_form_id: str, version: str) -> None:
    """Raise VersionTaken where this version was published before, by a form that is in the trash too."""
    form = definitions.find_form(db, project_id, xml_form_id)
    for same_id in [*([form] if form else []), *definitions.deleted_forms(db, project_id, xml_form_id)]:
        if definitions.find_definition(db, same_id.id, version):
            raise VersionTaken(form_id=xml_form_id, version=version)


def throw_draft_away(db: Database, form: Form) -> None:
    """Forget a form's draft. Raises FormIsOnlyDraft or `forms.catalogue.drafts.DraftUnknown`."""
    if form.current_definition_id is None:
        raise FormIsOnlyDraft(form_id=form.xml_form_id)
    if not drafts.delete_draft(db, form.id):
        raise DraftUnknown(form_id=form.xml_form_id)


def published_sheet(db: Database, form: Form) -> Sheet:
    """The current version as a sheet, to begin a draft from."""
    row = definitions.current_row(db, form)
    return Sheet(
        definitions.definition_xml(db, row.id),
        row.warnings,
        row.is_validated,
        definitions.definition_file(db, row.id),
        row.file_type or ".xlsx",
    )


def media_file(name: str, content: bytes, media_type: str = "") -> Media:
    """What is kept of a form's file. Raises ListNotUtf8."""
    if name.lower().endswith((".csv", ".geojson", ".xml")):
        try:
            content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ListNotUtf8(name=name) from None
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Media(name, sha256_of(content), md5_of(content), len(content), media_type or guessed)


def _create(db: Database, project_id: int, definition: Definition, by: By) -> Form:
    return definitions.create_form(
        db,
        project_id,
        xml_form_id=definition.form_id,
        table_name=table_name_for(definition.form_id, definitions.table_names_taken(db)),
        now=by.at,
        creator_id=by.actor_id,
    )


def _store(
    db: Database,
    form: Form,
    definition: Definition,
    sheet: Sheet,
    files: Sequence[Media],
    publisher: Publisher,
) -> Published:
    """Keep a version and make room for its answers; a confidential form gets no flat table."""
    by = publisher.by
    known = definitions.columns_of(db, form.id)
    taken = definitions.table_names_taken(db)
    layout = lay_out(definition, table_name=form.table_name, known=known, taken_tables=taken)
    is_confidential = form.is_confidential or definition.is_confidential
    definition_id = definitions.add_definition(
        db,
        replace(_row(form, definition, sheet, by.at), publisher_id=by.actor_id),
        Content(sheet.xml, sheet.xlsx, files),
        columns=layout.columns,
        is_confidential=is_confidential,
    )
    if not is_confidential:
        publisher.make_tables(db, layout)
    becomes = is_confidential and not form.is_confidential and form.current_definition_id is not None
    form = replace(
        form, current_definition_id=definition_id, is_confidential=is_confidential, updated_at=written(by.at)
    )
    return Published(form, definition_id, definition.version, is_new=True, becomes_confidential=becomes)


def _row(form: Form, definition: Definition, sheet: Sheet, now: datetime) -> DefinitionRow:
    return DefinitionRow(
        id=0,
        form_id=form.id,
        version=definition.version,
        title=definition.title,
        md5=md5_of(sheet.xml),
        sha256=sha256_of(sheet.xml),
        is_validated=sheet.is_validated,
        warnings=sheet.warnings,
        published_at=written(now),
        file_type=sheet.file_type if sheet.xlsx is not None else "",
    )


def _hashes(files: Sequence[Media]) -> dict[str, str]:
    return {file.name: file.sha256 for file in files}


def _media_before(db: Database, form: Form | None, same_version: DefinitionRow | None) -> dict[str, Media]:
    """The files to take over: those of this very version, if it is there, else of the current one."""
    definition_id = same_version.id if same_version else form.current_definition_id if form else None
    return (
        {medium.name: medium for medium in definitions.media_of(db, definition_id)} if definition_id else {}
    )


def _media(definition: Definition, given: Mapping[str, bytes], earlier: Mapping[str, Media]) -> list[Media]:
    missing = [name for name in definition.media if name not in given and name not in earlier]
    if missing:
        raise MediaMissing(form_id=definition.form_id, names=tuple(missing))
    return [media_file(name, given[name]) if name in given else earlier[name] for name in definition.media]


def _refuse_changed_types(before: Mapping[str, str], after: Definition) -> None:
    for field in after.fields:
        was = before.get(field.path, field.kind)
        if was != field.kind and (field.kind != "string" or was in ("group", "repeat")):
            raise FieldTypeChanged(form_id=after.form_id, path=field.path, before=was, after=field.kind)


def _refuse_lost_fields(db: Database, form: Form, after: Definition) -> None:
    if form.current_definition_id is None:
        return
    before = definitions.load_definition(db, form.current_definition_id)
    lost = tuple(
        field.path
        for field in before.fields
        if field.kind != "group" and field.path not in after.by_path and not field.path.startswith("/meta")
    )
    if lost:
        raise StructureChanged(form_id=form.xml_form_id, fields=lost)
