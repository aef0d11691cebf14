"""Keeps the way from the records of sheets to the month of a CSO: which sheets it has, and what each brings.

A sheet is of the CSO that owns it (`submission.cso`): the one whose coordinator may open it. Confidential forms are
left out: they have blocks of their own.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from aggregates.compilation.contribution import Contribution
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.places.cso_code import CsoCode
from sync import changes
from sync.counting.cell import Cell

_CONTRIBUTION = """
    SELECT r.submission_id, r.number, s.instance_id, s.versions, v.definition_id, g.form, g.place, g.activity,
           r.event_date, r.status, r.review, s.submitter_id, g.month
"""
_OPEN_FORM = """
    g.form NOT IN (SELECT xml_form_id FROM form WHERE project_id = :project_id AND confidential = 1)
"""


def of_month(db: Database, project_id: int, *, cso: CsoCode, month: str) -> tuple[Contribution, ...]:
    """What the sheets of a CSO (lower case) bring to a month ("2020-03"), by sheet and record."""
    rows = db.execute(
        f"""
        {_CONTRIBUTION}
        FROM grain AS g
        CROSS JOIN record AS r ON r.grain_id = g.id
        CROSS JOIN submission AS s ON s.id = r.submission_id
        CROSS JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
        WHERE g.project_id = :project_id AND g.month = :month AND s.cso = :cso AND s.deleted_at IS NULL
            AND {_OPEN_FORM}
        """,
        {"project_id": project_id, "month": month, "cso": cso},
    ).fetchall()
    return _contributions(rows, _facts(db, (row[0] for row in rows)))


def of_sheets(
    db: Database, project_id: int, *, cso: CsoCode, ids: Sequence[int]
) -> dict[str, tuple[Contribution, ...]]:
    """What these sheets of a CSO bring now, by month; a sheet that is gone brings nothing."""
    rows = db.execute(
        f"""
        {_CONTRIBUTION}
        FROM record AS r
        CROSS JOIN grain AS g ON g.id = r.grain_id
        CROSS JOIN submission AS s ON s.id = r.submission_id
        CROSS JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
        WHERE r.submission_id IN (SELECT value FROM json_each(:ids))
            AND g.project_id = :project_id AND s.cso = :cso AND s.deleted_at IS NULL AND {_OPEN_FORM}
        """,
        {"project_id": project_id, "cso": cso, "ids": json.dumps(list(ids))},
    ).fetchall()
    facts = _facts(db, (row[0] for row in rows))
    months = {row[-1] for row in rows}
    return {month: _contributions((row for row in rows if row[-1] == month), facts) for month in months}


def measures_of_versions(db: Database, brought: Iterable[Contribution]) -> dict[int, frozenset[str]]:
    """What each version counts of which sheets are here."""
    return {
        key: measures_of_version(db, key) for key in {contribution.definition_id for contribution in brought}
    }


def measures_of_version(db: Database, definition_id: int) -> frozenset[str]:
    """What a version of a form counts."""
    tags = [field.tag for field in definitions.load_definition(db, definition_id).fields if field.tag]
    return frozenset(tag.count or tag.each or tag.event for tag in tags) - {""}


def cells(db: Database) -> dict[str, Cell]:
    """Every cell that some sheet fills, by its key as text."""
    rows = db.execute(f"SELECT id, {', '.join(Cell._fields)} FROM cell")
    return {str(row[0]): Cell(*row[1:]) for row in rows}


def count_undated(db: Database, project_id: int, *, cso: CsoCode) -> int:
    """How many sheets of a CSO have no readable date, and are of no month."""
    row = db.execute(
        f"""
        SELECT COUNT(DISTINCT r.submission_id)
        FROM grain AS g
        CROSS JOIN record AS r ON r.grain_id = g.id
        CROSS JOIN submission AS s ON s.id = r.submission_id
        WHERE g.project_id = :project_id AND g.month = '' AND s.cso = :cso AND s.deleted_at IS NULL
            AND r.review <> 'rejected' AND {_OPEN_FORM}
        """,
        {"project_id": project_id, "cso": cso},
    ).fetchone()
    return int(row[0])


def count_waiting(db: Database, project_id: int, *, cso: CsoCode) -> int:
    """How many sheets of a CSO changed since the last roll-up, so that its numbers do not tell them yet.

    Also those that were given away since, which its numbers still tell.
    """
    row = db.execute(
        """
        SELECT COUNT(DISTINCT c.submission_id)
        FROM change AS c
        JOIN submission AS s ON s.id = c.submission_id
        JOIN form AS f ON f.id = s.form_id AND f.confidential = 0
        WHERE c.number > COALESCE((SELECT number FROM bookmark WHERE reader = :reader), 0)
            AND s.project_id = :project_id AND (s.cso = :cso OR EXISTS (
                SELECT 1 FROM record AS r JOIN grain AS g ON g.id = r.grain_id
                WHERE r.submission_id = s.id AND g.cso = :cso
            ))
        """,
        {"reader": changes.ROLL_UP, "project_id": project_id, "cso": cso},
    ).fetchone()
    return int(row[0])


def months_with_sheets(
    db: Database, project_id: int, *, csos: frozenset[CsoCode] | None
) -> dict[tuple[CsoCode, str], tuple[int, int]]:
    """By CSO and month of the event: how many sheets there are, and how many of them wait for a decision."""
    rows = db.execute(
        """
        SELECT y.cso, substr(y.event_date, 1, 7), COUNT(*), SUM(y.review_state IN ('', 'edited'))
        FROM sheet_summary AS y
        WHERE y.is_deleted = 0 AND +y.form_id IN (SELECT id FROM form WHERE project_id = :project_id)
            AND (:csos IS NULL OR y.cso IN (SELECT value FROM json_each(:csos)))
        GROUP BY y.cso, substr(y.event_date, 1, 7)
        """,  # in the order of an index that has it all
        {"project_id": project_id, "csos": None if csos is None else json.dumps(sorted(csos))},
    )
    return {(CsoCode(row[0]), row[1]): (row[2], row[3]) for row in rows if row[0] and row[1]}


def months_changed(db: Database, *, after: int, up_to: int) -> list[tuple[int, CsoCode, str]]:
    """The projects, CSOs and months of the sheets that changed between two numbers of the change feed."""
    rows = db.execute(
        """
        SELECT DISTINCT g.project_id, g.cso, g.month
        FROM change AS c
        CROSS JOIN record AS r ON r.submission_id = c.submission_id
        CROSS JOIN grain AS g ON g.id = r.grain_id
        WHERE c.number > :after AND c.number <= :up_to AND g.month <> '' AND g.cso <> ''
        """,
        {"after": after, "up_to": up_to},
    )
    return [(row[0], CsoCode(row[1]), row[2]) for row in rows]


def csos_in_region(db: Database, project_id: int, region: str) -> set[CsoCode]:
    """The CSOs that sent sheets from a region."""
    rows = db.execute(
        """
        SELECT DISTINCT s.cso FROM place_on_map AS p
        JOIN sheet_summary AS y ON y.place = p.code
        JOIN submission AS s ON s.id = y.submission_id
        WHERE p.map = 'then' AND p.region = :region AND s.project_id = :project_id AND s.deleted_at IS NULL
        """,
        {"region": region, "project_id": project_id},
    )
    return {CsoCode(row[0]) for row in rows}


def regions_with_sheets(db: Database, project_id: int) -> list[tuple[str, str]]:
    """The regions from which sheets came, as (code, name), by name."""
    rows = db.execute(
        """
        SELECT r.code, r.name FROM place AS r
        WHERE r.level = 'region' AND EXISTS (
            SELECT 1 FROM place_on_map AS p  -- CROSS: by place, or a region without sheets costs a look at all of them
            CROSS JOIN sheet_summary AS y ON y.place = p.code
            CROSS JOIN submission AS s ON s.id = y.submission_id
            WHERE p.map = 'then' AND p.region = r.code AND s.project_id = :project_id AND s.deleted_at IS NULL
        )
        ORDER BY r.name
        """,
        {"project_id": project_id},
    )
    return [(row[0], row[1]) for row in rows]


def _contributions(
    rows: Iterable[tuple[Any, ...]], facts: Mapping[tuple[int, int], Mapping[str, int]]
) -> tuple[Contribution, ...]:
    """By sheet and record; the first record of each sheet in this month stands for the sheet."""
    told = []
    seen = 0
    for row in sorted(rows, key=itemgetter(0, 1)):
        values = [*row[:12], row[0] != seen, facts.get(row[:2], {})]
        told.append(Contribution(*values))
        seen = row[0]
    return tuple(told)


def _facts(db: Database, submission_ids: Iterable[int]) -> dict[tuple[int, int], dict[str, int]]:
    """The numbers of these sheets by record: in the order of their key, and read as one text, which is quicker."""
    rows = db.execute(
        """
        SELECT submission_id, record, json_group_object(cell_id, n) FROM fact
        WHERE submission_id IN (SELECT value FROM json_each(:ids)) GROUP BY submission_id, record
        """,
        {"ids": json.dumps(sorted(set(submission_ids)))},
    ).fetchall()
    numbers = json.loads(f"[{','.join(row[2] for row in rows)}]")
    return {row[:2]: number for row, number in zip(rows, numbers, strict=True)}
