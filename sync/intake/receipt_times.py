"""Keeps nothing of its own: tells of which sheets the time of receipt is not to be relied on.

The time is the server's, and a laptop's clock jumps. Sheets are numbered in the order in which they came: where the
times do not follow that order, or have not come yet, a clock was wrong.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from forms.base.moment import written
from forms.base.sqlite import Database

TOLERANCE = timedelta(minutes=5)
"""What time servers put a clock forward or back by, without anything being wrong."""
NEAR = 20
"""Sheets before and after, by number, whose times a sheet's is compared with."""
HOURS = 1
"""By which two sheets may come in the wrong order: several processes take them at once."""


def count_ahead(db: Database, *, now: datetime) -> int:
    """How many sheets were received at a time that has not come yet."""
    row = db.execute(
        "SELECT COUNT(*) FROM sheet_summary WHERE created_at > :now", {"now": written(now + TOLERANCE)}
    ).fetchone()
    return int(row[0])


def doubtful(db: Database, submission_ids: Sequence[int], *, now: datetime) -> frozenset[int]:
    """Those of these sheets that were received about a time at which the server's clock was put right, or wrong."""
    rows = db.execute(
        """
        SELECT s.id FROM submission AS s
        WHERE s.id IN (SELECT value FROM json_each(:ids)) AND (
            s.created_at > :now
            OR EXISTS (
                SELECT 1 FROM submission AS n WHERE n.id > s.id AND n.id <= s.id + :near
                AND julianday(s.created_at) - julianday(n.created_at) > :hours / 24.0
            )
            OR EXISTS (
                SELECT 1 FROM submission AS b WHERE b.id < s.id AND b.id >= s.id - :near
                AND julianday(b.created_at) - julianday(s.created_at) > :hours / 24.0
            )
        )
        """,
        {
            "ids": json.dumps(list(submission_ids)),
            "now": written(now + TOLERANCE),
            "near": NEAR,
            "hours": HOURS,
        },
    )
    return frozenset(row[0] for row in rows)
