"""The journey of a form: a converted sheet and its media become a version that phones see.

Everything that can be refused is looked at before anything is written.
"""

import hashlib
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forms import definitions
from forms.age_band import AgeBand
from forms.blobs import BlobStore
from forms.definition import Definition, TagProblem
from forms.definitions import DefinitionRow, Form, Media
from forms.layout import Layout, lay_out, table_name_for
from forms.moment import written
from forms.refusal import Refusal
from forms.sqlite import Database
from forms.tally_tag import check
from forms.xform import parse_xform
from forms.xlsform import SheetRow

MakeTables = Callable[[Database, Layout], None]


class TagsInvalid(Refusal):
    """The form cannot be counted (`problems`: LocatedProblem each)."""


class VersionTaken(Refusal):
    """This version was published with other content. Phones would mix the two (OR-19, Central 409.6)."""


class MediaMissing(Refusal):
    """The form names files that were not given (`names`)."""


class FieldTypeChanged(Refusal):
    """A question changed its type to something else than text (Central 400.17)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A converted form, ready to be published."""

    xml: bytes
    warnings: tuple[str, ...] = ()
    is_validated: bool = False
    xlsx: bytes | None = None
    """The spreadsheet it came from, kept for people who want it back."""
    rows: Mapping[str, SheetRow] | None = None
    """Where its questions stand (`forms.xlsform.locate`)."""


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """A tag problem and where it stands in the spreadsheet."""

    problem: TagProblem
    sheet: str
    row: int
    """0 where it is not known."""
    column: str


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a sheet."""

    form: Form
    definition_id: int
    version: str
    is_new: bool
    """False when this very content was published before, and nothing changed."""


def examine(sheet: Sheet, bands: Sequence[AgeBand]) -> Definition:
    """The definition of a sheet that may be published.

    Raises `forms.xform.XFormInvalid` or TagsInvalid.
    """
    definition = parse_xform(sheet.xml)
    problems = check(definition, bands)
    if problems:
        located = tuple(_locate(problem, sheet.rows or {}) for problem in problems)
        raise TagsInvalid(form_id=definition.form_id, problems=located)
    return definition


def publish(
    db: Database,
    blobs: BlobStore,
    *,
    project_id: int,
    sheet: Sheet,
    media: Mapping[str, bytes],
    bands: Sequence[AgeBand],
    make_tables: MakeTables,
    now: datetime,
) -> Published:
    """Publish a sheet to a project, as a new form or as a new version of one.

    `media` are the files at hand; those that the form names and that are not among them are taken over
    from the form's current version. `make_tables` creates the flat tables (`sync.rows.make_tables`).

    Raises what `examine` raises, VersionTaken, MediaMissing or FieldTypeChanged.
    """
    definition = examine(sheet, bands)
    form = definitions.find_form(db, project_id, definition.form_id)
    files = _media(db, blobs, definition, form, media)
    before = definitions.find_definition(db, form.id, definition.version) if form else None
    if form and before:
        if before.md5 == _md5(sheet.xml) and definitions.media_of(db, before.id) == files:
            return Published(form, before.id, before.version, is_new=False)
        raise VersionTaken(form_id=definition.form_id, version=definition.version)
    if form and form.current_definition_id is not None:
        _refuse_changed_types(definitions.load_definition(db, form.current_definition_id), definition)
    if form is None:
        table = table_name_for(definition.form_id, definitions.table_names_taken(db))
        form = definitions.create_form(
            db, project_id, xml_form_id=definition.form_id, table_name=table, now=now
        )
    layout = lay_out(definition, table_name=form.table_name, known=definitions.columns_of(db, form.id))
    definition_id = definitions.add_definition(
        db,
        _row(form, definition, sheet, now),
        xml=sheet.xml,
        xlsx=sheet.xlsx,
        media=files,
        columns=layout.columns,
    )
    make_tables(db, layout)
    return Published(form, definition_id, definition.version, is_new=True)


def _row(form: Form, definition: Definition, sheet: Sheet, now: datetime) -> DefinitionRow:
    return DefinitionRow(
        id=0,
        form_id=form.id,
        version=definition.version,
        title=definition.title,
        md5=_md5(sheet.xml),
        sha256=hashlib.sha256(sheet.xml).hexdigest(),
        is_validated=sheet.is_validated,
        warnings=sheet.warnings,
        published_at=written(now),
    )


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _media(
    db: Database,
    blobs: BlobStore,
    definition: Definition,
    form: Form | None,
    given: Mapping[str, bytes],
) -> list[Media]:
    current = form.current_definition_id if form else None
    earlier = {each.name: each for each in definitions.media_of(db, current)} if current else {}
    missing = [name for name in definition.media if name not in given and name not in earlier]
    if missing:
        raise MediaMissing(form_id=definition.form_id, names=tuple(missing))
    files = []
    for name in definition.media:
        if name in given:
            blob = blobs.put(given[name])
            media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
            files.append(Media(name, blob.sha256, blob.md5, blob.size, media_type))
        else:
            files.append(earlier[name])
    return files


def _refuse_changed_types(before: Definition, after: Definition) -> None:
    for field in after.fields:
        was = before.by_path.get(field.path)
        structural = {"group", "repeat"}
        if was is None or was.kind == field.kind:
            continue
        if field.kind != "string" or was.kind in structural:
            raise FieldTypeChanged(
                form_id=after.form_id, path=field.path, before=was.kind, after=field.kind
            )


def _locate(problem: TagProblem, rows: Mapping[str, SheetRow]) -> LocatedProblem:
    row = rows.get(problem.path)
    if row is None:
        return LocatedProblem(problem, "survey", 0, "")
    column = row.columns.get(f"bind::fiche:{problem.attribute}", "")
    return LocatedProblem(problem, row.sheet, row.row, column)
