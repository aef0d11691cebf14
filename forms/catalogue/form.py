"""A form, a version of it, and the files of a version, as they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a project, whatever its versions."""

    id: int
    project_id: int
    xml_form_id: str
    state: str
    """"open", "closing" or "closed"."""
    table_name: str
    current_definition_id: int | None
    is_confidential: bool = False
    """Whether its sheets are for a case manager's eyes alone."""
    creator_id: int | None = None
    created_at: str = ""
    updated_at: str | None = None
    deleted_at: str | None = None


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """One published version, without its bytes."""

    id: int
    form_id: int
    version: str
    title: str
    md5: str
    sha256: str
    is_validated: bool
    """Whether ODK Validate has seen it."""
    warnings: tuple[str, ...]
    published_at: str
    file_type: str = ""
    """".xlsx" or ".xls" where a spreadsheet is kept beside it."""
    publisher_id: int | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """One file of a version; its bytes are in the blob store."""

    name: str
    sha256: str
    md5: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a version is made of."""

    xml: bytes
    xlsx: bytes | None
    """The spreadsheet that it came from, if it was one."""
    media: Sequence[Media]
