"""The journey of a form: a converted sheet and its media become a version that phones see.

Everything that can be refused is looked at before anything is written.
"""

import hashlib
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    before = definitions.find_definition(db, form.id, definition.version) if form else None
    files = _media(definition, media, _media_before(db, form, before))
    if form and before:
        kept = _hashes(definitions.media_of(db, before.id))
        if before.sha256 == _sha256(sheet.xml) and kept == _hashes(files):
            return Published(form, before.id, before.version, is_new=False)
        raise VersionTaken(form_id=definition.form_id, version=definition.version)
    if form:
        _refuse_changed_types(definitions.kinds_so_far(db, form.id), definition)
    for name in {each.name for each in files} & media.keys():
        blobs.put(media[name])
    taken = definitions.table_names_taken(db)
    if form is None:
        table = table_name_for(definition.form_id, taken)
        form = definitions.create_form(
            db, project_id, xml_form_id=definition.form_id, table_name=table, now=now
        )
    known = definitions.columns_of(db, form.id)
    layout = lay_out(definition, table_name=form.table_name, known=known, taken_tables=taken)
    definition_id = definitions.add_definition(
        db,
        _row(form, definition, sheet, now),
        xml=sheet.xml,
        xlsx=sheet.xlsx,
        media=files,
        columns=layout.columns,
    )
    make_tables(db, layout)
    form = replace(form, current_definition_id=definition_id)
    return Published(form, definition_id, definition.version, is_new=True)


def _row(form: Form, definition: Definition, sheet: Sheet, now: datetime) -> DefinitionRow:
    return DefinitionRow(
        id=0,
        form_id=form.id,
        version=definition.version,
        title=definition.title,
        md5=_md5(sheet.xml),
        sha256=_sha256(sheet.xml),
        is_validated=sheet.is_validated,
        warnings=sheet.warnings,
        published_at=written(now),
    )


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hashes(files: Sequence[Media]) -> dict[str, str]:
    return {each.name: each.sha256 for each in files}


def _media_before(db: Database, form: Form | None, same_version: DefinitionRow | None) -> dict[str, Media]:
    """The files to take over: those of this very version, if it is there, else of the current one."""
    definition_id = same_version.id if same_version else form.current_definition_id if form else None
    return {each.name: each for each in definitions.media_of(db, definition_id)} if definition_id else {}


def _media(definition: Definition, given: Mapping[str, bytes], earlier: Mapping[str, Media]) -> list[Media]:
    missing = [name for name in definition.media if name not in given and name not in earlier]
    if missing:
        raise MediaMissing(form_id=definition.form_id, names=tuple(missing))
    return [_file(name, given[name]) if name in given else earlier[name] for name in definition.media]


def _file(name: str, content: bytes) -> Media:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Media(name, _sha256(content), _md5(content), len(content), media_type)


def _refuse_changed_types(before: Mapping[str, str], after: Definition) -> None:
    for field in after.fields:
        was = before.get(field.path, field.kind)
        if was != field.kind and (field.kind != "string" or was in ("group", "repeat")):
            raise FieldTypeChanged(form_id=after.form_id, path=field.path, before=was, after=field.kind)


def _locate(problem: TagProblem, rows: Mapping[str, SheetRow]) -> LocatedProblem:
    row = rows.get(problem.path)
    if row is None:
        return LocatedProblem(problem, "survey", 0, "")
    column = row.columns.get(f"bind::fiche:{problem.attribute}", "")
    return LocatedProblem(problem, row.sheet, row.row, column)
