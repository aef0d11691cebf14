"""The journey out: a form's submissions as CSV, as a zip of CSV files with their pictures, or as GeoJSON.

Everything is a stream over one consistent view of the database: the first byte leaves at once, and memory does not
grow with the number of sheets. Texts that a spreadsheet would take for formulas get an apostrophe in front.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED

from zipstream import ZipStream

from forms.base.blobs import BlobStore
from forms.base.formula import harmless
from forms.base.sqlite import Database
from forms.catalogue.definitions import columns_of, current_definition
from forms.catalogue.form import Form
from forms.definition.definition import Definition
from forms.definition.layout import TABLE, Column
from sync.export import flat_rows
from sync.export.column import ExportColumn, ExportOptions, file_names, header_of, safe_name
from sync.export.column import columns_of as export_columns
from sync.instance.geo import KINDS, geometry, parts
from sync.instance.row_key import names_of_repeats
from sync.lists.selection import Selection

Reading = Callable[[], AbstractContextManager[Database]]
Rows = Iterator[list[tuple[Any, ...]]]
LEVEL = 1
"""Of compression: half of the time of the usual level, for a tenth more bytes."""


def root_csv(
    reading: Reading, form: Form, selection: Selection, options: ExportOptions, *, names: Mapping[int, str]
) -> Iterator[bytes]:
    """The sheets themselves as one CSV, without their repeats. `names` are those of the submitters, by account."""
    with reading() as db:
        yield from _root(db, form, selection, options, names)


def csv_zip(
    reading: Reading,
    blobs: BlobStore,
    form: Form,
    selection: Selection,
    options: ExportOptions,
    *,
    names: Mapping[int, str],
) -> Iterator[bytes]:
    """A zip with a CSV for the sheets, one for each repeat, and the files under media/ if they are wanted.

    The files are sent when the view of the database has ended: there may be a day's download of them. Meanwhile
    no more is kept of them than what tells two files of one name apart.
    """
    files: dict[str, str] = {}
    with reading() as db:
        archive = ZipStream(compress_type=ZIP_STORED)
        tables = _repeat_tables(db, form, options)
        for repeat, file_name in file_names(form.xml_form_id, ["", *tables]):
            rows = (
                _repeat(db, form, selection, options, tables[repeat], repeat)
                if repeat
                else _root(db, form, selection, options, names)
            )
            archive.add(rows, file_name, compress_type=ZIP_DEFLATED, compress_level=LEVEL)
            yield from archive.all_files()
        if options.attachments:
            files = _files(db, blobs, selection)
    for name, sha256 in files.items():
        archive.add_path(str(blobs.path(sha256)), f"media/{name}")
        yield from archive.all_files()
    yield from archive.finalize()


def geojson(reading: Reading, form: Form, selection: Selection, *, path: str = "") -> Iterator[bytes]:
    """A feature for each sheet with a place: of the first geo question that was answered, or of that of `path`."""
    with reading() as db:
        definition = current_definition(db, form)
        asked = [
            answer
            for answer in definition.answers_in("")
            if answer.kind in KINDS and path in ("", answer.path)
        ]
        columns = export_columns(definition, columns_of(db, form.id), form.table_name, "", ExportOptions())
        sources = {column.path: column.source for column in columns}
        separator = '{"type":"FeatureCollection","features":['
        answers = (
            flat_rows.geo_answers(
                db, selection, form.table_name, [sources[question.path] for question in asked]
            )
            if asked
            else ()
        )
        for instance_id, created_at, state, *texts in answers:
            found = (
                (field.path, shape)
                for field, text in zip(asked, texts, strict=True)
                if (shape := geometry(text, field.kind))
            )
            field_path, shape = next(found, ("", None))
            if shape is None:
                continue
            properties = {
                "fieldpath": field_path,
                "submissionDate": created_at,
                "reviewState": state,
            }
            feature = {
                "type": "Feature",
                "id": instance_id,
                "geometry": shape,
                "properties": properties,
            }
            yield (separator + json.dumps(feature, ensure_ascii=False)).encode()
            separator = ","
        yield (separator if separator != "," else "").encode() + b"]}\n"


def _root(
    db: Database, form: Form, selection: Selection, options: ExportOptions, names: Mapping[int, str]
) -> Iterator[bytes]:
    definition = current_definition(db, form)
    known = columns_of(db, form.id)
    columns = export_columns(definition, known, form.table_name, "", options)
    rows = flat_rows.root_rows(
        db,
        selection,
        form.table_name,
        columns,
        names=names,
        has_files=bool(definition.binary_paths),
    )
    yield b"SubmissionDate,"  # at once: whoever waits sees that it begins, however long the choices take to read
    columns = _with_choices(db, selection, definition, form.table_name, columns)
    yield from _written(1, columns, flat_rows.ROOT_LAST, rows)


def _repeat(
    db: Database, form: Form, selection: Selection, options: ExportOptions, table: str, repeat: str
) -> Iterator[bytes]:
    definition = current_definition(db, form)
    known = columns_of(db, form.id)
    names = names_of_repeats(definition, repeat) or [repeat.rpartition("/")[2]]
    if repeat in definition.by_path:
        columns = export_columns(definition, known, table, repeat, options)
    else:
        columns = _gone(known, table, repeat, options)
    columns = _with_choices(db, selection, definition, table, columns)
    rows = flat_rows.repeat_rows(db, selection, table, columns, names=names)
    yield from _written(0, columns, flat_rows.REPEAT_LAST, rows)


def _written(
    offset: int, columns: Sequence[ExportColumn], last: Sequence[str], rows: Rows
) -> Iterator[bytes]:
    """Batches of rows as CSV, after their header; only questions that become several columns cost a step in Python.

    `offset` says how many cells stand before those of the questions: their headers are written already.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(header for column in columns for header in column.headers), *last])
    yield _emptied(text)
    spread = any(column.kind != "plain" for column in columns)
    for batch in rows:
        writer.writerows(_spread(batch, offset, columns) if spread else batch)
        yield _emptied(text)


