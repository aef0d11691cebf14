"""Keeps the way to the sheets of a CSO's month, and to who last sent one from each place."""

from collections.abc import Collection
from typing import Any

from aggregates.expectation import SheetSeen, days_of
from forms.sqlite import Database

LOOK_BACK = 5_000
"""Sheets in which the last sender from a place is looked for."""


def sheets_of_month(db: Database, project_id: int, *, cso: str, month: str) -> list[SheetSeen]:
    """The sheets of a CSO (lower case) whose event is in a month, rejected ones left out, by date.

    Confidential sheets have no summary and are never among them.
    """
    first, last = days_of(month)
    rows = db.execute(
        """
        SELECT s.id, f.xml_form_id, y.place, COALESCE(p.village, ''), COALESCE(p.commune, ''),
               COALESCE(p.cercle, ''), COALESCE(p.region, ''), y.activity, y.event_date, y.status, y.is_held,
               y.people, s.submitter_id, s.created_at, COALESCE(s.review_state, '')
        FROM sheet_summary AS y
        JOIN submission AS s ON s.id = y.submission_id
        JOIN form AS f ON f.id = s.form_id
        LEFT JOIN place AS p ON p.code = y.place
        WHERE y.event_date BETWEEN :first AND :last AND s.project_id = :project_id AND s.cso = :cso
            AND s.deleted_at IS NULL AND s.review_state IS NOT 'rejected'
            AND date(y.event_date) = y.event_date -- an answer that is no day is nobody's month
        ORDER BY y.event_date, s.created_at, s.id
        """,
        {"first": first, "last": last, "project_id": project_id, "cso": cso},
    )
    return [_sheet(row) for row in rows]


def last_senders(db: Database, project_id: int, *, cso: str, places: Collection[str]) -> dict[str, int]:
    """By place, of any level, the account that last sent this CSO (lower case) a sheet from there.

    Looks back from the newest sheet until every place was met, and no further than LOOK_BACK sheets.
    """
    rows = db.execute(
        """
        SELECT y.place, COALESCE(p.commune, ''), COALESCE(p.cercle, ''), COALESCE(p.region, ''), s.submitter_id
        FROM submission AS s
        JOIN sheet_summary AS y ON y.submission_id = s.id
        LEFT JOIN place AS p ON p.code = y.place
        WHERE s.cso = :cso AND s.project_id = :project_id AND s.deleted_at IS NULL
            AND s.submitter_id IS NOT NULL
        ORDER BY s.created_at DESC, s.id DESC LIMIT :limit
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


def _sheet(row: tuple[Any, ...]) -> SheetSeen:
    key, form, place, village, commune, cercle, region, activity, event_date, status, is_held, *rest = row
    above = frozenset((village, commune, cercle, region)) - {""}
    return SheetSeen(key, form, place, above, activity, event_date, status, bool(is_held), *rest)
