"""Keeps projects: what ODK Central calls by that name, a set of forms, phones and submissions."""

from dataclasses import dataclass
from datetime import datetime

from forms.moment import written
from forms.refusal import Refusal
from forms.sqlite import Database, new_key


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


def _project(row: tuple[int, str, str, int, str, str | None]) -> Project:
    return Project(row[0], row[1], row[2], bool(row[3]), row[4], row[5])
