"""Keeps drafts: for each form at most one, tried on a phone by its token and then published or thrown away."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue.definitions import parse_kept
from forms.catalogue.form import Media
from forms.definition.definition import Definition


class DraftUnknown(Refusal):
    """The form has no draft (`form_id`)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A form on trial, without its bytes."""

    form_id: int
    """Key of the form's row."""
    token: str
    """With which a phone tries it. It opens no real data."""
    version: str
    title: str
    md5: str
    sha256: str
    is_validated: bool
    warnings: tuple[str, ...]
    file_type: str
    created_at: str


@dataclass(frozen=True, slots=True)
class DraftMedia:
    """One file of a draft."""

    media: Media
    updated_at: str


_DRAFT = """
    SELECT form_id, token, version, title, md5, sha256, validated, warnings, file_type, created_at FROM form_draft
"""


def find_draft(db: Database, form_id: int) -> Draft | None:
    """The draft of a form."""
    row = db.execute(f"{_DRAFT} WHERE form_id = :id", {"id": form_id}).fetchone()
    if row is None:
        return None
    values = list(row)
    values[6:8] = bool(row[6]), tuple(json.loads(row[7]))
    return Draft(*values)


def put_draft(db: Database, draft: Draft, *, xml: bytes, xlsx: bytes | None, media: Sequence[Media]) -> None:
    """Keep a draft in place of the one that was there, with the files taken over from what was before."""
    delete_draft(db, draft.form_id)
    db.execute(
        """
        INSERT INTO form_draft (form_id, token, version, title, md5, sha256, validated, warnings, file_type,
            created_at, xml, xlsx)
        VALUES (:form_id, :token, :version, :title, :md5, :sha256, :validated, :warnings, :file_type,
            :created_at, :xml, :xlsx)
        """,
        {
            "form_id": draft.form_id,
            "token": draft.token,
            "version": draft.version,
            "title": draft.title,
            "md5": draft.md5,
            "sha256": draft.sha256,
            "validated": draft.is_validated,
            "warnings": json.dumps(draft.warnings, ensure_ascii=False),
            "file_type": draft.file_type,
            "created_at": draft.created_at,
            "xml": xml,
            "xlsx": xlsx,
        },
    )
    for media_file in media:
        _put_media(db, draft.form_id, media_file, draft.created_at)


def delete_draft(db: Database, form_id: int) -> bool:
    """Throw a draft away; gives whether there was one."""
    return bool(db.execute("DELETE FROM form_draft WHERE form_id = :id", {"id": form_id}).rowcount)


def draft_xml(db: Database, form_id: int) -> bytes:
    """The draft's XForm."""
    return bytes(db.execute("SELECT xml FROM form_draft WHERE form_id = :id", {"id": form_id}).fetchone()[0])


def draft_file(db: Database, form_id: int) -> bytes | None:
    """The spreadsheet that a draft was made from, if it was one."""
    row = db.execute("SELECT xlsx FROM form_draft WHERE form_id = :id", {"id": form_id}).fetchone()
    return bytes(row[0]) if row[0] is not None else None


def draft_definition(db: Database, draft: Draft) -> Definition:
    """The draft's parsed value."""
    return parse_kept(lambda: draft_xml(db, draft.form_id), draft.sha256)


def draft_media(db: Database, form_id: int) -> list[DraftMedia]:
    """The files that a draft has, by name."""
    rows = db.execute(
        """
        SELECT name, sha256, md5, size, media_type, updated_at FROM form_draft_media
        WHERE form_id = :id ORDER BY name
        """,
        {"id": form_id},
    )
    return [DraftMedia(Media(*row[:5]), row[5]) for row in rows]


def put_draft_media(db: Database, form_id: int, media: Media, *, now: datetime) -> None:
    """Give a draft a file, in place of the one of this name. Phones see by the token that something changed."""
    _put_media(db, form_id, media, written(now))


def delete_draft_media(db: Database, form_id: int, name: str) -> bool:
    """Take a file from a draft; gives whether it was there."""
    cursor = db.execute(
        "DELETE FROM form_draft_media WHERE form_id = :id AND name = :name", {"id": form_id, "name": name}
    )
    return bool(cursor.rowcount)


def _put_media(db: Database, form_id: int, media: Media, at: str) -> None:
    db.execute(
        """
        INSERT INTO form_draft_media (form_id, name, sha256, md5, size, media_type, updated_at)
        VALUES (:form_id, :name, :sha256, :md5, :size, :media_type, :at)
        ON CONFLICT DO UPDATE SET sha256 = excluded.sha256, md5 = excluded.md5, size = excluded.size,
            media_type = excluded.media_type, updated_at = excluded.updated_at
        """,
        {
            "form_id": form_id,
            "name": media.name,
            "sha256": media.sha256,
            "md5": media.md5,
            "size": media.size,
            "media_type": media.media_type,
            "at": at,
        },
    )
