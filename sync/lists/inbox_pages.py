"""Keeps the order in which sheets are looked through: filtered, counted, a page at a time by key.

Everything is asked of `sheet_summary` alone, whose rows are narrow: whatever filters are combined, one scan of
it answers, and none of them needs an index of its own.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync.counting.summary import Summary
from sync.intake.summaries import summary_from
from sync.lists.sample import Sample

PAGE = 50
RARE = 25_000
"""Fewer sheets than this are found quicker by reading all than by going through the order (100,000 stored)."""
REVIEWS = ("", "edited", "hasIssues", "approved", "rejected")
Key = tuple[str | int, int]
"""Where a sheet stands in the order: what it is ordered by, and its id."""
ORDERS = {"received": "created_at", "event": "event_date", "people": "people", "oldest": "created_at"}
_SELECT = """
    SELECT y.submission_id, y.form_id, y.instance_id, y.definition_id, y.versions, y.review_state,
           y.submitter_id, y.cso, y.created_at, y.event_date, y.place, y.activity, y.status, y.is_held,
           y.people, y.men, y.women, y.boys, y.girls
    FROM sheet_summary AS y
"""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is searched: in the name of the sheet, or as the name of its place, animator or activity."""

    text: str
    """As `sync.counting.summary.searchable` writes it."""
    codes: tuple[str, ...] = ()
    """The places whose names have it."""
    submitters: tuple[int, ...] = ()
    """The animators whose names have it."""
    activities: tuple[str, ...] = ()
    """The activities, by code, whose names have it as the list shows them."""


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Which sheets somebody wants to look through. Filters combine; one that is left empty takes nothing away."""

    forms: tuple[int, ...]
    """Keys of the forms they may read."""
    csos: frozenset[CsoCode] | None = None
    """The CSOs they may see, None for all."""
    state: str = ""
    """"received", "edited", "hasIssues", "approved", "rejected"; "todo" for received and edited; "" for all."""
    submitters: tuple[int, ...] | None = None
    """The animators wanted, None for all."""
    received_from: str = ""
    """Received at this moment or later."""
    received_before: str = ""
    event_from: str = ""
    """The event was on this day or later."""
    event_to: str = ""
    activity: str = ""
    took_place: bool | None = None
    """Whether the event took place; None for both."""
    codes: tuple[str, ...] | None = None
    """The places wanted, None for all."""
    words: tuple[Word, ...] = ()
    """All of them must be there."""
    only: tuple[int, ...] | None = None
    """The sheets wanted, None for all."""
    but: tuple[int, ...] = ()
    """Sheets that are not wanted."""
    order: str = "received"
    """One of ORDERS, the newest or largest first; "oldest" begins with what was received first."""
    before: Key | None = None
    """Of the last sheet seen: what comes after it."""
    since: Key | None = None
    """Of the first sheet seen: what comes before it."""
    sample: Sample | None = None
    """Those that a draw gives, None for all."""

    @property
    def is_ascending(self) -> bool:
        """Whether it begins with the oldest."""
        return self.order == "oldest"

    @property
    def unplaced(self) -> "InboxQuery":
        """The same wherever one is in the list."""
        return replace(self, before=None, since=None)


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
    cso: CsoCode
    created_at: str
    summary: Summary

    def key(self, order: str) -> Key:
        """Where it stands in an order."""
        values: dict[str, str | int] = {
            "received": self.created_at,
            "event": self.summary.event_date,
            "people": self.summary.people,
            "oldest": self.created_at,
        }
        return values[order], self.id


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of the list."""

    rows: list[InboxRow]
    has_newer: bool
    has_older: bool


def page(db: Database, query: InboxQuery, *, limit: int = PAGE, is_rare: bool = False) -> list[InboxRow]:
    """The next sheets in order, one more than asked for where there are more; the nearest first if `since`.

    Where few sheets are wanted, reading all and sorting those few is quicker than going through the whole order.
    """
    where, parameters = _condition(query, reads_all=is_rare, sorts=is_rare)
    way, sign = _way(query), "+" if is_rare else ""
    rows = db.execute(
        f"""
        {_SELECT} WHERE {where}
        ORDER BY {sign}y.{ORDERS[query.order]} {way}, {sign}y.submission_id {way} LIMIT :limit
        """,
        {**parameters, "limit": limit + 1},
    )
    return [_row(row) for row in rows]