def _emptied(text: io.StringIO) -> bytes:
    content = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return content


def _spread(
    batch: list[tuple[Any, ...]], offset: int, columns: Sequence[ExportColumn]
) -> Iterator[list[Any]]:
    for row in batch:
        cells = list(row[:offset])
        for column, value in zip(columns, row[offset:], strict=False):
            if column.kind == "geopoint":
                cells += parts(value)
                continue
            cells.append(harmless(value) if isinstance(value, str) else value)
            if column.kind == "choices":
                chosen = set(str(value).split()) if value is not None else None
                cells += ["" if chosen is None else int(choice in chosen) for choice in column.choices]
        yield [*cells, *row[offset + len(columns) :]]


def _with_choices(
    db: Database, selection: Selection, definition: Definition, table: str, columns: list[ExportColumn]
) -> list[ExportColumn]:
    """The columns, those of split questions with the choices that occur: the form's order first.

    All answers of these questions are read for it, once and in batches.
    """
    split = [column for column in columns if column.kind == "choices"]
    if not split:
        return columns
    used = flat_rows.choices_in_use(db, selection, table, [column.source for column in split])
    choices: dict[str, tuple[str, ...]] = {}
    for column, occurring in zip(split, used, strict=True):
        listed = definition.choice_lists.get(definition.by_path[column.path].choices, ())
        ordered = [choice.name for choice in listed if choice.name in occurring]
        choices[column.path] = (*ordered, *sorted(occurring - set(ordered)))
    return [
        replace(column, choices=choices[column.path]) if column.path in choices else column
        for column in columns
    ]


def _repeat_tables(db: Database, form: Form, options: ExportOptions) -> dict[str, str]:
    """The table of each repeat by its path, in the form's order; those of earlier versions last, if wanted."""
    definition = current_definition(db, form)
    tables = {column.path: column.table for column in columns_of(db, form.id) if column.storage == TABLE}
    now = {repeat.path: tables[repeat.path] for repeat in definition.repeats if repeat.path in tables}
    gone = {path: table for path, table in sorted(tables.items()) if path not in now}
    return {**now, **gone} if options.deleted_fields else now


def _gone(known: Sequence[Column], table: str, repeat: str, options: ExportOptions) -> list[ExportColumn]:
    return [
        ExportColumn(column.path, header_of(column.path, repeat, options), f't."{column.name}"')
        for column in known
        if column.table == table and column.name
    ]


def _files(db: Database, blobs: BlobStore, selection: Selection) -> dict[str, str]:
    """The SHA-256 of each file by its name; the same name twice with other bytes gets a number."""
    files: dict[str, str] = {}
    for name, sha256 in flat_rows.files(db, selection):
        plain, number = safe_name(name), 1
        while files.get(plain, sha256) != sha256:
            number += 1
            plain = _numbered(safe_name(name), number)
        if plain not in files and sha256 in blobs:
            files[plain] = sha256
    return files


def _numbered(name: str, number: int) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem}-{number}{dot}{ending}" if stem else f"{name}-{number}"
