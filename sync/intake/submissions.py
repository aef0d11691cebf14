"""Keeps submissions and their versions: the raw XML exactly as it came, which is the source of truth."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from forms.base.by import By
from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, new_key
from forms.catalogue.form import DefinitionRow, Form
from forms.places.cso_code import NO_CSO, CsoCode
from sync import audits, changes
from sync.audits import About
from sync.instance.envelope import Envelope
from sync.intake.review_state import review_state

_CURRENT = """
    SELECT s.id, s.project_id, s.form_id, f.xml_form_id, v.definition_id, v.xml, s.review_state,
           s.deleted_at IS NOT NULL, s.cso
    FROM submission AS s
    JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
    JOIN form AS f ON f.id = s.form_id
"""
FIRST_CONFIDENTIAL_ID = 1_000_000_000_001
"""Submissions of confidential forms are numbered from here on, apart from those of open forms."""


class SubmissionUnknown(Refusal):
    """There is no submission with this id."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a submission, without its XML."""

    id: int
    submission_id: int
    definition_id: int
    number: int
    is_current: bool
    is_deleted: bool
    """Whether the submission was deleted."""


@dataclass(frozen=True, slots=True)
class Current:
    """A submission as it stands now, for those who derive something from it."""

    submission_id: int
    project_id: int
    form_id: int
    """Key of the form's row; `xml_form_id` is its name."""
    xml_form_id: str
    definition_id: int
    xml: bytes
    review_state: str | None
    is_deleted: bool
    owner: CsoCode


def find_version(db: Database, form_id: int, instance_id: str) -> Version | None:
    """The version that carries this instanceID in this form."""
    row = db.execute(
        """
        SELECT v.id, v.submission_id, v.definition_id, v.number, v.number = s.versions,
               s.deleted_at IS NOT NULL
        FROM submission_version AS v
        JOIN submission AS s ON s.id = v.submission_id
        WHERE v.form_id = :form_id AND v.instance_id = :instance_id
        """,
        {"form_id": form_id, "instance_id": instance_id},
    ).fetchone()
    return Version(row[0], row[1], row[2], row[3], bool(row[4]), bool(row[5])) if row else None


def current_version(db: Database, submission_id: int) -> tuple[Version, str]:
    """The version that counts now, and its instanceID."""
    row = db.execute(
        """
        SELECT v.id, v.submission_id, v.definition_id, v.number, s.deleted_at IS NOT NULL, v.instance_id
        FROM submission AS s
        JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
        WHERE s.id = :id
        """,
        {"id": submission_id},
    ).fetchone()
    return Version(row[0], row[1], row[2], row[3], is_current=True, is_deleted=bool(row[4])), row[5]


def owner(db: Database, submission_id: int) -> tuple[CsoCode, int | None]:
    """The CSO that a submission belongs to, and who sent it first."""
    row = db.execute(
        "SELECT cso, submitter_id FROM submission WHERE id = :id", {"id": submission_id}
    ).fetchone()
    return CsoCode(row[0]), row[1]


def version_submitter(db: Database, version_id: int) -> int | None:
    """Who sent a version."""
    row = db.execute(
        "SELECT submitter_id FROM submission_version WHERE id = :id", {"id": version_id}
    ).fetchone()
    submitter_id: int | None = row[0]
    return submitter_id


def version_xml(db: Database, version_id: int) -> bytes:
    """The XML of a version, as it came."""
    row = db.execute("SELECT xml FROM submission_version WHERE id = :id", {"id": version_id}).fetchone()
    return bytes(row[0])


def create(db: Database, envelope: Envelope, *, form: Form, now: datetime, cso: CsoCode = NO_CSO) -> int:
    """A new submission of a CSO ("" where none is known), without versions yet; gives its id.

    Open and confidential ones are numbered apart: whoever sees the ids of two open sheets must not read in the gap
    between them how many referrals came meanwhile.
    """
    first = FIRST_CONFIDENTIAL_ID if form.is_confidential else 1
    cursor = db.execute(
        """
        INSERT INTO submission (id, project_id, form_id, instance_id, submitter_id, device_id, cso, created_at)
        SELECT COALESCE(MAX(id) + 1, :first), :project_id, :form_id, :instance_id, :submitter_id, :device_id, :cso, :now
        FROM submission WHERE id >= :first AND id < :first + :most
        """,
        {
            "first": first,
            "most": FIRST_CONFIDENTIAL_ID - 1,
            "project_id": form.project_id,
            "form_id": form.id,
            "instance_id": envelope.instance.instance_id,
            "submitter_id": envelope.submitter_id,
            "device_id": envelope.device_id,
            "cso": cso,
            "now": written(now),
        },
    )
    return new_key(cursor)


def add_version(
    db: Database,
    envelope: Envelope,
    published: DefinitionRow,
    *,
    submission_id: int,
    number: int,
    now: datetime,
) -> int:
    """Keep an instance as version `number` of a submission; gives the version's id.

    `published` is the version of the form that it was filled with.
    """
    cursor = db.execute(
        """
        INSERT INTO submission_version (submission_id, number, form_id, instance_id, definition_id,
            instance_name, submitter_id, device_id, user_agent, created_at, xml)
        VALUES (:submission_id, :number, :form_id, :instance_id, :definition_id,
            :instance_name, :submitter_id, :device_id, :user_agent, :now, :xml)
        """,
        {
            "submission_id": submission_id,
            "number": number,
            "form_id": published.form_id,
            "instance_id": envelope.instance.instance_id,
            "definition_id": published.id,
            "instance_name": envelope.instance.instance_name,
            "submitter_id": envelope.submitter_id,
            "device_id": envelope.device_id,
            "user_agent": envelope.user_agent,
            "now": written(now),
            "xml": envelope.xml,
        },
    )
    return new_key(cursor)


