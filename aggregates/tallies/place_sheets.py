"""Keeps how many sheets name a place, for whoever is about to change the register.

Confidential sheets are nobody's to count here: that a place has one would be told by the number. They keep their
place all the same, as the maps forget none (`forms/places/place_map.py`).
"""

import json
from collections.abc import Iterable

from forms.base.sqlite import Database

_NAMING = """
    SELECT y.place AS place, y.submission_id AS id FROM sheet_summary AS y
    WHERE y.is_deleted = 0 AND y.place IN (SELECT value FROM json_each(:codes))
    UNION
    SELECT g.place, r.submission_id FROM grain AS g
    JOIN record AS r ON r.grain_id = g.id
    JOIN submission AS s ON s.id = r.submission_id
    JOIN form AS f ON f.id = s.form_id AND f.confidential = 0
    WHERE s.deleted_at IS NULL AND g.place IN (SELECT value FROM json_each(:codes))
"""
"""A sheet names the place of the sheet, and those of its repeats."""


def sheets_by_place(db: Database, codes: Iterable[str]) -> dict[str, int]:
    """How many sheets name each of these codes; those that none names are left out."""
    rows = db.execute(
        f"SELECT place, COUNT(*) FROM ({_NAMING}) GROUP BY place", {"codes": json.dumps(sorted(set(codes)))}
    )
    return dict(rows.fetchall())


def count_sheets(db: Database, codes: Iterable[str]) -> int:
    """How many sheets name any of these codes."""
    row = db.execute(
        f"SELECT COUNT(DISTINCT id) FROM ({_NAMING})", {"codes": json.dumps(sorted(set(codes)))}
    ).fetchone()
    return int(row[0])
