"""Keeps the versions of the register: who imported which file when, what it changed, and whether it was undone."""

from collections.abc import Sequence
from dataclasses import dataclass

from forms.base.by import By
from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, new_key
from forms.places.place import Place
from forms.places.place_maps import as_json, from_json
from forms.places.register_change import PlaceChange


class PlaceVersionUnknown(Refusal):
    """There is no such import of places (`id`)."""


class PlaceVersionNotLast(Refusal):
    """Only the last import that counts can be undone (`id`, `last`)."""


@dataclass(frozen=True, slots=True)
class PlaceVersion:
    """One import."""

    id: int
    file_name: str
    first_month: str
    """From which month on its map is in force, "" where it mends what was wrong."""
    imported_at: str
    imported_by: int | None
    undone_at: str | None
    undone_by: int | None
    changes: int
    """Of how many places."""


def add_version(
    db: Database, changes: Sequence[PlaceChange], *, file_name: str, first_month: str, by: By
) -> int:
    """Keep what an import changes; gives its number. The register itself is another's to change."""
    cursor = db.execute(
        """
        INSERT INTO place_version (actor_id, file_name, first_month, imported_at)
        VALUES (:actor_id, :file_name, :first_month, :now)
        """,
        {
            "actor_id": by.actor_id,
            "file_name": file_name,
            "first_month": first_month,
            "now": written(by.at),
        },
    )
    version_id = new_key(cursor)
    db.conn.executemany(
        "INSERT INTO place_change (version_id, code, before, after) VALUES (?, ?, ?, ?)",
        [(version_id, change.code, as_json(change.before), as_json(change.after)) for change in changes],
    )
    return version_id


def versions(db: Database) -> list[PlaceVersion]:
    """All imports, newest first, those undone too."""
    rows = db.execute(
        """
        SELECT id, file_name, first_month, imported_at, actor_id, undone_at, undone_by,
            (SELECT COUNT(*) FROM place_change WHERE version_id = v.id)
        FROM place_version AS v ORDER BY id DESC
        """
    )
    return [PlaceVersion(*row) for row in rows]


def changes_of(db: Database, version_id: int) -> tuple[PlaceChange, ...]:
    """What an import changed, by code."""
    rows = db.execute(
        "SELECT code, before, after FROM place_change WHERE version_id = :id ORDER BY code",
        {"id": version_id},
    )
    return tuple(PlaceChange(code, from_json(before), from_json(after)) for code, before, after in rows)


def last_version(db: Database) -> PlaceVersion | None:
    """The last import that counts, None where none does."""
    return next((version for version in versions(db) if version.undone_at is None), None)


def version_to_undo(db: Database, version_id: int | None) -> PlaceVersion:
    """The import of a number, if it may be undone. Raises PlaceVersionUnknown or PlaceVersionNotLast."""
    version = next((version for version in versions(db) if version.id == version_id), None)
    if version is None or version.undone_at is not None:
        raise PlaceVersionUnknown(id=version_id)
    last = last_version(db)
    assert last is not None  # this one counts
    if last.id != version.id:
        raise PlaceVersionNotLast(id=version.id, last=last.id)
    return version


def places_without(present: Sequence[Place], changes: Sequence[PlaceChange]) -> tuple[Place, ...]:
    """The register as it was before these changes; what others changed since stays."""
    places = {place.code: place for place in present if not place.is_unlisted}
    for change in changes:
        if change.before is None:
            places.pop(change.code, None)
        else:
            places[change.code] = change.before
    return tuple(places.values())


def set_undone(db: Database, version_id: int, *, by: By) -> None:
    """Count an import no longer. The register itself is another's to change back."""
    db.execute(
        "UPDATE place_version SET undone_at = :now, undone_by = :actor_id WHERE id = :id",
        {"now": written(by.at), "actor_id": by.actor_id, "id": version_id},
    )


def state_of(db: Database) -> str:
    """Another text as soon as an import was taken in or undone: whoever confirms saw this one."""
    made = versions(db)
    return f"{len(made)}-{sum(version.undone_at is not None for version in made)}"
