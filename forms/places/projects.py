"""Keeps projects: what ODK Central calls by that name, a set of forms, phones and submissions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, new_key


class ProjectUnknown(Refusal):
    """There is no such project, or it was deleted."""


@dataclass(frozen=True, slots=True)
class Project:
    """One project."""

    id: int
    name: str
    description: str
    is_archived: bool
    created_at: str
    updated_at: str | None


_SELECT = "SELECT id, name, description, archived, created_at, updated_at FROM project"


def create_project(db: Database, name: str, *, now: datetime, description: str = "") -> int:
    """Add a project; gives its id."""
    cursor = db.execute(
        "INSERT INTO project (name, description, created_at) VALUES (:name, :description, :now)",
        {"name": name, "description": description, "now": written(now)},
    )
    return new_key(cursor)


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


def _project(row: tuple[int, str, str, int, str, str | None]) -> Project:
    return Project(row[0], row[1], row[2], bool(row[3]), row[4], row[5])
