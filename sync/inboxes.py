"""Keeps the order in which sheets are looked through: newest first, across forms, a page at a time by key."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.sqlite import Database
from sync.summaries import summary_from
from sync.summary import Summary

PAGE = 50
_SELECT = """
    SELECT s.id, s.form_id, s.instance_id, v.definition_id, s.versions, COALESCE(s.review_state, ''),
           s.submitter_id, s.cso, s.created_at, COALESCE(y.event_date, ''), COALESCE(y.place, ''),
           COALESCE(y.activity, ''), COALESCE(y.status, ''), COALESCE(y.is_held, 1), COALESCE(y.people, 0),
           y.men, y.women, y.boys, y.girls
    FROM submission AS s
    CROSS JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
    LEFT JOIN sheet_summary AS y ON y.submission_id = s.id
"""


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Which sheets somebody wants to look through."""

    forms: tuple[int, ...]
    """Keys of the forms they may read."""
    csos: frozenset[str] | None = None
    """The CSOs they may see, None for all."""
    state: str = ""
    """"received", "edited", "hasIssues", "approved", "rejected"; "todo" for received and edited; "" for all."""
    submitters: tuple[int, ...] | None = None
    """The animators wanted, None for all."""
    first_day: str = ""
    """Received on this day (UTC) or later."""
    last_day: str = ""
    before: tuple[str, int] | None = None
    """The moment and id of the last sheet seen: what comes after it."""
    places: Mapping[int, tuple[str, str]] = field(default_factory=dict, hash=False)
    """By form, the flat table and column that hold the village, for those who look for a place."""
    codes: tuple[str, ...] | None = None
    """The places wanted, None for all."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One sheet in the list."""

    id: int
    form_id: int
    instance_id: str
    definition_id: int
    version: int
    state: str
    submitter_id: int | None
    cso: str
    created_at: str
    summary: Summary


def page(db: Database, query: InboxQuery, *, limit: int = PAGE) -> list[InboxRow]:
    """The next sheets, one more than asked for where there are more."""
    where, parameters = _condition(query)
    rows = db.execute(
        f"""
        {_SELECT} WHERE {where} ORDER BY s.created_at DESC, s.id DESC LIMIT :limit
        """,
        {**parameters, "limit": limit + 1},
    )
    return [_row(row) for row in rows]


def counts(db: Database, query: InboxQuery) -> dict[str, int]:
    """How many sheets there are in each review state ("" for received), whatever state and page are asked for."""
    plain = InboxQuery(query.forms, query.csos)
    where, parameters = _condition(plain)
    rows = db.execute(
        f"SELECT COALESCE(s.review_state, ''), COUNT(*) FROM submission AS s WHERE {where} GROUP BY 1",
        parameters,
    )
    return {row[0]: row[1] for row in rows}


def of_animator(
    db: Database, query: InboxQuery, submitter_id: int, *, around: str, but: int
) -> list[InboxRow]:
    """What an animator sent within three days before and after a moment, newest first."""
    where, parameters = _condition(query)
    rows = db.execute(
        f"""
        {_SELECT} WHERE {where} AND s.submitter_id = :submitter AND s.id <> :but
            AND s.created_at BETWEEN strftime('%Y-%m-%dT%H:%M:%fZ', :around, '-3 days')
            AND strftime('%Y-%m-%dT%H:%M:%fZ', :around, '+3 days')
        ORDER BY s.created_at DESC LIMIT 20
        """,
        {**parameters, "submitter": submitter_id, "but": but, "around": around},
    )
    return [_row(row) for row in rows]


def find(db: Database, query: InboxQuery, form_id: int, instance_id: str) -> InboxRow | None:
    """One sheet by its first instanceID, if it is among those that may be seen."""
    where, parameters = _condition(query)
    row = db.execute(
        f"""
        {_SELECT} WHERE {where} AND s.form_id = :form AND s.instance_id = :instance_id
        """,
        {**parameters, "form": form_id, "instance_id": instance_id},
    ).fetchone()
    return _row(row) if row else None


def known_among(db: Database, query: InboxQuery, ids: Sequence[int]) -> set[int]:
    """Those of these sheets that may be seen."""
    where, parameters = _condition(InboxQuery(query.forms, query.csos))
    rows = db.execute(
        f"SELECT s.id FROM submission AS s WHERE {where} AND s.id IN (SELECT value FROM json_each(:ids))",
        {**parameters, "ids": json.dumps(list(ids))},
    )
    return {row[0] for row in rows}


def among(db: Database, query: InboxQuery, ids: Sequence[int]) -> list[InboxRow]:
    """Those of these sheets that may be seen, as lists show them, in no order."""
    where, parameters = _condition(InboxQuery(query.forms, query.csos))
    rows = db.execute(
        f"{_SELECT} WHERE {where} AND s.id IN (SELECT value FROM json_each(:ids))",
        {**parameters, "ids": json.dumps(list(ids))},
    )
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> InboxRow:
    values = [*row[:9], summary_from(row[9:])]
    return InboxRow(*values)


def _condition(query: InboxQuery) -> tuple[str, dict[str, str | int | None]]:
    conditions = ["s.deleted_at IS NULL", "s.form_id IN (SELECT value FROM json_each(:forms))"]
    parameters: dict[str, str | int | None] = {"forms": json.dumps(query.forms)}
    if query.csos is not None:
        one = next(iter(query.csos)) if len(query.csos) == 1 else None
        conditions.append("s.cso = :cso" if one else "s.cso IN (SELECT value FROM json_each(:csos))")
        parameters |= {"cso": one} if one else {"csos": json.dumps(sorted(query.csos))}
    if query.state == "todo":
        conditions.append("(s.review_state IS NULL OR s.review_state = 'edited')")
    elif query.state:
        conditions.append("s.review_state IS :state")
        parameters["state"] = None if query.state == "received" else query.state
    if query.submitters is not None:
        conditions.append("s.submitter_id IN (SELECT value FROM json_each(:submitters))")
        parameters["submitters"] = json.dumps(query.submitters)
    for name, sign, day in (("first_day", ">=", query.first_day), ("last_day", "<=", query.last_day)):
        if day:
            conditions.append(f"s.created_at {sign} :{name}")
            parameters[name] = day if sign == ">=" else f"{day}T23:59:59.999Z"
    if query.before:
        conditions.append("s.created_at <= :at AND (s.created_at, s.id) < (:at, :last)")
        parameters |= {"at": query.before[0], "last": query.before[1]}
    if query.codes is not None:
        conditions.append(_at_places(query, parameters))
    return " AND ".join(conditions), parameters


def _at_places(query: InboxQuery, parameters: dict[str, str | int | None]) -> str:
    """Sheets of these places; table and column names come from `forms.layout`."""
    parameters["codes"] = json.dumps(query.codes)
    found = [
        f"""(s.form_id = {int(form_id)} AND EXISTS (SELECT 1 FROM "{table}" AS t
        WHERE t.submission_id = s.id AND t."{column}" IN (SELECT value FROM json_each(:codes))))"""
        for form_id, (table, column) in query.places.items()
    ]
    return f"({' OR '.join(found)})" if found else "0"
