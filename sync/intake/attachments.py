"""Keeps which files belong to which version of a submission, and which of them are still to come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forms.base.moment import written
from forms.base.sqlite import Database
from sync.instance.envelope import Part


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a version."""

    name: str
    is_expected: bool
    """Whether the instance names it. A file that it does not name is kept all the same."""
    sha256: str | None
    """None until it has come."""
    size: int | None
    media_type: str | None


def expect(db: Database, version_id: int, names: Collection[str]) -> None:
    """Note the files that the instance names; those that already came stay."""
    if not names:
        return
    db.conn.executemany(
        """
        INSERT INTO submission_attachment (version_id, name, expected) VALUES (?, ?, 1)
        ON CONFLICT DO UPDATE SET expected = 1
        """,
        [(version_id, name) for name in names],
    )


def add(db: Database, version_id: int, part: Part, *, now: datetime) -> str:
    """Attach a file: "new", "same" when these very bytes are there, or "other" when other bytes are.

    The first file of a name stays (getodk/central#793: a later POST must not overwrite a picture).
    """
    row = db.execute(
        "SELECT sha256 FROM submission_attachment WHERE version_id = :version_id AND name = :name",
        {"version_id": version_id, "name": part.name},
    ).fetchone()
    if row and row[0] is not None:
        return "same" if row[0] == part.blob.sha256 else "other"
    db.execute(
        """
        INSERT INTO submission_attachment (version_id, name, expected, sha256, size, media_type, received_at)
        VALUES (:version_id, :name, 0, :sha256, :size, :media_type, :now)
        ON CONFLICT DO UPDATE SET sha256 = excluded.sha256, size = excluded.size,
            media_type = excluded.media_type, received_at = excluded.received_at
        """,
        {
            "version_id": version_id,
            "name": part.name,
            "sha256": part.blob.sha256,
            "size": part.blob.size,
            "media_type": part.media_type,
            "now": written(now),
        },
    )
    return "new"


def replace(db: Database, version_id: int, part: Part, *, now: datetime) -> None:
    """Put a file in place of whatever came under its name: somebody signed in decided so."""
    clear(db, version_id, part.name)
    add(db, version_id, part, now=now)


def clear(db: Database, version_id: int, name: str) -> bool:
    """Take a file away; the version goes on naming it. Gives whether one was there."""
    cursor = db.execute(
        """
        UPDATE submission_attachment SET sha256 = NULL, size = NULL, media_type = NULL, received_at = NULL
        WHERE version_id = :version_id AND name = :name AND sha256 IS NOT NULL
        """,
        {"version_id": version_id, "name": name},
    )
    return bool(cursor.rowcount)


def carry_forward(db: Database, *, from_version: int, to_version: int) -> None:
    """Give an edit the files it names that came with the version before and not with itself (OR-70)."""
    db.execute(
        """
        UPDATE submission_attachment AS edit
        SET (sha256, size, media_type, received_at) = (
            SELECT sha256, size, media_type, received_at FROM submission_attachment AS before
            WHERE before.version_id = :from_version AND before.name = edit.name
        )
        WHERE edit.version_id = :to_version AND edit.sha256 IS NULL
        """,
        {"from_version": from_version, "to_version": to_version},
    )


def of_version(db: Database, version_id: int) -> list[Attachment]:
    """The files of a version, by name."""
    rows = db.execute(
        """
        SELECT name, expected, sha256, size, media_type FROM submission_attachment
        WHERE version_id = :version_id ORDER BY name
        """,
        {"version_id": version_id},
    )
    return [Attachment(row[0], bool(row[1]), row[2], row[3], row[4]) for row in rows]
