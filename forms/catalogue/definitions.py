"""Keeps forms, their published versions and the media of each version."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from forms.base.moment import written
from forms.base.sqlite import Database, new_key
from forms.catalogue.form import Content, DefinitionRow, Form, Media
from forms.definition.confidential import as_kept
from forms.definition.definition import Definition
from forms.definition.layout import TABLE, Column, Layout, lay_out
from forms.definition.xform import parse_xform

_FORM = """
    SELECT id, project_id, xml_form_id, state, table_name, current_definition_id, confidential, creator_id,
           created_at, updated_at, deleted_at FROM form
"""
_DEFINITION = """
    SELECT id, form_id, version, title, md5, sha256, validated, warnings, published_at, file_type, publisher_id
    FROM form_definition
"""
_definitions: "WeakKeyDictionary[Database, dict[tuple[int, bool], Definition]]" = WeakKeyDictionary()
"""Definitions by id and by whether their form is confidential, for each open database."""
_layouts: "WeakKeyDictionary[Database, dict[int, Layout]]" = WeakKeyDictionary()
"""Layouts by definition, for each open database: a published definition's layout never changes."""


def find_form(db: Database, project_id: int, xml_form_id: str) -> Form | None:
    """The form of this name, unless it was deleted."""
    row = db.execute(
        f"{_FORM} WHERE project_id = :project_id AND xml_form_id = :form AND deleted_at IS NULL",
        {"project_id": project_id, "form": xml_form_id},
    ).fetchone()
    return _form(row) if row else None


def forms_of(db: Database, project_id: int) -> list[Form]:
    """The forms of a project by name, whatever their state; deleted ones are left out."""
    rows = db.execute(
        f"{_FORM} WHERE project_id = :id AND deleted_at IS NULL ORDER BY xml_form_id", {"id": project_id}
    )
    return [_form(row) for row in rows]


def confidential_forms(db: Database) -> list[str]:
    """The ids of the confidential forms of all projects, by the alphabet."""
    rows = db.execute(
        "SELECT DISTINCT xml_form_id FROM form WHERE confidential AND deleted_at IS NULL ORDER BY xml_form_id"
    )
    return [str(row[0]) for row in rows]


def find_form_by_key(db: Database, form_id: int) -> Form | None:
    """The form with this key, deleted or not."""
    row = db.execute(f"{_FORM} WHERE id = :id", {"id": form_id}).fetchone()
    return _form(row) if row else None


def deleted_forms(db: Database, project_id: int, xml_form_id: str = "") -> list[Form]:
    """The forms in a project's trash, those of one name if it is given."""
    rows = db.execute(
        f"""{_FORM} WHERE project_id = :id AND deleted_at IS NOT NULL
        AND (:form = '' OR xml_form_id = :form) ORDER BY xml_form_id, id""",
        {"id": project_id, "form": xml_form_id},
    )
    return [_form(row) for row in rows]


def set_state(db: Database, form_id: int, state: str, *, now: datetime) -> None:
    """Open a form, close it to new phones ("closing"), or close it."""
    db.execute(
        "UPDATE form SET state = :state, updated_at = :now WHERE id = :id",
        {"state": state, "now": written(now), "id": form_id},
    )


def set_deleted(db: Database, form_id: int, *, is_deleted: bool, now: datetime) -> None:
    """Put a form into the trash, or take it out again. What it received stays."""
    db.execute(
        "UPDATE form SET deleted_at = CASE WHEN :deleted THEN :now END, updated_at = :now WHERE id = :id",
        {"deleted": is_deleted, "now": written(now), "id": form_id},
    )


def table_names_taken(db: Database) -> list[str]:
    """The names of every table and of those that forms without one would have, so that a new form's is another."""
    return [*db.table_names(), *(row[0] for row in db.execute("SELECT table_name FROM form"))]


def create_form(
    db: Database,
    project_id: int,
    *,
    xml_form_id: str,
    table_name: str,
    now: datetime,
    creator_id: int | None = None,
) -> Form:
    """Add a form that has no version yet."""
    cursor = db.execute(
        """
        INSERT INTO form (project_id, xml_form_id, table_name, creator_id, created_at)
        VALUES (:project_id, :form, :table_name, :creator_id, :now)
        """,
        {
            "project_id": project_id,
            "form": xml_form_id,
            "table_name": table_name,
            "creator_id": creator_id,
            "now": written(now),
        },
    )
    key = new_key(cursor)
    return Form(
        key, project_id, xml_form_id, "open", table_name, None, creator_id=creator_id, created_at=written(now)
    )


