"""Keeps one line of each sheet that lists are made of: written with the sheet, made again by a rebuild.

Confidential forms have none.
"""

import json
from collections.abc import Sequence
from typing import Any

from forms.sqlite import Database
from sync.summary import Summary

_COLUMNS = "event_date, place, activity, status, is_held, people, men, women, boys, girls"


def put(db: Database, submission_id: int, told: Summary) -> None:
    """Keep the summary of a sheet in place of what was kept of it."""
    db.execute(
        f"""
        INSERT OR REPLACE INTO sheet_summary (submission_id, {_COLUMNS})
        VALUES (:id, :event_date, :place, :activity, :status, :is_held, :people, :men, :women, :boys, :girls)
        """,
        {
            "id": submission_id,
            "event_date": told.event_date,
            "place": told.place,
            "activity": told.activity,
            "status": told.status,
            "is_held": told.is_held,
            "people": told.people,
            "men": told.men,
            "women": told.women,
            "boys": told.boys,
            "girls": told.girls,
        },
    )


def of_submissions(db: Database, submission_ids: Sequence[int]) -> dict[int, Summary]:
    """The summaries of these sheets by id; those that have none are left out."""
    rows = db.execute(
        f"""
        SELECT submission_id, {_COLUMNS} FROM sheet_summary
        WHERE submission_id IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": json.dumps(list(submission_ids))},
    )
    return {row[0]: summary_from(row[1:]) for row in rows}


def summary_from(row: Sequence[Any]) -> Summary:
    """The summary in a row that begins with its columns, in the order of `Summary`."""
    values = list(row)
    values[4] = bool(row[4])
    return Summary(*values)
