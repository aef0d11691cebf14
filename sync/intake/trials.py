"""Keeps what phones send to a draft: apart from submissions, so that no trial is ever counted or exported with them.

They are gone when the draft is published, replaced or thrown away.
"""

from dataclasses import dataclass
from datetime import datetime

from forms.base.moment import written
from forms.base.sqlite import Database, new_key
from forms.definition.definition import Definition
from sync.instance.envelope import Envelope, Part
from sync.instance.instance import files_named, scopes, without_answers


@dataclass(frozen=True, slots=True)
class Trial:
    """One instance of a draft."""

    id: int
    instance_id: str
    submitter_id: int | None
    device_id: str
    user_agent: str
    instance_name: str
    created_at: str


_TRIAL = """
    SELECT id, instance_id, submitter_id, device_id, user_agent, instance_name, created_at FROM trial
"""


def add(
    db: Database,
    envelope: Envelope,
    *,
    form_id: int,
    definition: Definition,
    now: datetime,
) -> Trial:
    """Keep an instance with its files; one of the same instanceID is replaced: a trial is tried again.

    Of a confidential draft it is kept that a sheet came, and nothing of what it says: trainings use real cases.
    """
    instance = envelope.instance
    files = files_named(scopes(instance, definition), definition)
    if definition.is_confidential:
        envelope, files = Envelope(without_answers(instance), submitter_id=envelope.submitter_id), set()
    before = find(db, form_id, instance.instance_id)
    parts = {part.name: part for part in envelope.parts}
    if before is None:
        cursor = db.execute(
            """
            INSERT INTO trial (form_id, instance_id, submitter_id, device_id, user_agent, instance_name, created_at,
                xml)
            VALUES (:form_id, :instance_id, :submitter_id, :device_id, :user_agent, :instance_name, :now, :xml)
            """,
            {
                "form_id": form_id,
                "instance_id": instance.instance_id,
                "submitter_id": envelope.submitter_id,
                "device_id": envelope.device_id,
                "user_agent": envelope.user_agent,
                "instance_name": envelope.instance.instance_name,
                "now": written(now),
                "xml": envelope.xml,
            },
        )
        trial_id = new_key(cursor)
    else:
        trial_id = before.id
        db.execute("UPDATE trial SET xml = :xml WHERE id = :id", {"xml": envelope.xml, "id": trial_id})
    for name in {*files, *parts}:
        _put_file(db, trial_id, name, parts.get(name))
    found = find(db, form_id, instance.instance_id)
    assert found is not None
    return found


def find(db: Database, form_id: int, instance_id: str) -> Trial | None:
    """The trial of this instanceID."""
    row = db.execute(
        f"{_TRIAL} WHERE form_id = :form_id AND instance_id = :instance_id",
        {"form_id": form_id, "instance_id": instance_id},
    ).fetchone()
    return Trial(*row) if row else None


def of_form(db: Database, form_id: int) -> list[Trial]:
    """The trials of a form's draft, newest first."""
    return [
        Trial(*row) for row in db.execute(f"{_TRIAL} WHERE form_id = :id ORDER BY id DESC", {"id": form_id})
    ]


def xml(db: Database, trial_id: int) -> bytes:
    """The instance as it came."""
    return bytes(db.execute("SELECT xml FROM trial WHERE id = :id", {"id": trial_id}).fetchone()[0])


def files_of(db: Database, trial_id: int) -> list[tuple[str, str | None, str]]:
    """The files of a trial by name: (name, SHA-256 or None until it came, media type)."""
    rows = db.execute(
        """
        SELECT name, sha256, COALESCE(media_type, 'application/octet-stream') FROM trial_attachment
        WHERE trial_id = :id ORDER BY name
        """,
        {"id": trial_id},
    )
    return [(row[0], row[1], row[2]) for row in rows]


def forget(db: Database, form_id: int) -> None:
    """Wipe the trials of a form's draft."""
    db.execute("DELETE FROM trial WHERE form_id = :id", {"id": form_id})


def _put_file(db: Database, trial_id: int, name: str, part: Part | None) -> None:
    db.execute(
        """
        INSERT INTO trial_attachment (trial_id, name, sha256, size, media_type)
        VALUES (:trial_id, :name, :sha256, :size, :media_type)
        ON CONFLICT DO UPDATE SET sha256 = COALESCE(excluded.sha256, sha256),
            size = COALESCE(excluded.size, size), media_type = COALESCE(excluded.media_type, media_type)
        """,
        {
            "trial_id": trial_id,
            "name": name,
            "sha256": part.blob.sha256 if part else None,
            "size": part.blob.size if part else None,
            "media_type": part.media_type if part else None,
        },
    )