def add_definition(
    db: Database,
    row: DefinitionRow,
    content: Content,
    *,
    columns: Sequence[Column],
    is_confidential: bool = False,
) -> int:
    """Keep a version with its media and the columns that its form has now, and make it the current one.

    `row.id` is not read; gives the new id. A form that was confidential once stays so.
    """
    cursor = db.execute(
        """
        INSERT INTO form_definition
            (form_id, version, title, md5, sha256, validated, warnings, published_at, file_type, publisher_id,
             xml, xlsx)
        VALUES (:form_id, :version, :title, :md5, :sha256, :validated, :warnings, :published_at, :file_type,
            :publisher_id, :xml, :xlsx)
        """,
        {
            "form_id": row.form_id,
            "version": row.version,
            "title": row.title,
            "md5": row.md5,
            "sha256": row.sha256,
            "validated": row.is_validated,
            "warnings": json.dumps(row.warnings, ensure_ascii=False),
            "published_at": row.published_at,
            "file_type": row.file_type,
            "publisher_id": row.publisher_id,
            "xml": content.xml,
            "xlsx": content.xlsx,
        },
    )
    definition_id = new_key(cursor)
    _add_media_and_columns(db, definition_id, row.form_id, media=content.media, columns=columns)
    db.execute(
        """
        UPDATE form SET current_definition_id = :definition_id, updated_at = :now,
            confidential = MAX(confidential, :confidential) WHERE id = :form_id
        """,
        {
            "definition_id": definition_id,
            "now": row.published_at,
            "confidential": is_confidential,
            "form_id": row.form_id,
        },
    )
    return definition_id


