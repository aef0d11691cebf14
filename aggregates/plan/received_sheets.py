"""Keeps the way to the sheets of a CSO's month, and to who last sent one from each place."""

from collections.abc import Collection
from typing import Any

from aggregates.plan.expectation import SheetSeen
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode

LOOK_BACK = 5_000
"""Sheets in which the last sender from a place is looked for."""


def sheets_of_month(db: Database, project_id: int, *, cso: CsoCode, month: str) -> list[SheetSeen]:
    """The sheets of a CSO (lower case) whose event is in a month, rejected ones left out, by date.

    Confidential sheets have no summary and are never among them.
    """
    rows = db.execute(
        """
        SELECT y.submission_id, f.xml_form_id, y.place, COALESCE(p.village, ''), COALESCE(p.commune, ''),
               COALESCE(p.cercle, ''), COALESCE(p.region, ''), y.activity, y.event_date, y.status, y.is_held,
               y.people, y.submitter_id, y.created_at, y.review_state
        FROM sheet_summary AS y
        JOIN form AS f ON f.id = y.form_id
        LEFT JOIN place AS p ON p.code = y.place
        WHERE substr(y.event_date, 1, 7) = :month AND f.project_id = :project_id AND y.cso = :cso
            AND y.is_deleted = 0 AND y.review_state <> 'rejected'
            AND date(y.event_date) = y.event_date -- an answer that is no day is nobody's month
        ORDER BY y.event_date, y.created_at, y.submission_id
        """,
        {"month": month, "project_id": project_id, "cso": cso},
    )
    above: dict[tuple[str, ...], frozenset[str]] = {}
    found = []
    for row in rows:
        levels = row[3:7]
        if levels not in above:
            above[levels] = frozenset(levels) - {""}
        values: list[Any] = [*row[:3], above[levels], *row[7:10], bool(row[10]), *row[11:]]
        found.append(SheetSeen(*values))
    return found


def last_senders(db: Database, project_id: int, *, cso: CsoCode, places: Collection[str]) -> dict[str, int]:
    """By place, of any level, the account that last sent this CSO (lower case) a sheet from there.

    Looks back from the newest sheet until every place was met, and no further than LOOK_BACK sheets.
    """
    rows = db.execute(
        """
        SELECT y.place, COALESCE(p.commune, ''), COALESCE(p.cercle, ''), COALESCE(p.region, ''), y.submitter_id
        FROM sheet_summary AS y
        LEFT JOIN place AS p ON p.code = y.place
        WHERE y.cso = :cso AND +y.form_id IN (SELECT id FROM form WHERE project_id = :project_id)
            AND y.is_deleted = 0 AND +y.submitter_id IS NOT NULL
        ORDER BY y.created_at DESC, y.submission_id DESC LIMIT :limit
        """,
        {"project_id": project_id, "cso": cso, "limit": LOOK_BACK},
    )
    found: dict[str, int] = {}
    missing = set(places)
    for *codes, sender in rows if missing else ():
        for code in missing.intersection(codes):
            found[code] = sender
            missing.discard(code)
        if not missing:
            break
    return found
