"""Keeps what animators are asked to correct: the sheets of one phone that were sent back, and who has read that.

A request is over as soon as the phone has done its part: its edit was taken, or it is kept for the coordinator.
"""

from dataclasses import dataclass
from datetime import datetime

from forms.base.moment import written
from forms.base.sqlite import Database
from sync.instance.envelope import Envelope

_ASKED = "COALESCE(d.decided_at, s.updated_at, s.created_at)"
_SHEETS = """
    FROM submission AS s
    JOIN form AS f ON f.id = s.form_id AND f.confidential = 0 AND f.deleted_at IS NULL
    JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
    LEFT JOIN decision AS d ON d.id = (
        SELECT MAX(id) FROM decision WHERE submission_id = s.id AND after = 'hasIssues' AND version = s.versions
    )
"""
_SENT_BACK = f"""
    WHERE s.review_state = 'hasIssues' AND s.deleted_at IS NULL AND s.project_id = :project_id
        AND NOT EXISTS (
            SELECT 1 FROM submission_conflict AS c
            WHERE c.submission_id = s.id AND c.outcome = '' AND c.received_at > {_ASKED}
        )
"""
"""Sheets that were sent back and for which the phone has not done its part yet."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A sheet that its animator is asked to correct."""

    submission_id: int
    instance_id: str
    """Of the version that counts now."""
    definition_id: int
    """Of the version that the phone itself sent last: what it holds."""
    instance_name: str
    """As it stands in the phone's list of sent sheets."""
    sent_at: str
    event_date: str
    place: str
    activity: str
    reason: str
    asked_by: int | None
    asked_at: str


@dataclass(frozen=True, slots=True)
class Burden:
    """What a phone still has to correct."""

    sheets: int
    asked_at: str
    """When the first of them was sent back."""
    read: int
    """Of how many the animator has opened the request since."""


def of_phone(db: Database, project_id: int, submitter_id: int) -> list[Correction]:
    """The sheets that a phone is asked to correct, by the day of their event. Confidential forms have none.

    A remark stands for the reason where a program, and no page, asked for the correction.
    """
    rows = db.execute(
        f"""
        SELECT s.id, v.instance_id, own.definition_id, own.instance_name, own.created_at,
               COALESCE(y.event_date, ''), COALESCE(y.place, ''), COALESCE(y.activity, ''),
               COALESCE(NULLIF(d.reason, ''), (
                   SELECT body FROM submission_comment
                   WHERE submission_id = s.id AND created_at >= v.created_at ORDER BY id DESC LIMIT 1
               ), ''),
               COALESCE(d.actor_id, (
                   SELECT actor_id FROM audit WHERE submission_id = s.id AND action = 'submission.update'
                   ORDER BY id DESC LIMIT 1
               )), {_ASKED}
        {_SHEETS}
        JOIN submission_version AS own ON own.submission_id = s.id AND own.number = (
            SELECT MAX(number) FROM submission_version
            WHERE submission_id = s.id AND submitter_id = s.submitter_id
        )
        LEFT JOIN sheet_summary AS y ON y.submission_id = s.id
        {_SENT_BACK} AND s.submitter_id = :submitter_id
        ORDER BY y.event_date, s.id
        """,
        {"submitter_id": submitter_id, "project_id": project_id},
    )
    return [Correction(*row) for row in rows]


def burdens(db: Database, project_id: int) -> dict[int, Burden]:
    """What each phone of a project still has to correct, by the phone's id; those without anything are left out."""
    rows = db.execute(
        f"""
        SELECT s.submitter_id, COUNT(*), MIN({_ASKED}), SUM(EXISTS (
            SELECT 1 FROM notice_receipt AS r
            WHERE r.submitter_id = s.submitter_id AND r.about = v.instance_id AND r.created_at >= {_ASKED}
        ))
        {_SHEETS} {_SENT_BACK} AND s.submitter_id IS NOT NULL
        GROUP BY s.submitter_id
        """,
        {"project_id": project_id},
    )
    return {row[0]: Burden(row[1], row[2], row[3]) for row in rows}


def read_at(db: Database, submission_id: int) -> str | None:
    """When the animator last opened the request to correct this sheet, in the version that counts now."""
    row = db.execute(
        """
        SELECT MAX(r.created_at) FROM submission AS s
        JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
        JOIN notice_receipt AS r ON r.submitter_id = s.submitter_id AND r.about = v.instance_id
        WHERE s.id = :id
        """,
        {"id": submission_id},
    ).fetchone()
    moment: str | None = row[0]
    return moment


def note_read(db: Database, envelope: Envelope, *, form_id: int, about: str, now: datetime) -> bool:
    """Keep the receipt of a notice, apart from all sheets; gives whether it is new."""
    cursor = db.execute(
        """
        INSERT INTO notice_receipt (form_id, instance_id, submitter_id, device_id, about, created_at)
        VALUES (:form_id, :instance_id, :submitter_id, :device_id, :about, :now)
        ON CONFLICT DO NOTHING
        """,
        {
            "form_id": form_id,
            "instance_id": envelope.instance.instance_id,
            "submitter_id": envelope.submitter_id,
            "device_id": envelope.device_id,
            "about": about,
            "now": written(now),
        },
    )
    return bool(cursor.rowcount)