def _add_media_and_columns(
    db: Database, definition_id: int, form_id: int, *, media: Sequence[Media], columns: Sequence[Column]
) -> None:
    db.conn.executemany(
        """
        INSERT INTO form_media (definition_id, name, sha256, md5, size, media_type) VALUES (?, ?, ?, ?, ?, ?)
        """,
        [(definition_id, file.name, file.sha256, file.md5, file.size, file.media_type) for file in media],
    )
    db.conn.executemany(
        """
        INSERT INTO form_column (form_id, path, storage, table_name, column_name) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        [(form_id, column.path, column.storage, column.table, column.name) for column in columns],
    )


def find_definition(db: Database, form_id: int, version: str) -> DefinitionRow | None:
    """The version of a form, by the form's key."""
    row = db.execute(
        f"{_DEFINITION} WHERE form_id = :form_id AND version = :version",
        {"form_id": form_id, "version": version},
    ).fetchone()
    return _definition_row(row) if row else None


def definition_row(db: Database, definition_id: int) -> DefinitionRow:
    """The version with this id."""
    return _definition_row(db.execute(f"{_DEFINITION} WHERE id = :id", {"id": definition_id}).fetchone())


def versions_of(db: Database, form_id: int) -> list[DefinitionRow]:
    """Every published version of a form, newest first."""
    rows = db.execute(f"{_DEFINITION} WHERE form_id = :id ORDER BY id DESC", {"id": form_id})
    return [_definition_row(row) for row in rows]


def published(db: Database, project_id: int) -> list[tuple[Form, DefinitionRow]]:
    """The forms of a project that phones are offered: published and open, with their current version."""
    return [
        (form, definition_row(db, form.current_definition_id))
        for form in forms_of(db, project_id)
        if form.state == "open" and form.current_definition_id is not None
    ]


def definition_xml(db: Database, definition_id: int) -> bytes:
    """The XForm, the very bytes whose MD5 the form list gives (OR-13)."""
    row = db.execute("SELECT xml FROM form_definition WHERE id = :id", {"id": definition_id}).fetchone()
    return bytes(row[0])


def definition_file(db: Database, definition_id: int) -> bytes | None:
    """The spreadsheet that a version was made from, if it was one."""
    row = db.execute("SELECT xlsx FROM form_definition WHERE id = :id", {"id": definition_id}).fetchone()
    return bytes(row[0]) if row[0] is not None else None


def media_of(db: Database, definition_id: int) -> list[Media]:
    """The files of a version, by name."""
    rows = db.execute(
        """
        SELECT name, sha256, md5, size, media_type FROM form_media
        WHERE definition_id = :id ORDER BY name
        """,
        {"id": definition_id},
    )
    return [Media(*row) for row in rows]


def columns_of(db: Database, form_id: int) -> list[Column]:
    """Every column that any version of a form has had."""
    rows = db.execute(
        "SELECT path, storage, table_name, column_name FROM form_column WHERE form_id = :id",
        {"id": form_id},
    )
    return [Column(*row) for row in rows]


def kinds_so_far(db: Database, form_id: int) -> dict[str, str]:
    """The kind that each question ever asked by a form had last, by path."""
    versions = db.execute(
        "SELECT id, sha256 FROM form_definition WHERE form_id = :id ORDER BY id", {"id": form_id}
    ).fetchall()
    # not through load_definition: what this transaction has added may yet be undone, and its id used again
    return {
        field.path: field.kind
        for definition_id, sha256 in versions
        for field in parse_kept(partial(definition_xml, db, definition_id), sha256).fields
    }


def table_names(db: Database, form_id: int) -> list[str]:
    """The form's own table, then those of every repeat that any of its versions has had."""
    own = db.execute("SELECT table_name FROM form WHERE id = :id", {"id": form_id}).fetchone()[0]
    return [own, *sorted(column.table for column in columns_of(db, form_id) if column.storage == TABLE)]


def load_definition(db: Database, definition_id: int) -> Definition:
    """What a version asks and counts today: whether it is confidential, its form says, whatever the version did.

    The same bytes are parsed once in the life of a process.
    """
    sha256, is_confidential = db.execute(
        """
        SELECT v.sha256, f.confidential FROM form_definition AS v JOIN form AS f ON f.id = v.form_id
        WHERE v.id = :id
        """,
        {"id": definition_id},
    ).fetchone()
    key = (definition_id, bool(is_confidential))
    kept = _definitions.setdefault(db, {})
    if key not in kept:
        parsed = parse_kept(partial(definition_xml, db, definition_id), sha256)
        kept[key] = as_kept(parsed, is_confidential=key[1])
    return kept[key]


def current_row(db: Database, form: Form) -> DefinitionRow:
    """The version that a published form has now."""
    assert form.current_definition_id is not None
    return definition_row(db, form.current_definition_id)


def current_definition(db: Database, form: Form) -> Definition:
    """What a published form asks now."""
    assert form.current_definition_id is not None
    return load_definition(db, form.current_definition_id)


def narratives_of(db: Database, form_id: int) -> frozenset[str]:
    """The questions that any version of a form calls narratives: what older versions asked openly is one too."""
    found = (load_definition(db, version.id).narratives for version in versions_of(db, form_id))
    return frozenset().union(*found)


def layout_of(db: Database, definition_id: int) -> Layout:
    """The tables and columns of a version."""
    layouts = _layouts.setdefault(db, {})
    if definition_id not in layouts:
        form_id, table_name = db.execute(
            """
            SELECT f.id, f.table_name FROM form AS f
            JOIN form_definition AS d ON d.form_id = f.id WHERE d.id = :id
            """,
            {"id": definition_id},
        ).fetchone()
        layouts[definition_id] = lay_out(
            load_definition(db, definition_id), table_name=table_name, known=columns_of(db, form_id)
        )
    return layouts[definition_id]


def is_for_browsers(db: Database, form: Form) -> bool:
    """Whether sheets may be filled without a phone: not where they are confidential, or a receipt of a notice."""
    if form.is_confidential or form.current_definition_id is None:
        return False
    return not load_definition(db, form.current_definition_id).is_notice


_parsed: dict[str, Definition] = {}
"""Parsed definitions by the SHA-256 of their bytes."""


def parse_kept(xml: Callable[[], bytes], sha256: str) -> Definition:
    """The parsed value of bytes that passed the checks once: read again only where this process never did."""
    if sha256 not in _parsed:
        _parsed[sha256] = parse_xform(xml())
    return _parsed[sha256]


def _definition_row(row: tuple[Any, ...]) -> DefinitionRow:
    values = list(row)
    values[6:8] = bool(row[6]), tuple(json.loads(row[7]))
    return DefinitionRow(*values)


def _form(row: tuple[Any, ...]) -> Form:
    values = list(row)
    values[6] = bool(row[6])
    return Form(*values)
