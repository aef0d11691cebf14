"""How accounts, projects, forms and the like are shown to programs: values in, the objects of `schema` out."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from forms.base.sqlite import Database
from forms.catalogue import definitions, drafts
from forms.catalogue.drafts import Draft
from forms.catalogue.form import DefinitionRow, Form, Media
from forms.definition.definition import Definition
from forms.places.projects import Project
from server.identity.accounts import Account, find_account
from server.identity.app_users import AppUserRow
from server.identity.assignments import Assignment
from server.identity.role import BY_SYSTEM
from server.web.access import Asker
from server.words.spreadsheet import XLS, XLSX
from sync.audits import AuditLine
from sync.lists import submission_lists
from sync.lists.selection import Selection

TYPES = {"user": "user", "app_user": "field_key", "public_link": "public_link"}
EXCEL = {".xlsx": XLSX, ".xls": XLS}


def actor(account: Account) -> dict[str, Any]:
    """Somebody, as others see them."""
    return {
        "id": account.id,
        "type": TYPES[account.kind],
        "display_name": account.display_name,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
        "deleted_at": None,
    }


def actor_with(db: Database, account_id: int | None) -> dict[str, Any] | None:
    """Somebody by their id."""
    account = find_account(db, account_id) if account_id is not None else None
    return actor(account) if account else None


def user(account: Account) -> dict[str, Any]:
    """A person, as administrators see them."""
    return actor(account) | {
        "email": account.email,
        "cso": account.cso,
        "language": account.language,
        "is_disabled": account.is_disabled,
    }


def app_user(phone: AppUserRow, *, token: str = "") -> dict[str, Any]:
    """A phone. Its token is known only when it was just made; a hint of it shows that it is in service."""
    return {
        "id": phone.id,
        "type": "field_key",
        "project_id": phone.project_id,
        "display_name": phone.display_name,
        "token": token or phone.token_hint or None,
        "cso": phone.cso,
        "language": phone.language,
        "created_at": phone.created_at,
        "updated_at": phone.updated_at,
        "deleted_at": None,
    }


def assignment(given: Assignment) -> dict[str, int]:
    """Who has which role."""
    return {"actor_id": given.account_id, "role_id": BY_SYSTEM[given.role].id}


def project(found: Project) -> dict[str, Any]:
    """A project."""
    return {
        "id": found.id,
        "code": found.code,
        "name": found.name,
        "description": found.description or None,
        "is_archived": found.is_archived,
        "key_id": None,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "deleted_at": None,
    }


def form(db: Database, found: Form, row: DefinitionRow | None = None) -> dict[str, Any]:
    """A form in its current version, or in another; one that was never published shows its draft."""
    if row is None and found.current_definition_id is not None:
        row = definitions.definition_row(db, found.current_definition_id)
    draft = drafts.find_draft(db, found.id)
    shown: DefinitionRow | Draft | None = row or draft
    told = _form(found, shown) | {"published_at": row.published_at if row else None}
    if row is None and draft is not None:
        told["draft_token"] = draft.token
        told["is_confidential"] = _will_be_confidential(db, found, draft)
    return told


def form_draft(db: Database, found: Form, draft: Draft) -> dict[str, Any]:
    """A draft, with the token that tries it; confidential as it will be once it is published."""
    return _form(found, draft) | {
        "is_confidential": _will_be_confidential(db, found, draft),
        "draft_token": draft.token,
        "published_at": None,
        "created_at": draft.created_at,
    }


def extended_form(
    db: Database, found: Form, asker: Asker, row: DefinitionRow | None = None
) -> dict[str, Any]:
    """What else a program may ask about a form; numbers of sheets only as far as the asker may see them."""
    file_type = row.file_type if row else ""
    if row is None and found.current_definition_id is not None:
        file_type = definitions.definition_row(db, found.current_definition_id).file_type
    told: dict[str, Any] = {
        "created_by": actor_with(db, found.creator_id),
        "excel_content_type": EXCEL.get(file_type),
        "entity_related": False,
    }
    reach = asker.reach("submission.list", found.project_id, found)
    if reach is not None:
        selection = Selection(found.id, reach.csos)
        counts = submission_lists.review_counts(db, selection)
        told |= {
            "submissions": sum(counts.values()),
            "last_submission": submission_lists.last_received(db, selection),
            "review_states": {
                "received": counts.get("", 0),
                "hasIssues": counts.get("hasIssues", 0),
                "edited": counts.get("edited", 0),
            },
        }
    return told


def audit(line: AuditLine, accounts: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    """A line of the log. No number of the line or of a sheet is told: what is missing between two of them would say
    how much there is that its reader may not know of."""
    subjects: Sequence[int | None] = (line.account_id, line.form_id, line.project_id)
    told: dict[str, Any] = {
        "actor_id": line.actor_id,
        "action": line.action,
        "actee_id": next((str(subject) for subject in subjects if subject is not None), None),
        "details": line.details or None,
        "notes": line.notes,
        "logged_at": line.logged_at,
    }
    actor = accounts.get(line.actor_id) if line.actor_id is not None else None
    return told | {"actor": actor} if actor else told


def _will_be_confidential(db: Database, found: Form, draft: Draft) -> bool:
    return found.is_confidential or drafts.draft_definition(db, draft).is_confidential


def _form(found: Form, shown: DefinitionRow | Draft | None) -> dict[str, Any]:
    return {
        "project_id": found.project_id,
        "xml_form_id": found.xml_form_id,
        "name": shown.title if shown else None,
        "version": shown.version if shown else None,
        "state": found.state,
        "hash": shown.md5 if shown else None,
        "sha256": shown.sha256 if shown else None,
        "draft_token": None,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "key_id": None,
        "enketo_id": None,
        "enketo_once_id": None,
        "is_confidential": found.is_confidential,
    }


def fields(definition: Definition, *, for_odata: bool) -> list[dict[str, Any]]:
    """The questions of a form in order; groups are "structure"."""
    kinds = {"group": "structure", "select1": "string", "select": "string", "rank": "string"}
    return [
        {
            "path": odata_name(field.path) if for_odata else field.path,
            "name": odata_name(field.name) if for_odata else field.name,
            "type": kinds.get(field.kind, field.kind),
            "binary": True if field.kind == "binary" else None,
            "select_multiple": True if field.kind == "select" else None,
        }
        for field in definition.fields
    ]


def odata_name(text: str) -> str:
    """A name, or a path of them, as OData allows it.

    >>> odata_name("/lieu/2-village")
    '/lieu/_2_village'
    """
    return "/".join(
        f"_{name}" if name[:1].isdigit() else name for name in re.sub(r"[^\w/]", "_", text).split("/")
    )


def form_attachments(definition: Definition, files: Mapping[str, tuple[Media, str]]) -> list[dict[str, Any]]:
    """The files that a form names, by name, with what has come of them (and when)."""
    told = []
    for name in sorted(definition.media):
        media, at = files.get(name, (None, None))
        told.append(
            {
                "name": name,
                "type": "file",
                "hash": media.md5 if media else None,
                "exists": media is not None,
                "blob_exists": media is not None,
                "dataset_exists": False,
                "updated_at": at,
            }
        )
    return told
