"""Keeps the plan: each import whole, so that the last one can be taken back.

For one CSO and month the newest import that names them counts, whole: importing a month again replaces it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregates.plan import Planned
from forms.moment import written
from forms.sqlite import Database, new_key

_COLUMNS = "cso, month, place, day, form, activity, animator, sessions, people, men, women, boys, girls"


@dataclass(frozen=True, slots=True)
class PlanImport:
    """One file that was taken in."""

    id: int
    file_name: str
    actor_id: int | None
    imported_at: str
    undone_at: str | None
    rows: int
    csos: tuple[str, ...]
    """Lower case, in order."""
    months: tuple[str, ...]


def add_import(
    db: Database,
    project_id: int,
    planned: Sequence[Planned],
    *,
    file_name: str,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Take lines of a plan in; gives the import's id, by which it can be undone."""
    cursor = db.execute(
        """
        INSERT INTO plan_import (project_id, file_name, actor_id, imported_at)
        VALUES (:project_id, :file_name, :actor_id, :now)
        """,
        {"project_id": project_id, "file_name": file_name, "actor_id": actor_id, "now": written(now)},
    )
    key = new_key(cursor)
    db.conn.executemany(
        f"""
        INSERT INTO plan_row (import_id, number, {_COLUMNS})
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (
                key,
                number,
                each.cso,
                each.month,
                each.place,
                each.day,
                each.form,
                each.activity,
                each.animator,
                each.sessions,
                each.people,
                each.men,
                each.women,
                each.boys,
                each.girls,
            )
            for number, each in enumerate(planned, start=1)
        ],
    )
    return key


def set_undone(db: Database, project_id: int, import_id: int, *, is_undone: bool, now: datetime) -> None:
    """Take an import back, or let it count again: what it had replaced counts meanwhile."""
    db.execute(
        """
        UPDATE plan_import SET undone_at = CASE WHEN :undone THEN :now END
        WHERE id = :id AND project_id = :project_id
        """,
        {"undone": is_undone, "now": written(now), "id": import_id, "project_id": project_id},
    )


def imports(db: Database, project_id: int) -> list[PlanImport]:
    """What was taken in, newest first, undone ones too."""
    rows = db.execute(
        """
        SELECT i.id, i.file_name, i.actor_id, i.imported_at, i.undone_at, COUNT(*),
               GROUP_CONCAT(DISTINCT r.cso), GROUP_CONCAT(DISTINCT r.month)
        FROM plan_import AS i JOIN plan_row AS r ON r.import_id = i.id
        WHERE i.project_id = :id GROUP BY i.id ORDER BY i.id DESC
        """,
        {"id": project_id},
    )
    return [
        PlanImport(
            key,
            file_name,
            actor_id,
            imported_at,
            undone_at,
            count,
            tuple(sorted(csos.split(","))),
            tuple(sorted(months.split(","))),
        )
        for key, file_name, actor_id, imported_at, undone_at, count, csos, months in rows
    ]


def planned_of(
    db: Database, project_id: int, *, cso: str, first_month: str, last_month: str = ""
) -> list[Planned]:
    """What counts of the plan of a CSO (lower case) in these months, in the order of its lines."""
    rows = db.execute(
        f"""
        SELECT {", ".join(f"r.{name}" for name in _COLUMNS.split(", "))} FROM plan_row AS r
        WHERE r.cso = :cso AND r.month BETWEEN :first AND :last AND r.import_id = (
            SELECT MAX(i.id) FROM plan_import AS i
            JOIN plan_row AS other ON other.import_id = i.id
            WHERE i.project_id = :project_id AND i.undone_at IS NULL
                AND other.cso = r.cso AND other.month = r.month
        )
        ORDER BY r.month, r.number
        """,
        {
            "cso": cso,
            "first": first_month,
            "last": last_month or first_month,
            "project_id": project_id,
        },
    )
    return [Planned(*row) for row in rows]
