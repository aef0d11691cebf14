"""Keeps the lists of submissions that people and programs read: newest first, paged by key, never by position."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forms.base.sqlite import Database
from sync.lists.selection import Selection


def condition(selection: Selection) -> tuple[str, dict[str, str | int | None]]:
    """The WHERE condition of a selection over `submission AS s`, and its parameters.

    Newest first is `ORDER BY s.created_at DESC, s.id DESC`, which the index `submission_by_form` gives without
    sorting.
    """
    conditions = ["s.form_id = :form_id"]
    parameters: dict[str, str | int | None] = {"form_id": selection.form_id, **selection.parameters}
    if not selection.with_deleted:
        conditions.append("s.deleted_at IS NULL")
    if selection.csos is not None:
        conditions.append("s.cso IN (SELECT value FROM json_each(:csos))")
        parameters["csos"] = json.dumps(sorted(selection.csos))
    if selection.where:
        conditions.append(f"({selection.where})")
    return " AND ".join(conditions), parameters


_LISTED = """
    json_object(
        'instanceId', s.instance_id, 'submitterId', s.submitter_id, 'deviceId', NULLIF(s.device_id, ''),
        'userAgent', NULLIF(v.user_agent, ''), 'instanceName', NULLIF(v.instance_name, ''),
        'reviewState', s.review_state, 'createdAt', s.created_at, 'updatedAt', s.updated_at,
        'deletedAt', s.deleted_at, 'edits', s.versions - 1,
        'currentVersion', json_object(
            'instanceId', v.instance_id, 'instanceName', NULLIF(v.instance_name, ''),
            'submitterId', v.submitter_id, 'deviceId', NULLIF(v.device_id, ''),
            'userAgent', NULLIF(v.user_agent, ''), 'createdAt', v.created_at, 'current', json('true')
        )
"""
_FROM = """
    FROM submission AS s JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
"""
_SUBMITTER = ", 'submitter', json(json_extract(:actors, '$.\"' || s.submitter_id || '\"'))"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Found:
    """A submission that somebody asked for by its instanceID, and may see."""

    id: int
    version_id: int
    """Of the version that the instanceID names, or of the current one."""
    number: int
    is_current: bool
    is_deleted: bool
    instance_id: str
    """The first one, by which the submission is known for good."""
    review_state: str | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the history of a submission."""

    id: int
    number: int
    instance_id: str
    instance_name: str
    definition_id: int
    submitter_id: int | None
    device_id: str
    user_agent: str
    created_at: str


def objects(
    db: Database, selection: Selection, *, limit: int | None, offset: int = 0, actors: str = ""
) -> Iterator[str]:
    """The submissions as JSON texts, newest first, made by SQLite a batch at a time.

    `actors` is a JSON object of actors by account id, for those who want the submitter in each row.
    """
    where, parameters = condition(selection)
    columns = _LISTED + (_SUBMITTER if actors else "") + ")"
    rows = db.execute(
        f"""
        SELECT {columns} {_FROM} WHERE {where}
        ORDER BY s.created_at DESC, s.id DESC LIMIT :limit OFFSET :offset
        """,
        {
            **parameters,
            **({"actors": actors} if actors else {}),
            "limit": -1 if limit is None else limit,
            "offset": offset,
        },
    )
    while batch := rows.fetchmany(BATCH):
        yield from (row[0] for row in batch)


def one(db: Database, submission_id: int, *, actors: str = "") -> dict[str, Any]:
    """A submission as `objects` tells it."""
    columns = _LISTED + (_SUBMITTER if actors else "") + ")"
    row = db.execute(
        f"SELECT {columns} {_FROM} WHERE s.id = :id",
        {"id": submission_id, **({"actors": actors} if actors else {})},
    ).fetchone()
    told: dict[str, Any] = json.loads(row[0])
    return told


def find(db: Database, selection: Selection, instance_id: str) -> Found | None:
    """The submission that has this instanceID in any of its versions, if it is among those selected."""
    where, parameters = condition(selection)
    row = db.execute(
        f"""
        SELECT s.id, v.id, v.number, v.number = s.versions, s.deleted_at IS NOT NULL, s.instance_id,
               s.review_state
        FROM submission_version AS v JOIN submission AS s ON s.id = v.submission_id
        WHERE v.form_id = :form_id AND v.instance_id = :instance_id AND {where}
        """,
        {**parameters, "instance_id": instance_id},
    ).fetchone()
    if row is None:
        return None
    key, version_id, number, is_current, is_deleted, first_id, state = row
    return Found(key, version_id, number, bool(is_current), bool(is_deleted), first_id, state)


def versions(db: Database, submission_id: int) -> list[VersionRow]:
    """The history of a submission, newest first."""
    rows = db.execute(
        """
        SELECT id, number, instance_id, instance_name, definition_id, submitter_id, device_id, user_agent,
               created_at
        FROM submission_version WHERE submission_id = :id ORDER BY number DESC
        """,
        {"id": submission_id},
    )
    return [VersionRow(*row) for row in rows]


def submitters(db: Database, selection: Selection) -> list[int]:
    """The accounts that sent the selected submissions."""
    where, parameters = condition(selection)
    rows = db.execute(f"SELECT DISTINCT s.submitter_id FROM submission AS s WHERE {where}", parameters)
    return sorted(row[0] for row in rows if row[0] is not None)


def count(db: Database, selection: Selection) -> int:
    """How many submissions are selected."""
    where, parameters = condition(selection)
    return int(db.execute(f"SELECT COUNT(*) FROM submission AS s WHERE {where}", parameters).fetchone()[0])


def review_counts(db: Database, selection: Selection) -> dict[str, int]:
    """How many of the selected submissions are in each review state; "" for received."""
    where, parameters = condition(selection)
    rows = db.execute(
        f"SELECT COALESCE(s.review_state, ''), COUNT(*) FROM submission AS s WHERE {where} GROUP BY 1",
        parameters,
    )
    return {row[0]: row[1] for row in rows}


def last_received(db: Database, selection: Selection) -> str | None:
    """When the newest of the selected submissions came."""
    where, parameters = condition(selection)
    row = db.execute(f"SELECT MAX(s.created_at) FROM submission AS s WHERE {where}", parameters).fetchone()
    return str(row[0]) if row[0] else None
