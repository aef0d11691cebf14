"""Keeps the way to sheets that were sent back and wait for their correction, with the reason that was given."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """A sheet that is to be corrected."""

    submission_id: int
    form_id: int
    instance_id: str
    cso: CsoCode
    animator_id: int | None
    place: str
    event_date: str
    activity: str
    reason: str
    """Of the last decision that sent it back, "" where none was given."""
    since: str
    """The moment of that decision, "" where it is not known."""


def returned_sheets(
    db: Database,
    forms: Sequence[int],
    *,
    csos: frozenset[CsoCode] | None,
    last_day: str = "",
    limit: int = 500,
) -> list[ReturnedSheet]:
    """The sheets of these forms and CSOs (None for all) that wait for a correction, by date of their event.

    With `last_day` those whose event is later are left out.
    """
    rows = db.execute(
        """
        SELECT s.id, s.form_id, s.instance_id, s.cso, s.submitter_id, y.place, y.event_date,
               y.activity, COALESCE(d.reason, ''), COALESCE(d.decided_at, '')
        FROM submission AS s INDEXED BY submission_returned
        JOIN sheet_summary AS y ON y.submission_id = s.id
        LEFT JOIN decision AS d ON d.id = (
            SELECT MAX(id) FROM decision WHERE submission_id = s.id AND after = 'hasIssues'
        )
        WHERE s.form_id IN (SELECT value FROM json_each(:forms)) AND s.review_state = 'hasIssues'
            AND s.deleted_at IS NULL AND (:last_day = '' OR y.event_date <= :last_day)
            AND (:csos IS NULL OR s.cso IN (SELECT value FROM json_each(:csos)))
        ORDER BY y.event_date, s.id LIMIT :limit
        """,
        {
            "forms": json.dumps(list(forms)),
            "csos": None if csos is None else json.dumps(sorted(csos)),
            "last_day": last_day,
            "limit": limit,
        },
    )
    return [_sheet(*row) for row in rows]


def _sheet(key: int, form_id: int, instance_id: str, cso: str, *rest: Any) -> ReturnedSheet:
    return ReturnedSheet(key, form_id, instance_id, CsoCode(cso), *rest)
