"""Keeps what each sheet counted when its month was validated, and tells which sheets may differ from that.

A month's own facts are kept with its last validation; with the validation of another month, by how much they
differed from then on. What was signed is the sum of both. One row a sheet and cell; only sheets that changed are
looked at again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from aggregates.compilation.frozen_fact import Both, Facts, OfMonth
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync.counting.cell import Cell

_CLOSED = """
    closed AS (
        SELECT c.id, c.month, c.taken_at FROM compilation_step AS c
        WHERE c.project_id = :project_id AND c.cso = :cso AND c.action = 'validate'
            AND NOT EXISTS (SELECT 1 FROM compilation_step AS later
                WHERE later.project_id = c.project_id AND later.cso = c.cso AND later.month = c.month
                    AND later.number > c.number)
    )
"""
"""The validations that stand: those of months which nobody opened again."""


def freeze(db: Database, step_id: int, facts: Mapping[OfMonth, Facts]) -> None:
    """Keep what each sheet counted when a step was taken; of another month: how much it differed from then on."""
    cells = {cell for counted in facts.values() for cell in counted}
    db.conn.executemany(
        """
        INSERT OR IGNORE INTO frozen_cell (measure, unit, reach, subset, sex, age_band) VALUES (?, ?, ?, ?, ?, ?)
        """,
        sorted(cells),
    )
    keys = {
        Cell(*row[1:]): row[0] for row in db.execute(f"SELECT id, {', '.join(Cell._fields)} FROM frozen_cell")
    }
    db.conn.executemany(
        """
        INSERT INTO frozen_fact (submission_id, step_id, month, cell_id, provisional, verified)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
            (submission_id, step_id, month, keys[cell], *number)
            for (month, submission_id), counted in facts.items()
            for cell, number in counted.items()
        ],
    )


def validated(
    db: Database, project_id: int, *, cso: CsoCode, ids: Sequence[int], months: Iterable[str]
) -> dict[OfMonth, Facts]:
    """What these sheets count in closed months of a CSO by everything that it signed."""
    rows = db.execute(
        f"""
        WITH {_CLOSED}
        SELECT z.month, z.submission_id, c.measure, c.unit, c.reach, c.subset, c.sex, c.age_band,
            SUM(z.provisional), SUM(z.verified)
        FROM json_each(:ids) AS asked
        CROSS JOIN frozen_fact AS z ON z.submission_id = asked.value
        JOIN closed AS k ON k.id = z.step_id
        JOIN frozen_cell AS c ON c.id = z.cell_id
        WHERE z.month IN (SELECT value FROM json_each(:months))
        GROUP BY z.month, z.submission_id, z.cell_id
        HAVING SUM(z.provisional) <> 0 OR SUM(z.verified) <> 0
        """,
        {
            "project_id": project_id,
            "cso": cso,
            "ids": json.dumps(list(ids)),
            "months": json.dumps(sorted(months)),
        },
    )
    found: dict[OfMonth, dict[Cell, Both]] = {}
    for month, submission_id, *rest in rows:
        found.setdefault((month, submission_id), {})[Cell(*rest[:6])] = Both(*rest[6:])
    return dict(found)


def renewed(db: Database, project_id: int, *, cso: CsoCode) -> dict[int, str]:
    """The sheets of which another month told a difference before their own was validated again, and when it was."""
    rows = db.execute(
        f"""
        WITH {_CLOSED}
        SELECT z.submission_id, MAX(own.taken_at)
        FROM closed AS own
        JOIN closed AS k ON k.id < own.id AND k.month <> own.month
        CROSS JOIN frozen_fact AS z ON z.step_id = k.id AND z.month = own.month
        GROUP BY z.submission_id
        """,
        {"project_id": project_id, "cso": cso},
    )
    return dict(rows.fetchall())


def changed_between(
    db: Database, project_id: int, *, cso: CsoCode, spans: Sequence[tuple[str, str]]
) -> list[int]:
    """The sheets to which something happened in one of these spans of moments (both ends included).

    Those of a CSO, and those that were its own when a month of it was validated.
    """
    found: set[int] = set()
    for first, last in spans:
        rows = db.execute(
            """
            SELECT DISTINCT c.submission_id FROM change AS c
            JOIN submission AS s ON s.id = c.submission_id
            WHERE c.changed_at BETWEEN :first AND :last AND s.project_id = :project_id AND (
                s.cso = :cso OR EXISTS (
                    SELECT 1 FROM frozen_fact AS z CROSS JOIN compilation_step AS k ON k.id = z.step_id
                    WHERE z.submission_id = s.id AND k.project_id = :project_id AND k.cso = :cso
                )
            )
            """,
            {"first": first, "last": last, "project_id": project_id, "cso": cso},
        )
        found |= {row[0] for row in rows}
    return sorted(found)
