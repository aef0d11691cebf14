"""Finds a submission that the asker may see, and tells it as programs read it: for every address below it."""

import hashlib
from typing import Any

from flask import request

from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from server.submissions.narrative import withheld
from server.web.route import Asking
from sync import changes
from sync.lists import submission_lists
from sync.lists.submission_lists import Found


class InstanceUnknown(Refusal):
    """The form has no such submission, or none that the asker may see (`instance_id`)."""


BASE = "/v1/projects/<segment:project_id>/forms/<segment:form_id>/submissions"


XML = "application/xml; charset=utf-8"


def find(asking: Asking, db: Database, instance_id: str, *, is_deleted: bool = False) -> Found:
    """A submission that the asker may see, by the instanceID of any of its versions.

    Raises InstanceUnknown, for those of other CSOs too: their existence is not told.
    """
    found = submission_lists.find(db, asking.selection(with_deleted=is_deleted), instance_id)
    if found is None or found.is_deleted != is_deleted:
        raise InstanceUnknown(instance_id=instance_id)
    return found


def change_tag(asking: Asking, db: Database) -> str:
    """What changes whenever anything that the asker might see of a form's submissions does."""
    reach = ",".join(sorted(asking.reach.csos)) if asking.reach.csos is not None else "*"
    form = asking.the_form
    version = f"{form.current_definition_id}-{form.updated_at}-{len(withheld(asking, db, form))}"
    shape = f"{request.query_string.decode('latin-1')}-{asking.is_extended}-{reach}-{version}"
    return _digest(f"{changes.stamp(db, form.id, asking.reach.csos)}-{shape}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def representation_of(row: dict[str, Any]) -> dict[str, Any]:
    """The keys that SQLite wrote, as the schema names its attributes."""
    loaded = {_snake(name): value for name, value in row.items()}
    loaded["current_version"] = {_snake(name): value for name, value in row["currentVersion"].items()}
    return loaded


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
