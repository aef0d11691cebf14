"""Keeps one line of each sheet that lists are made of: written with the sheet, made again by a rebuild.

Confidential forms have none.
"""

import json
from collections.abc import Sequence
from typing import Any

from forms.base.sqlite import Database
from sync.counting.summary import Summary, searchable

_COLUMNS = "event_date, place, activity, status, is_held, people, men, women, boys, girls"
_OF_SUBMISSION = """
    form_id, instance_id, definition_id, versions, review_state, submitter_id, cso, created_at, is_deleted,
    words"""


def put(db: Database, submission_id: int, told: Summary) -> None:
    """Keep the summary of a sheet, with the newest version that is stored, in place of what was kept of it.

    What is decided on the submission afterwards (its review, its deletion) follows by a trigger.
    """
    [name] = db.execute(
        "SELECT instance_name FROM submission_version WHERE submission_id = :id ORDER BY number DESC LIMIT 1",
        {"id": submission_id},
    ).fetchone()
    db.execute(
        f"""
        INSERT OR REPLACE INTO sheet_summary (submission_id, {_COLUMNS}, {_OF_SUBMISSION})
        SELECT :id, :event_date, :place, :activity, :status, :is_held, :people, :men, :women, :boys, :girls,
            s.form_id, s.instance_id, v.definition_id, v.number, COALESCE(s.review_state, ''),
            s.submitter_id, s.cso, s.created_at, s.deleted_at IS NOT NULL, :words
        FROM submission AS s JOIN submission_version AS v ON v.submission_id = s.id
        WHERE s.id = :id ORDER BY v.number DESC LIMIT 1
        """,
        {
            "id": submission_id,
            "event_date": told.event_date,
            "place": told.place,
            "activity": told.activity,
            "status": told.status,
            "is_held": told.took_place,
            "people": told.people,
            "men": told.men,
            "women": told.women,
            "boys": told.boys,
            "girls": told.girls,
            "words": searchable(name),
        },
    )


def note_missing(db: Database) -> int:
    """Note every sheet that has no summary and ought to have one; gives how many there are.

    An older version, to which somebody went back for a while, took sheets and made none.
    """
    return db.execute(
        """
        INSERT OR IGNORE INTO summary_to_make
        SELECT s.id FROM submission AS s JOIN form AS f ON f.id = s.form_id AND NOT f.confidential
        WHERE NOT EXISTS (SELECT 1 FROM sheet_summary AS y WHERE y.submission_id = s.id)
        """
    ).rowcount


def still_to_make(db: Database, limit: int) -> list[int]:
    """Some of the sheets, newest first, whose summary or CSO an older version did not keep."""
    rows = db.execute(
        "SELECT submission_id FROM summary_to_make ORDER BY submission_id DESC LIMIT :limit", {"limit": limit}
    )
    return [row[0] for row in rows]


def made(db: Database, submission_ids: Sequence[int]) -> None:
    """These sheets have their summary."""
    db.execute(
        "DELETE FROM summary_to_make WHERE submission_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(submission_ids))},
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
