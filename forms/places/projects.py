"""Keeps projects: what ODK Central calls by that name, a set of forms, phones and submissions."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, new_key

LONGEST_CODE = 50
CODE = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{LONGEST_CODE - 2}}}[a-z0-9])?")


class ProjectCodeTaken(Refusal):
    """Another project has this code (`code`)."""


class ProjectCodeInvalid(Refusal):
    """A code has letters a to z, digits and hyphens, 50 at most (`code`)."""


class ProjectUnknown(Refusal):
    """There is no such project, or it was deleted."""


@dataclass(frozen=True, slots=True)
class Project:
    """One project."""

    id: int
    code: str
    """By which other servers know it, whatever number it has here; it never changes."""
    name: str
    description: str
    is_archived: bool
    created_at: str
    updated_at: str | None


_SELECT = "SELECT id, code, name, description, archived, created_at, updated_at FROM project"


def create_project(db: Database, name: str, *, now: datetime, description: str = "", code: str = "") -> int:
    """Add a project; gives its id. Without a code it gets one from its name, so that two servers may agree on it.

    Raises ProjectCodeInvalid and ProjectCodeTaken (also for the code of a project that was deleted).
    """
    if code and not CODE.fullmatch(code):
        raise ProjectCodeInvalid(code=code)
    taken = set(codes_of_projects(db).values())
    if code in taken:
        raise ProjectCodeTaken(code=code)
    own = code or next(free for free in _codes_from(name) if free not in taken)
    cursor = db.execute(
        "INSERT INTO project (code, name, description, created_at) VALUES (:code, :name, :description, :now)",
        {"code": own, "name": name, "description": description, "now": written(now)},
    )
    return new_key(cursor)


def codes_of_projects(db: Database) -> dict[int, str]:
    """The code of every project by its id, deleted ones too."""
    return dict(db.execute("SELECT id, code FROM project").fetchall())


def list_projects(db: Database) -> list[Project]:
    """All projects that are not deleted, by id."""
    return [_project(row) for row in db.execute(f"{_SELECT} WHERE deleted_at IS NULL ORDER BY id")]


def find_project(db: Database, project_id: int) -> Project | None:
    """The project with this id."""
    row = db.execute(f"{_SELECT} WHERE deleted_at IS NULL AND id = :id", {"id": project_id}).fetchone()
    return _project(row) if row else None


def find_project_by_name(db: Database, name: str) -> Project | None:
    """The oldest project of this name."""
    row = db.execute(
        f"{_SELECT} WHERE deleted_at IS NULL AND name = :name ORDER BY id LIMIT 1", {"name": name}
    ).fetchone()
    return _project(row) if row else None


def update_project(db: Database, project: Project, changes: Mapping[str, Any], *, now: datetime) -> Project:
    """Change `name`, `description` or `archived`."""
    db.execute(
        """
        UPDATE project SET name = :name, description = :description, archived = :archived, updated_at = :now
        WHERE id = :id
        """,
        {
            "name": changes.get("name", project.name),
            "description": changes.get("description", project.description) or "",
            "archived": changes.get("archived", project.is_archived),
            "now": written(now),
            "id": project.id,
        },
    )
    changed = find_project(db, project.id)
    assert changed is not None
    return changed


def delete_project(db: Database, project_id: int, *, now: datetime) -> None:
    """Hide a project: nothing of it is shown or taken any more, and nothing is lost."""
    db.execute("UPDATE project SET deleted_at = :now WHERE id = :id", {"now": written(now), "id": project_id})


def _codes_from(name: str) -> Iterator[str]:
    """The codes that a name gives, the plainest first: "Espaces sûrs 2021" is "espaces-surs-2021"."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    code = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_CODE].strip("-") or "project"
    yield code
    for number in count(2):
        yield f"{code[: LONGEST_CODE - 5]}-{number}"


def _project(row: tuple[int, str, str, str, int, str, str | None]) -> Project:
    return Project(row[0], row[1], row[2], row[3], bool(row[4]), row[5], row[6])
