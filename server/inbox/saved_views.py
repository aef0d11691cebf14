"""Keeps the views of the inbox that people saved: a name for some filters, each person's own in each project."""

from dataclasses import dataclass

from forms.base.sqlite import Database

LONGEST_NAME = 60
MOST = 30
"""So many views a person may keep in a project; a further one is not saved."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view."""

    id: int
    name: str
    filters: str
    """As an address's options."""
    is_default: bool


def views_of(db: Database, account_id: int, project_id: int) -> list[SavedView]:
    """A person's views, by name."""
    rows = db.execute(
        """
        SELECT id, name, filters, is_default FROM saved_view
        WHERE account_id = :account_id AND project_id = :project_id ORDER BY name COLLATE NOCASE
        """,
        {"account_id": account_id, "project_id": project_id},
    )
    return [SavedView(row[0], row[1], row[2], bool(row[3])) for row in rows]


def save(db: Database, account_id: int, project_id: int, *, name: str, filters: str) -> bool:
    """Keep a view, in place of the one that had its name; gives whether there was room for it."""
    cursor = db.execute(
        """
        INSERT INTO saved_view (account_id, project_id, name, filters)
        SELECT :account_id, :project_id, :name, :filters
        WHERE (SELECT COUNT(*) FROM saved_view WHERE account_id = :account_id AND project_id = :project_id
            AND name <> :name) < :most
        ON CONFLICT (account_id, project_id, name) DO UPDATE SET filters = excluded.filters
        """,
        {
            "account_id": account_id,
            "project_id": project_id,
            "name": name,
            "filters": filters,
            "most": MOST,
        },
    )
    return bool(cursor.rowcount)


def rename(db: Database, account_id: int, view_id: int, name: str) -> bool:
    """Call a view otherwise; gives whether that was done: it is one's own, and no other has the name."""
    cursor = db.execute(
        "UPDATE OR IGNORE saved_view SET name = :name WHERE id = :id AND account_id = :account_id",
        {"id": view_id, "account_id": account_id, "name": name},
    )
    return bool(cursor.rowcount)


def delete(db: Database, account_id: int, view_id: int) -> None:
    """Forget one of one's views."""
    db.execute(
        "DELETE FROM saved_view WHERE id = :id AND account_id = :account_id",
        {"id": view_id, "account_id": account_id},
    )


def set_default(db: Database, account_id: int, project_id: int, view_id: int | None) -> None:
    """Open the inbox with one of one's views, or with none."""
    db.execute(
        """
        UPDATE saved_view SET is_default = (id IS :id)
        WHERE account_id = :account_id AND project_id = :project_id
        """,
        {"id": view_id, "account_id": account_id, "project_id": project_id},
    )
