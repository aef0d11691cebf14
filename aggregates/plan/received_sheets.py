"""Keeps the way to the sheets of a month of CSOs, and to who last sent one from each place.

Whatever number of CSOs is asked for, one statement answers.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from aggregates.plan.expectation import SheetSeen
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode

LOOK_BACK = 5_000
"""Sheets in which the last sender from a place is looked for."""


def sheets_of_month(
    db: Database, project_id: int, *, csos: Collection[CsoCode], month: str
) -> dict[CsoCode, list[SheetSeen]]:
    """The sheets of CSOs whose event is in a month, rejected ones left out: by CSO, by date.

    Confidential sheets have no summary and are never among them.
    """
    rows = db.execute(
        """
        SELECT y.cso, y.submission_id, f.xml_form_id, y.place, COALESCE(p.village, ''), COALESCE(p.commune, ''),
               COALESCE(p.cercle, ''), COALESCE(p.region, ''), y.activity, y.event_date, y.status, y.is_held,
               y.people, y.submitter_id, y.created_at, y.review_state
        FROM sheet_summary AS y
        JOIN form AS f ON f.id = y.form_id
        LEFT JOIN place_on_map AS p ON p.map = 'then' AND p.code = y.place
            AND :month BETWEEN p.first_month AND p.last_month
        WHERE substr(y.event_date, 1, 7) = :month AND f.project_id = :project_id
            AND y.cso IN (SELECT value FROM json_each(:csos))
            AND y.is_deleted = 0 AND y.review_state <> 'rejected'
            AND date(y.event_date) = y.event_date -- an answer that is no day is nobody's month
        ORDER BY y.event_date, y.created_at, y.submission_id
        """,
        {"month": month, "project_id": project_id, "csos": json.dumps(sorted(csos))},
    )
    above: dict[tuple[str, ...], frozenset[str]] = {}
    found: dict[CsoCode, list[SheetSeen]] = {}
    for cso, *row in rows:
        levels = tuple(row[3:7])
        if levels not in above:
            above[levels] = frozenset(levels) - {""}
        values: list[Any] = [*row[:3], above[levels], *row[7:10], bool(row[10]), *row[11:]]
        found.setdefault(CsoCode(cso), []).append(SheetSeen(*values))
    return found


def last_senders(
    db: Database, project_id: int, *, places: Mapping[CsoCode, Collection[str]]
) -> dict[CsoCode, dict[str, int]]:
    """By CSO and place, of any level, the account that last sent a sheet of this CSO from there.

    `places` are those that are asked for, by CSO. Looks back no further than LOOK_BACK sheets of each.
    """
    asked = [cso for cso, codes in places.items() if codes]
    if not asked:
        return {}
    newest = " UNION ALL ".join(
        f"SELECT * FROM ({_NEWEST.format(number=number)})" for number, _ in enumerate(asked)
    )
    rows = db.execute(
        f"""
        SELECT n.cso, n.place, COALESCE(p.village, ''), COALESCE(p.commune, ''), COALESCE(p.cercle, ''),
            COALESCE(p.region, ''), n.submitter_id, n.came
        FROM (
            SELECT cso, place, submitter_id, MAX(printf('%s %012d', created_at, submission_id)) AS came
            FROM ({newest}) GROUP BY cso, place -- SQLite takes the sender from the row of the maximum
        ) AS n
        LEFT JOIN place_on_map AS p ON p.map = 'now' AND p.code = n.place AND p.first_month = ''
        ORDER BY n.came DESC
        """,
        {
            "project_id": project_id,
            "limit": LOOK_BACK,
            **{f"cso_{number}": cso for number, cso in enumerate(asked)},
        },
    )
    found: dict[CsoCode, dict[str, int]] = {cso: {} for cso in asked}
    for cso, *codes, sender, _came in rows:
        for code in set(codes).intersection(places[CsoCode(cso)]):
            found[CsoCode(cso)].setdefault(code, sender)
    return found


_NEWEST = """
    SELECT cso, place, submitter_id, created_at, submission_id FROM sheet_summary
    WHERE cso = :cso_{number} AND +form_id IN (SELECT id FROM form WHERE project_id = :project_id)
        AND is_deleted = 0 AND +submitter_id IS NOT NULL
    ORDER BY created_at DESC, submission_id DESC LIMIT :limit
"""