def make_current(
    db: Database, submission_id: int, *, number: int, now: datetime, cso: CsoCode = NO_CSO
) -> None:
    """Let an edit replace what was there; the review begins again (ODK Central: "edited").

    A CSO of "" leaves the sheet with the one it has; to give it to another is `sync.review.owners`' matter.
    """
    db.execute(
        """
        UPDATE submission SET versions = :number, review_state = 'edited', updated_at = :now,
            cso = COALESCE(NULLIF(:cso, ''), cso)
        WHERE id = :submission_id
        """,
        {"submission_id": submission_id, "number": number, "cso": cso, "now": written(now)},
    )


def set_missing_cso(db: Database, submission_id: int, cso: CsoCode, *, now: datetime) -> None:
    """Note the CSO of a sheet that has none; the feed tells it to those who compare the sheets of a CSO."""
    changed = db.execute(
        "UPDATE submission SET cso = :cso WHERE id = :id AND cso = '' AND :cso <> ''",
        {"cso": cso, "id": submission_id},
    )
    if changed.rowcount:
        changes.append(db, submission_id, "cso", now)


def set_deleted(
    db: Database, submission_ids: Sequence[int], *, is_deleted: bool, now: datetime, actor_id: int | None
) -> None:
    """Put submissions into the trash, or take them out again; tallies follow by the change feed."""
    kind = "delete" if is_deleted else "restore"
    for submission_id in submission_ids:
        db.execute(
            "UPDATE submission SET deleted_at = CASE WHEN :deleted THEN :now END WHERE id = :id",
            {"deleted": is_deleted, "now": written(now), "id": submission_id},
        )
        changes.append(db, submission_id, kind, now)
        about = About(submission_id=submission_id)
        audits.append(db, f"submission.{kind}", By(actor_id, now), about)


def set_review_state(
    db: Database,
    submission_id: int,
    state: str | None,
    *,
    now: datetime,
    actor_id: int | None,
    notes: str | None = None,
) -> None:
    """Decide on a submission; None puts it back to received.

    Raises SubmissionUnknown, or `sync.intake.review_state.ReviewStateUnknown` for a word that is no state.
    """
    cursor = db.execute(
        "UPDATE submission SET review_state = :state, updated_at = :now WHERE id = :id",
        {"state": review_state(state), "now": written(now), "id": submission_id},
    )
    if not cursor.rowcount:
        raise SubmissionUnknown(submission_id=submission_id)
    changes.append(db, submission_id, "review", now)
    audits.append(
        db,
        "submission.update",
        By(actor_id, now),
        About(submission_id=submission_id),
        details={"reviewState": state},
        notes=notes,
    )


def current(db: Database, submission_ids: Sequence[int]) -> list[Current]:
    """These submissions as they stand now, by id, deleted ones too; those that are not there are left out."""
    rows = db.execute(
        f"{_CURRENT} WHERE s.id IN (SELECT value FROM json_each(:ids)) ORDER BY s.id",
        {"ids": json.dumps(list(submission_ids))},
    )
    return [_current(row) for row in rows]


def walk(db: Database, *, after: int, limit: int) -> list[Current]:
    """The next submissions with an id greater than `after`, by id, deleted ones too."""
    rows = db.execute(
        f"{_CURRENT} WHERE s.id > :after ORDER BY s.id LIMIT :limit", {"after": after, "limit": limit}
    )
    return [_current(row) for row in rows]


def count_open(db: Database) -> int:
    """How many submissions of open forms there are, deleted ones too: referrals are not told by a figure."""
    statement = (
        "SELECT COUNT(*) FROM submission WHERE form_id NOT IN (SELECT id FROM form WHERE confidential = 1)"
    )
    return int(db.execute(statement).fetchone()[0])


def count(db: Database) -> int:
    """How many submissions there are, deleted ones too."""
    return int(db.execute("SELECT COUNT(*) FROM submission").fetchone()[0])


def counts_by_form(db: Database, project_id: int) -> dict[int, tuple[int, str]]:
    """By form key: how many submissions were received (deleted ones left out), and when the last one was."""
    return {
        row[0]: (row[1], row[2])
        for row in db.execute(
            """
            SELECT s.form_id, COUNT(*), MAX(s.created_at)
            FROM form AS f
            JOIN submission AS s ON s.form_id = f.id AND s.deleted_at IS NULL
            WHERE f.project_id = :project_id
            GROUP BY s.form_id
            """,
            {"project_id": project_id},
        )
    }


def known(db: Database, submission_ids: Sequence[int]) -> Iterator[int]:
    """Those of these ids that exist."""
    rows = db.execute(
        "SELECT id FROM submission WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(submission_ids))},
    )
    return (row[0] for row in rows)


def _current(row: tuple[int, int, int, str, int, bytes, str | None, int, str]) -> Current:
    return Current(*row[:7], bool(row[7]), CsoCode(row[8]))


def has_sheets_besides(db: Database, device_id: str) -> bool:
    """Whether any sheet came from elsewhere than this device."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM submission WHERE device_id <> :device_id)", {"device_id": device_id}
    ).fetchone()
    return bool(row[0])