def turn(db: Database, query: InboxQuery, *, found: int, limit: int = PAGE) -> InboxPage:
    """The page before or after a key, in order; `found` is how many sheets the whole list has (`counts`)."""
    is_rare = query.order == "people" or (found < RARE and query.state != "todo")
    rows = page(db, query, limit=limit, is_rare=is_rare) if found else []
    shown, has_more = rows[:limit], len(rows) > limit
    if query.since:
        return InboxPage(shown[::-1], has_newer=has_more, has_older=True)
    return InboxPage(shown, has_newer=query.before is not None, has_older=has_more)


def walk(db: Database, query: InboxQuery) -> Iterator[InboxRow]:
    """Every sheet of the list, in order, while it is read."""
    where, parameters = _condition(query.unplaced)
    way = _way(query.unplaced)
    rows = db.execute(
        f"{_SELECT} WHERE {where} ORDER BY y.{ORDERS[query.order]} {way}, y.submission_id {way}", parameters
    )
    while batch := rows.fetchmany(500):
        yield from (_row(row) for row in batch)


def counts(db: Database, query: InboxQuery) -> dict[str, int]:
    """How many sheets there are in each review state ("" for received), whatever state and page are asked for."""
    where, parameters = _condition(replace(query.unplaced, state=""), reads_all=True)
    columns = ", ".join(f"COALESCE(SUM(y.review_state = '{state}'), 0)" for state in REVIEWS)
    row = db.execute(f"SELECT {columns} FROM sheet_summary AS y WHERE {where}", parameters).fetchone()
    return dict(zip(REVIEWS, row, strict=True))


def count_waiting(db: Database, query: InboxQuery) -> int:
    """How many sheets of a list wait for a decision, whatever state and page are asked for."""
    where, parameters = _condition(replace(query.unplaced, state="todo"))
    row = db.execute(f"SELECT COUNT(*) FROM sheet_summary AS y WHERE {where}", parameters).fetchone()
    return int(row[0])


def of_animator(
    db: Database, query: InboxQuery, submitter_id: int, *, first_day: str, last_day: str, but: int
) -> list[InboxRow]:
    """What an animator reports of some days, by day; one sheet left out."""
    where, parameters = _condition(query)
    rows = db.execute(
        f"""
        {_SELECT} WHERE {where} AND y.submitter_id = :submitter AND y.submission_id <> :but
            AND y.event_date BETWEEN :first_day AND :last_day
        ORDER BY y.event_date, y.submission_id LIMIT 50
        """,
        {**parameters, "submitter": submitter_id, "but": but, "first_day": first_day, "last_day": last_day},
    )
    return [_row(row) for row in rows]


def at_same_place_and_day(db: Database, query: InboxQuery, row: InboxRow) -> list[InboxRow]:
    """The other sheets of the same form that tell of an event in the same place on the same day."""
    if not (row.summary.place and row.summary.event_date):
        return []
    where, parameters = _condition(query)
    rows = db.execute(
        f"""
        {_SELECT} WHERE {where} AND y.place = :same_place AND y.event_date = :same_day
            AND y.form_id = :form AND y.submission_id <> :but
        ORDER BY y.created_at, y.submission_id LIMIT 20
        """,
        {
            **parameters,
            "same_place": row.summary.place,
            "same_day": row.summary.event_date,
            "form": row.form_id,
            "but": row.id,
        },
    )
    return [_row(stored) for stored in rows]


def find(db: Database, query: InboxQuery, form_id: int, instance_id: str) -> InboxRow | None:
    """One sheet by its first instanceID, if it is among those that may be seen."""
    where, parameters = _condition(query)
    row = db.execute(
        f"""
        {_SELECT} WHERE {where} AND y.instance_id = :instance_id AND y.submission_id = (
            SELECT submission_id FROM submission_version WHERE form_id = :form AND instance_id = :instance_id)
        """,
        {**parameters, "form": form_id, "instance_id": instance_id},
    ).fetchone()
    return _row(row) if row else None


def of_ids(db: Database, query: InboxQuery, ids: Sequence[int]) -> list[InboxRow]:
    """Those of these sheets that may be seen, by id."""
    where, parameters = _condition(InboxQuery(query.forms, query.csos))
    rows = db.execute(
        f"""
        {_SELECT} WHERE {where} AND y.submission_id IN (SELECT value FROM json_each(:ids))
        ORDER BY y.submission_id
        """,
        {**parameters, "ids": json.dumps(list(ids))},
    )
    return [_row(row) for row in rows]


def known_among(db: Database, query: InboxQuery, ids: Sequence[int]) -> set[int]:
    """Those of these sheets that may be seen."""
    return {row.id for row in of_ids(db, query, ids)}


def _way(query: InboxQuery) -> str:
    return "ASC" if query.is_ascending != (query.since is not None) else "DESC"


