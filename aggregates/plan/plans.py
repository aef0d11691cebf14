"""Keeps the plan: each import whole, so that the last one can be taken back.

For one CSO and month the newest import that names them counts, whole: importing a month again replaces it.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregates.plan.planned import Planned
from forms.base.moment import written
from forms.base.sqlite import Database, new_key
from forms.places.cso_code import CsoCode

_COLUMNS = "cso, month, place, day, form, activity, animator, sessions, people, men, women, boys, girls"
_OF_CSOS = "AND r.cso IN (SELECT value FROM json_each(:csos))"


@dataclass(frozen=True, slots=True)
class PlanImport:
    """One file that was taken in."""

    id: int
    file_name: str
    actor_id: int | None
    imported_at: str
    undone_at: str | None
    rows: int
    csos: tuple[CsoCode, ...]
    """In order."""
    months: tuple[str, ...]
    is_shared: bool = False
    """Whether it also names CSOs that were not asked for: it is not theirs alone to take back."""


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
                session.cso,
                session.month,
                session.place,
                session.day,
                session.form,
                session.activity,
                session.animator,
                session.sessions,
                session.people,
                session.men,
                session.women,
                session.boys,
                session.girls,
            )
            for number, session in enumerate(planned, start=1)
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


def imports(
    db: Database, project_id: int, *, csos: frozenset[CsoCode] | None = None, import_id: int | None = None
) -> list[PlanImport]:
    """What was taken in, newest first, undone ones too: of these CSOs (None for all) alone."""
    rows = db.execute(
        """
        SELECT i.id, i.file_name, i.actor_id, i.imported_at, i.undone_at, SUM(r.is_mine),
               GROUP_CONCAT(DISTINCT CASE WHEN r.is_mine THEN r.cso END),
               GROUP_CONCAT(DISTINCT CASE WHEN r.is_mine THEN r.month END), MIN(r.is_mine)
        FROM plan_import AS i
        JOIN (
            SELECT import_id, cso, month,
                   :csos IS NULL OR cso IN (SELECT value FROM json_each(:csos)) AS is_mine
            FROM plan_row
        ) AS r ON r.import_id = i.id
        WHERE i.project_id = :project_id AND (:import_id IS NULL OR i.id = :import_id)
        GROUP BY i.id HAVING MAX(r.is_mine) ORDER BY i.id DESC
        """,
        {"project_id": project_id, "csos": _listed(csos), "import_id": import_id},
    )
    return [
        PlanImport(
            key,
            file_name,
            actor_id,
            imported_at,
            undone_at,
            count,
            tuple(CsoCode(code) for code in sorted(named.split(","))),
            tuple(sorted(months.split(","))),
            not is_whole,
        )
        for key, file_name, actor_id, imported_at, undone_at, count, named, months, is_whole in rows
    ]


def _of(csos: Collection[CsoCode] | None) -> str:
    """The condition on the CSO of a row `r`: written only where it is asked, so that the index of CSOs is used."""
    return "" if csos is None else _OF_CSOS


def _standing(csos: Collection[CsoCode] | None) -> str:
    """Which import counts for each month of a CSO: the newest that names it and was not undone."""
    return f"""
        WITH standing AS (
            SELECT r.cso, r.month, MAX(r.import_id) AS import_id
            FROM plan_row AS r JOIN plan_import AS i ON i.id = r.import_id
            WHERE i.project_id = :project_id AND i.undone_at IS NULL AND r.month BETWEEN :first AND :last {_of(csos)}
            GROUP BY r.cso, r.month
        )
    """


def planned_months(
    db: Database, project_id: int, *, csos: frozenset[CsoCode] | None = None
) -> list[tuple[CsoCode, str]]:
    """The CSOs and months that a plan counts for, in order."""
    rows = db.execute(
        f"""
        SELECT DISTINCT r.cso, r.month FROM plan_row AS r JOIN plan_import AS i ON i.id = r.import_id
        WHERE i.project_id = :project_id AND i.undone_at IS NULL
            {_of(csos)}
        ORDER BY r.cso, r.month
        """,
        {"project_id": project_id, "csos": _listed(csos)},
    )
    return [(CsoCode(row[0]), row[1]) for row in rows]


def state_of(db: Database, project_id: int) -> str:
    """A word that changes whenever an import is added, undone or redone: whether somebody was faster."""
    row = db.execute(
        """
        SELECT COUNT(*), COUNT(undone_at), COALESCE(MAX(id), 0), COALESCE(MAX(undone_at), '')
        FROM plan_import WHERE project_id = :id
        """,
        {"id": project_id},
    ).fetchone()
    return ".".join(str(part) for part in row)


def planned_of(
    db: Database, project_id: int, *, cso: CsoCode, first_month: str, last_month: str = ""
) -> list[Planned]:
    """What counts of the plan of a CSO in these months, in the order of its lines."""
    return planned_of_csos(db, project_id, csos=[cso], first_month=first_month, last_month=last_month).get(
        cso, []
    )


def planned_of_csos(
    db: Database, project_id: int, *, csos: Collection[CsoCode], first_month: str, last_month: str = ""
) -> dict[CsoCode, list[Planned]]:
    """The same of several CSOs, by CSO; one that has no plan is left out."""
    rows = db.execute(
        f"""
        {_standing(csos)}
        SELECT {", ".join(f"r.{name}" for name in _COLUMNS.split(", "))}
        FROM standing AS s JOIN plan_row AS r ON r.import_id = s.import_id AND r.cso = s.cso AND r.month = s.month
        ORDER BY r.month, r.number
        """,
        {
            "csos": json.dumps(sorted(csos)),
            "first": first_month,
            "last": last_month or first_month,
            "project_id": project_id,
        },
    )
    found: dict[CsoCode, list[Planned]] = {}
    for row in rows:
        line = Planned(CsoCode(row[0]), *row[1:])
        found.setdefault(line.cso, []).append(line)
    return found


def planned_sessions(
    db: Database, project_id: int, *, csos: frozenset[CsoCode] | None = None
) -> dict[tuple[CsoCode, str], int]:
    """How many sessions the plan has, by CSO and month."""
    rows = db.execute(
        f"""
        {_standing(csos)}
        SELECT s.cso, s.month, SUM(r.sessions)
        FROM standing AS s JOIN plan_row AS r ON r.import_id = s.import_id AND r.cso = s.cso AND r.month = s.month
        GROUP BY s.cso, s.month
        """,
        {"project_id": project_id, "csos": _listed(csos), "first": "", "last": "9999-99"},
    )
    return {(CsoCode(row[0]), row[1]): row[2] for row in rows}


def _listed(csos: frozenset[CsoCode] | None) -> str | None:
    return None if csos is None else json.dumps(sorted(csos))
