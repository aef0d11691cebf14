"""Keeps who has which role where: on the whole server, in a project, or for one form."""

from dataclasses import dataclass

from forms.base.sqlite import Database


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role of one account."""

    account_id: int
    role: str
    """Its system word (`server.identity.role`)."""
    project_id: int | None = None
    """None for the whole server."""
    form_id: int | None = None
    """Key of the form's row; None for every form of the project."""


_ASSIGNMENT = "SELECT account_id, role, project_id, form_id FROM assignment"
_HERE = "project_id IS :project_id AND form_id IS :form_id"


def assign(
    db: Database, account_id: int, role: str, *, project_id: int | None = None, form_id: int | None = None
) -> bool:
    """Give a role; gives whether it is new."""
    cursor = db.execute(
        """
        INSERT INTO assignment (account_id, role, project_id, form_id)
        VALUES (:account_id, :role, :project_id, :form_id) ON CONFLICT DO NOTHING
        """,
        {"account_id": account_id, "role": role, "project_id": project_id, "form_id": form_id},
    )
    return bool(cursor.rowcount)


def withdraw(
    db: Database, account_id: int, role: str, *, project_id: int | None = None, form_id: int | None = None
) -> bool:
    """Take a role away; gives whether it was there."""
    cursor = db.execute(
        f"DELETE FROM assignment WHERE account_id = :account_id AND role = :role AND {_HERE}",
        {"account_id": account_id, "role": role, "project_id": project_id, "form_id": form_id},
    )
    return bool(cursor.rowcount)


def assignments_of(db: Database, account_id: int) -> tuple[Assignment, ...]:
    """Everything that an account may be."""
    rows = db.execute(f"{_ASSIGNMENT} WHERE account_id = :id", {"id": account_id})
    return tuple(Assignment(*row) for row in rows)


def assignments_at(
    db: Database, *, project_id: int | None = None, form_id: int | None = None, role: str = ""
) -> list[Assignment]:
    """The roles given at one place, of one role if it is named, by account."""
    rows = db.execute(
        f"{_ASSIGNMENT} WHERE {_HERE} AND (:role = '' OR role = :role) ORDER BY account_id, role",
        {"project_id": project_id, "form_id": form_id, "role": role},
    )
    return [Assignment(*row) for row in rows]


def every_assignment(db: Database) -> dict[int, list[Assignment]]:
    """All roles by account, for a list of people."""
    found: dict[int, list[Assignment]] = {}
    for row in db.execute(f"{_ASSIGNMENT} ORDER BY account_id, project_id, role"):
        found.setdefault(row[0], []).append(Assignment(*row))
    return found
