"""Keeps how many people are usual by form, organisation, activity and month, so that no rule has to count them again.

Moved by what changed: a sheet moves the months from its own to eleven months later. Sheets that are big enough to be
told of, before or now, are then to be compared again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from aggregates.quality.fingerprint import Fingerprint
from aggregates.quality.rule_size import NOTHING_YET, Usual, limit_of, usual_by_month
from aggregates.quality.threshold import Thresholds
from forms.base.sqlite import Database

Kind = tuple[int, str, str]
"""Form, organisation, activity."""


def months_of(rows: Iterable[Fingerprint]) -> dict[Kind, set[int]]:
    """The months of these sheets, by kind."""
    found: dict[Kind, set[int]] = {}
    for row in rows:
        found.setdefault((row.form_id, row.cso, row.activity), set()).add(row.month)
    return found


def every_kind(db: Database) -> list[Kind]:
    """All kinds that have sheets, or had some."""
    rows = db.execute(
        """
        SELECT DISTINCT form_id, cso, activity FROM neighbour
        UNION SELECT DISTINCT form_id, cso, activity FROM usual_size
        """
    )
    return [(row[0], row[1], row[2]) for row in rows]


def bring_up_to_date(db: Database, kind: Kind, months: Sequence[int] | None, thresholds: Thresholds) -> None:
    """Count again what is usual after these months changed (None: all), and note the sheets to compare again."""
    reach = thresholds.outlier_months
    first = min(months) if months else 0
    last = max(months) + reach - 1 if months else 1_000_000
    key = {"form_id": kind[0], "cso": kind[1], "activity": kind[2]}
    counts: dict[int, dict[int, int]] = {}
    for month, people, sheets in db.execute(
        """
        SELECT month, people, COUNT(*) FROM neighbour
        WHERE form_id = :form_id AND cso = :cso AND activity = :activity AND month BETWEEN :first AND :last
            AND counts = 1 AND people > 0
        GROUP BY month, people
        """,
        {**key, "first": first - reach + 1, "last": last},
    ):
        counts.setdefault(month, {})[people] = sheets
    new = {month: usual for month, usual in usual_by_month(counts, reach).items() if first <= month <= last}
    old = {
        row[0]: Usual(row[1], row[2])
        for row in db.execute(
            """
            SELECT month, sheets, median FROM usual_size
            WHERE form_id = :form_id AND cso = :cso AND activity = :activity AND month BETWEEN :first AND :last
            """,
            {**key, "first": first, "last": last},
        )
    }
    changed = sorted(month for month in old.keys() | new.keys() if old.get(month) != new.get(month))
    _write(db, kind, {month: new.get(month) for month in changed})
    for month in changed:
        limits = [limit_of(sizes.get(month, NOTHING_YET), kind[2], thresholds) for sizes in (old, new)]
        db.execute(
            """
            INSERT OR IGNORE INTO to_compare (submission_id)
            SELECT submission_id FROM neighbour
            WHERE form_id = :form_id AND cso = :cso AND activity = :activity AND month = :month
                AND people > :limit
            """,
            {**key, "month": month, "limit": min(limits)},
        )


def usual_of(db: Database, rows: Sequence[Fingerprint]) -> dict[int, Usual]:
    """What is usual for each of these sheets, by their ids."""
    found = db.execute(
        """
        SELECT n.submission_id, u.sheets, u.median
        FROM neighbour AS n
        JOIN usual_size AS u ON u.form_id = n.form_id AND u.cso = n.cso AND u.activity = n.activity
            AND u.month = n.month
        WHERE n.submission_id IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": json.dumps([row.submission_id for row in rows])},
    )
    return {row[0]: Usual(row[1], row[2]) for row in found}


def _write(db: Database, kind: Kind, sizes: Mapping[int, Usual | None]) -> None:
    db.conn.executemany(
        "DELETE FROM usual_size WHERE form_id = ? AND cso = ? AND activity = ? AND month = ?",
        [(*kind, month) for month in sizes],
    )
    db.conn.executemany(
        """
        INSERT INTO usual_size (form_id, cso, activity, month, sheets, median) VALUES (?, ?, ?, ?, ?, ?)
        """,
        [(*kind, month, *usual) for month, usual in sizes.items() if usual is not None],
    )