def _row(row: tuple[Any, ...]) -> InboxRow:
    values = [*row[:7], CsoCode(row[7]), *row[8:9], summary_from(row[9:])]
    return InboxRow(*values)


def _condition(
    query: InboxQuery, *, reads_all: bool = False, sorts: bool = False
) -> tuple[str, dict[str, str | int]]:
    """The filters in SQL. What reads every row anyway is kept by `+` from going through an index to each.

    Where a few places or animators are asked for, their own index is the shortest way, and the only one left open.
    """
    is_narrow = any(asked is not None and len(asked) <= FEW for asked in (query.submitters, query.codes))
    sign = "+" if reads_all or is_narrow else ""
    # An index of the sheets that are not deleted helps where it has all columns: to count without a filter.
    asks_more = query != InboxQuery(query.forms, query.csos, order=query.order)
    by_row = "+" if reads_all and (asks_more or sorts) else ""
    conditions = [f"{by_row}y.is_deleted = 0", "y.form_id IN (SELECT value FROM json_each(:forms))"]
    parameters: dict[str, str | int] = {"forms": json.dumps(query.forms)}
    if query.csos is not None:
        one = next(iter(query.csos)) if len(query.csos) == 1 else None
        # What waits has an index of its own, and so have the days of events: better than one by CSO.
        by = "+" if query.state == "todo" or query.order != "received" or is_narrow else sign
        conditions.append(f"{by}y.cso = :cso" if one else "+y.cso IN (SELECT value FROM json_each(:csos))")
        parameters |= {"cso": one} if one else {"csos": json.dumps(sorted(query.csos))}
    if query.state:
        states = _STATES.get(query.state, f"= '{query.state}'" if query.state in REVIEWS else "IS NULL")
        conditions.append(f"y.review_state {states}")
    for name, column, wanted in (
        ("submitters", "y.submitter_id", query.submitters),
        ("codes", "y.place", query.codes),
        ("only", "y.submission_id", query.only),
    ):
        if wanted is not None:
            many = "+" if name != "only" and len(wanted) > FEW else ""
            conditions.append(f"{many}{column} IN (SELECT value FROM json_each(:{name}))")
            parameters[name] = json.dumps(wanted)
    if query.but:
        conditions.append("+y.submission_id NOT IN (SELECT value FROM json_each(:but))")
        parameters["but"] = json.dumps(query.but)
    if query.sample:
        drawn, numbers = query.sample.condition
        conditions.append(drawn)
        parameters |= numbers
    conditions += _bounds(query, parameters, sign)
    conditions += [_has_word(word, position, parameters) for position, word in enumerate(query.words)]
    conditions += _beyond(query, parameters)
    return " AND ".join(conditions), parameters


FEW = 20
"""Places or animators that are looked up one by one."""
_STATES = {"todo": "IN ('', 'edited')", "received": "= ''"}
_BOUNDS = (
    ("created_at", ">=", "received_from"),
    ("created_at", "<", "received_before"),
    ("event_date", ">=", "event_from"),
    ("event_date", "<=", "event_to"),
    ("activity", "=", "activity"),
)


def _bounds(query: InboxQuery, parameters: dict[str, str | int], sign: str) -> Iterator[str]:
    for column, operator, name in _BOUNDS:
        if bound := getattr(query, name):
            yield f"{sign}y.{column} {operator} :{name}"
            parameters[name] = bound
    if query.took_place is not None:
        yield "y.is_held = :is_held"
        parameters["is_held"] = int(query.took_place)


def _beyond(query: InboxQuery, parameters: dict[str, str | int]) -> Iterator[str]:
    key = query.before or query.since
    if key:
        column, than = ORDERS[query.order], "<" if _way(query) == "DESC" else ">"
        yield f"y.{column} {than}= :at AND (y.{column}, y.submission_id) {than} (:at, :last)"
        parameters |= {"at": key[0], "last": key[1]}


def _has_word(word: Word, position: int, parameters: dict[str, str | int]) -> str:
    parameters |= {
        f"word{position}": word.text,
        f"codes{position}": json.dumps(word.codes),
        f"submitters{position}": json.dumps(word.submitters),
        f"activities{position}": json.dumps(word.activities),
    }
    return (
        f"(y.place IN (SELECT value FROM json_each(:codes{position}))"
        f" OR y.submitter_id IN (SELECT value FROM json_each(:submitters{position}))"
        f" OR y.activity IN (SELECT value FROM json_each(:activities{position}))"
        f" OR instr(y.words, :word{position}))"
    )
