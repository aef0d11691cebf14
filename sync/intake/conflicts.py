"""Keeps what phones sent and was not taken: other content of a known sheet, or an edit of a replaced version.

Nothing of it is counted and nothing of it is lost (getodk/collect#5317): it waits, whole, until somebody settles it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.base.blobs import Blob
from forms.base.moment import written
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync.instance.envelope import Envelope, Part

CONFLICT = "conflict"
OUTDATED_EDIT = "outdated_edit"


@dataclass(frozen=True, slots=True)
class Kept:
    """One sheet that was put aside."""

    id: int
    submission_id: int
    kind: str
    """"conflict" or "outdated_edit"."""
    instance_id: str
    deprecated_id: str
    """Of an edit, the instanceID of the version it was made from."""
    submitter_id: int | None
    device_id: str
    user_agent: str
    cso: CsoCode
    """Code of the CSO whose phone it was."""
    received_at: str
    xml: bytes
    outcome: str
    """"" until it is settled; "used" once it became a version, "left" where it was not wanted."""
    reason: str
    settled_by: int | None
    settled_at: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet with something that waits to be settled."""

    form_id: int
    instance_id: str
    """By which the sheet is known: its first."""
    kept: int
    """How many are kept of it."""
    received_at: str
    """When the last of them came."""


_KEPT = """
    SELECT c.id, c.submission_id, c.kind, c.instance_id, c.deprecated_id, c.submitter_id, c.device_id,
           c.user_agent, c.cso, c.received_at, c.xml, c.outcome, c.reason, c.settled_by, c.settled_at
    FROM submission_conflict AS c
"""
_UNSETTLED = """
    FROM submission_conflict AS c
    JOIN submission AS s ON s.id = c.submission_id
    JOIN form AS f ON f.id = s.form_id
    WHERE c.outcome = '' AND s.deleted_at IS NULL AND s.project_id = :project_id AND f.confidential = 0
        AND f.deleted_at IS NULL AND (:csos IS NULL OR s.cso IN (SELECT value FROM json_each(:csos)))
"""


def keep(db: Database, envelope: Envelope, *, submission_id: int, kind: str, now: datetime) -> bool:
    """Put an envelope aside with its files, once for equal bytes; gives whether it is new.

    The same bytes again add the files that had not come yet.
    """
    instance = envelope.instance
    known = {
        "submission_id": submission_id,
        "instance_id": instance.instance_id,
        "sha256": hashlib.sha256(envelope.xml).hexdigest(),
    }
    cursor = db.execute(
        """
        INSERT INTO submission_conflict (submission_id, kind, instance_id, deprecated_id, sha256, submitter_id,
            device_id, user_agent, cso, received_at, xml)
        VALUES (:submission_id, :kind, :instance_id, :deprecated_id, :sha256, :submitter_id, :device_id,
            :user_agent, :cso, :now, :xml)
        ON CONFLICT DO NOTHING
        """,
        {
            **known,
            "kind": kind,
            "deprecated_id": instance.deprecated_id,
            "submitter_id": envelope.submitter_id,
            "device_id": envelope.device_id,
            "user_agent": envelope.user_agent,
            "cso": envelope.cso,
            "now": written(now),
            "xml": envelope.xml,
        },
    )
    is_new = bool(cursor.rowcount)
    db.conn.executemany(
        """
        INSERT INTO submission_conflict_file (conflict_id, name, sha256, md5, size, media_type)
        SELECT id, ?, ?, ?, ?, ? FROM submission_conflict
        WHERE submission_id = ? AND instance_id = ? AND sha256 = ?
        ON CONFLICT DO NOTHING
        """,
        [
            (part.name, part.blob.sha256, part.blob.md5, part.blob.size, part.media_type, *known.values())
            for part in envelope.parts
        ],
    )
    return is_new


def of_submission(db: Database, submission_id: int) -> list[Kept]:
    """What was put aside of a sheet, newest first, settled or not."""
    rows = db.execute(f"{_KEPT} WHERE c.submission_id = :id ORDER BY c.id DESC", {"id": submission_id})
    return [_kept(row) for row in rows]


def files_of(db: Database, kept_id: int) -> tuple[Part, ...]:
    """The files that came with it, by name."""
    rows = db.execute(
        """
        SELECT name, sha256, md5, size, media_type FROM submission_conflict_file
        WHERE conflict_id = :id ORDER BY name
        """,
        {"id": kept_id},
    )
    return tuple(Part(row[0], Blob(row[1], row[2], row[3]), row[4]) for row in rows)


def sheet_of_edit(db: Database, form_id: int, instance_id: str) -> int | None:
    """The submission of which an edit with this instanceID was put aside: what follows on it belongs there too."""
    row = db.execute(
        """
        SELECT c.submission_id FROM submission_conflict AS c
        JOIN submission AS s ON s.id = c.submission_id
        WHERE s.form_id = :form_id AND c.instance_id = :instance_id AND c.kind = 'outdated_edit'
        """,
        {"form_id": form_id, "instance_id": instance_id},
    ).fetchone()
    return int(row[0]) if row else None


def was_used(db: Database, submission_id: int, envelope: Envelope) -> bool:
    """Whether these very bytes were put aside once, and then taken after all."""
    row = db.execute(
        """
        SELECT 1 FROM submission_conflict
        WHERE submission_id = :submission_id AND instance_id = :instance_id AND sha256 = :sha256
            AND outcome = 'used'
        """,
        {
            "submission_id": submission_id,
            "instance_id": envelope.instance.instance_id,
            "sha256": hashlib.sha256(envelope.xml).hexdigest(),
        },
    ).fetchone()
    return row is not None


def resolve(
    db: Database, kept_id: int, outcome: str, *, reason: str = "", actor_id: int | None, now: datetime
) -> bool:
    """Say what became of it; gives False where somebody had settled it before."""
    cursor = db.execute(
        """
        UPDATE submission_conflict
        SET outcome = :outcome, reason = :reason, settled_by = :actor_id, settled_at = :now
        WHERE id = :id AND outcome = ''
        """,
        {"outcome": outcome, "reason": reason, "actor_id": actor_id, "now": written(now), "id": kept_id},
    )
    return bool(cursor.rowcount)


def count_unresolved(db: Database, project_id: int, csos: frozenset[CsoCode] | None) -> int:
    """How many wait to be settled among the sheets of these CSOs (None: of all). Confidential forms are left out."""
    row = db.execute(f"SELECT COUNT(*) {_UNSETTLED}", _reach(project_id, csos)).fetchone()
    return int(row[0])


def waiting(db: Database, project_id: int, csos: frozenset[CsoCode] | None) -> list[Waiting]:
    """The sheets of which something waits to be settled, the longest wait first."""
    rows = db.execute(
        f"""
        SELECT s.form_id, s.instance_id, COUNT(*), MAX(c.received_at) {_UNSETTLED}
        GROUP BY s.id ORDER BY MIN(c.received_at), s.id
        """,
        _reach(project_id, csos),
    )
    return [Waiting(*row) for row in rows]


def _kept(row: tuple[Any, ...]) -> Kept:
    values = list(row)
    values[8] = CsoCode(row[8])
    return Kept(*values)


def _reach(project_id: int, csos: frozenset[CsoCode] | None) -> dict[str, object]:
    return {"project_id": project_id, "csos": None if csos is None else json.dumps(sorted(csos))}
