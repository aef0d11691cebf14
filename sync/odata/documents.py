"""Reads the flat tables as an OData feed: SQLite itself writes the JSON of each row, Python joins it.

Pages are found by the key of the last row seen, never by counting rows, so that page 1,000 is as quick as page 1.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from hashlib import sha1
from typing import Any
from urllib.parse import quote

from forms.base.sqlite import Database
from forms.catalogue.definitions import columns_of, current_definition, layout_of, load_definition
from forms.catalogue.form import Form
from forms.definition.definition import Definition
from sync.instance.geo import as_json
from sync.instance.row_key import names_of_repeats, parent_key, row_key
from sync.lists import submission_lists
from sync.lists.selection import Selection
from sync.odata.query import ROOT, SkipTokenInvalid, TableQuery, read_token, repeat_of, wanted, write_token
from sync.odata.row_sql import RowPlan, RowSource, plan_row

Reading = Callable[[], AbstractContextManager[Database]]
NextLink = Callable[[str], str]
BATCH = 500
_NEWEST_FIRST = "s.created_at DESC, s.id DESC"
_CURRENT = "CROSS JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions"

_FIRST_OF_ONE = """
    s.id = (SELECT submission_id FROM submission_version WHERE form_id = :form_id AND instance_id = :one)
"""
"""Finds a submission by an instanceID: the versions have the index."""
_FILES = "(SELECT COUNT({what}) FROM submission_attachment WHERE version_id = v.id AND expected)"
_SYSTEM = {
    "submissionDate": "s.created_at",
    "updatedAt": "s.updated_at",
    "submitterId": "CAST(s.submitter_id AS TEXT)",
    "submitterName": "json_extract(:names, '$.\"' || s.submitter_id || '\"')",
    "attachmentsPresent": "0",
    "attachmentsExpected": "0",
    "status": "NULL",
    "reviewState": "s.review_state",
    "deviceId": "NULLIF(s.device_id, '')",
    "edits": "s.versions - 1",
    "formVersion": "(SELECT version FROM form_definition WHERE id = v.definition_id)",
    "deletedAt": "s.deleted_at",
}


@dataclass(frozen=True, slots=True)
class TableRequest:
    """Which rows of which form are asked for, and how the document names what is around it."""

    form: Form
    definition_id: int
    """The version by which the rows are told."""
    selection: Selection
    query: TableQuery
    names: Mapping[int, str]
    """Of the submitters, by account."""
    service_url: str
    next_link: NextLink
    """Makes the address of the next page from its token."""


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """What one answer is made from, checked before its first byte."""

    asked: TableRequest
    definition: Definition
    repeat: str
    plan: RowPlan
    parameters: Mapping[str, Any]

    @property
    def form(self) -> Form:
        """Whose rows these are."""
        return self.asked.form

    @property
    def selection(self) -> Selection:
        """The sheets whose rows these are."""
        return self.asked.selection

    @property
    def query(self) -> TableQuery:
        """The options."""
        return self.asked.query


def page(reading: Reading, asked: TableRequest) -> Iterator[bytes]:
    """A table, or a page of it, as an OData document in pieces.

    Raises `sync.odata.query.TableUnknown`, PropertyUnknown or SkipTokenInvalid before the first piece.
    """
    query = asked.query
    with reading() as db:
        definition = load_definition(db, asked.definition_id).without(query.withheld)
        repeat = repeat_of(definition, query.table)
        kept = wanted(query, definition, repeat)
        layout = layout_of(db, asked.definition_id)
        source = RowSource(
            definition,
            columns={column.path: column for table in layout.tables for column in table.columns},
            tables={table.repeat: table.name for table in layout.tables},
            system=_system(definition),
        )
        plan = plan_row(source, repeat, kept=kept, wkt=query.wkt, expand=query.expand)
        if query.parent and repeat:
            around = parent_key(names_of_repeats(definition, repeat))
            asked = _narrowed(asked, f"sha1({around}) = :parent", {"parent": query.parent})
        if query.skip_token:
            _place(db, asked.form, query)  # a token that points nowhere is refused before the first byte
    names = json.dumps({str(number): name for number, name in asked.names.items()})
    parameters = {"names": names} if not repeat else {}
    return _document(reading, TableAnswer(asked, definition, repeat, plan, parameters))


def one(reading: Reading, asked: TableRequest, instance_id: str) -> Iterator[bytes]:
    """The same of one submission: Submissions('ID'), or Submissions('ID')/participant."""
    by_id = f"s.instance_id = :one AND {_FIRST_OF_ONE}"
    return page(reading, _narrowed(asked, by_id, {"one": instance_id}))


def _narrowed(asked: TableRequest, condition: str, parameters: Mapping[str, Any]) -> TableRequest:
    """The same request, of those sheets alone that fulfil a condition too."""
    selection = asked.selection
    where = " AND ".join(part for part in (selection.where, condition) if part)
    return replace(
        asked,
        selection=replace(selection, where=where, parameters={**selection.parameters, **parameters}),
    )


def _system(definition: Definition) -> dict[str, str]:
    """What stands under `__system`; files are counted where the form asks for any."""
    if not definition.binary_paths:
        return _SYSTEM
    present, expected = _FILES.format(what="sha256"), _FILES.format(what="*")
    return {**_SYSTEM, "attachmentsPresent": present, "attachmentsExpected": expected}


def _document(reading: Reading, feed: TableAnswer) -> Iterator[bytes]:
    with reading() as db:
        _teach(db)
        yield f'{{"@odata.context":{json.dumps(f"{feed.asked.service_url}/$metadata#{feed.query.table}")}'.encode()
        if feed.query.count:
            yield f',"@odata.count":{_count(db, feed)}'.encode()
        yield b',"value":['
        separator = b""
        token = ""
        for rows, more in _batches(db, feed):
            texts = _texts(db, feed, rows)
            if texts:
                yield separator + ",".join(texts).encode()
                separator = b","
            if more:
                token = more
        yield b"]"
        if token:
            yield f',"@odata.nextLink":{json.dumps(feed.asked.next_link(token))}'.encode()
        yield b"}\n"


def _teach(db: Database) -> None:
    """The functions that the statements use, on this connection."""
    db.conn.create_function("row_key", 3, row_key, deterministic=True)
    db.conn.create_function("sha1", 1, lambda text: sha1(text.encode()).hexdigest(), deterministic=True)  # noqa: S324
    db.conn.create_function("geo", 3, as_json, deterministic=True)
    db.conn.create_function("percent", 1, lambda text: quote(text, safe=""), deterministic=True)


def _batches(db: Database, feed: TableAnswer) -> Iterator[tuple[list[tuple[Any, ...]], str]]:
    """Rows in batches; with the last one the token of the next page, if there is one.

    A row begins with the submission's id, its instanceID, and its position where it is one of a repeat.
    """
    query, left = feed.query, feed.query.top
    statements = _statements(db, feed)
    last: tuple[Any, ...] | None = None
    sent = 0
    for statement, parameters in statements:
        limit = -1 if left is None else left - sent + 1
        if limit == 0:
            break
        rows = db.execute(f"{statement} LIMIT :limit", {**parameters, "limit": limit})
        while batch := rows.fetchmany(BATCH):
            if left is not None and sent + len(batch) > left:
                kept = batch[: left - sent]
                last = kept[-1] if kept else last
                yield kept, _token_after(feed, last, query.skip + left)
                return
            sent += len(batch)
            last = batch[-1]
            yield batch, ""


def _token_after(feed: TableAnswer, last: tuple[Any, ...] | None, sent: int) -> str:
    if feed.query.order:  # an order that is not that of the key: counted, as there is no key to go by
        already = read_token(feed.query.skip_token).get("offset", 0) if feed.query.skip_token else 0
        return write_token({"offset": int(already) + sent})
    if last is None:
        return ""
    submission = {"instanceId": last[1]}
    return write_token({**submission, "position": last[2]} if feed.repeat else submission)


def _statements(db: Database, feed: TableAnswer) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is read one after the other: after a token, the rest of its submission, then what is older."""
    where, parameters = submission_lists.condition(feed.selection)
    parameters = {**parameters, **feed.parameters}
    place = _place(db, feed.form, feed.query) if feed.query.skip_token else None
    if place is None or "offset" in place:
        offset = int(place["offset"]) if place else 0
        skip = f" OFFSET {int(feed.query.skip) + offset}" if feed.query.skip or offset else ""
        yield _select(feed, where, skip), parameters
        return
    parameters |= {"at": place["created_at"], "last": place["id"]}
    if feed.repeat:
        rest = f"{where} AND s.id = :last AND t.rowid > :row"
        yield _select(feed, rest), {**parameters, "row": place["row"]}
    yield (
        _select(feed, f"{where} AND s.created_at <= :at AND (s.created_at, s.id) < (:at, :last)"),
        parameters,
    )


def _select(feed: TableAnswer, where: str, skip: str = "") -> str:
    columns = ", ".join(feed.plan.columns)
    order = feed.query.order or _NEWEST_FIRST
    table = feed.plan.tables[feed.repeat]
    if not feed.repeat:
        body = f"""
            SELECT s.id, s.instance_id, '', {columns}
            FROM submission AS s {_CURRENT} LEFT JOIN "{table}" AS t ON t.submission_id = s.id
            WHERE {where} ORDER BY {order}
        """
    else:
        body = f"""
            SELECT s.id, s.instance_id, t.position, {columns}
            FROM submission AS s CROSS JOIN "{table}" AS t ON t.submission_id = s.id
            WHERE {where} ORDER BY {order}, t.rowid
        """
    return f"SELECT * FROM ({body} LIMIT -1{skip})" if skip else body  # another LIMIT follows


def _place(db: Database, form: Form, query: TableQuery) -> dict[str, Any]:
    """Where a token points: moment and id of its submission, and the row of a repeat. Raises SkipTokenInvalid."""
    token = read_token(query.skip_token)
    if "offset" in token:
        if not isinstance(token["offset"], int) or not 0 <= token["offset"] < 2**40:
            raise SkipTokenInvalid
        return {"offset": token["offset"]}
    row = db.execute(
        f"SELECT s.id, s.created_at FROM submission AS s WHERE s.instance_id = :one AND {_FIRST_OF_ONE}",
        {"form_id": form.id, "one": token.get("instanceId", "")},
    ).fetchone()
    if row is None:
        raise SkipTokenInvalid
    return {"id": row[0], "created_at": row[1], "row": _row_after(db, form, query, row[0], token)}


def _row_after(
    db: Database, form: Form, query: TableQuery, submission_id: int, token: Mapping[str, Any]
) -> int:
    """The flat row that a token names; one that is gone since ends its submission."""
    if query.table == ROOT or "position" not in token:
        return 2**62
    definition = current_definition(db, form)
    repeat = repeat_of(definition, query.table)
    table = next(
        column.table for column in columns_of(db, form.id) if column.path == repeat and not column.name
    )
    row = db.execute(
        f'SELECT rowid FROM "{table}" WHERE submission_id = :id AND position = :position',
        {"id": submission_id, "position": str(token["position"])},
    ).fetchone()
    return int(row[0]) if row else 2**62


def _count(db: Database, feed: TableAnswer) -> int:
    where, parameters = submission_lists.condition(feed.selection)
    joined = (
        f'CROSS JOIN "{feed.plan.tables[feed.repeat]}" AS t ON t.submission_id = s.id' if feed.repeat else ""
    )
    row = db.execute(f"SELECT COUNT(*) FROM submission AS s {joined} WHERE {where}", parameters)
    return int(row.fetchone()[0])


def _texts(db: Database, feed: TableAnswer, rows: list[tuple[Any, ...]]) -> list[str]:
    """The rows as JSON objects, with the rows of their repeats inside where they are wanted."""
    if not feed.plan.slots:
        return ["".join(row[3:]) for row in rows]
    inside = _children(db, feed, sorted({row[0] for row in rows}))
    return [feed.plan.fill(row[3:], inside, (row[0], row[2])) for row in rows]


def _children(
    db: Database, feed: TableAnswer, submission_ids: list[int]
) -> dict[tuple[str, int, str], list[str]]:
    """The rows of all repeats inside, by repeat, submission and the position of the row around them."""
    inside: dict[tuple[str, int, str], list[str]] = {}
    for repeat, plan in reversed(feed.plan.inner.items()):
        rows = db.execute(
            f"""
            SELECT s.id, t.parent_position, t.position, {", ".join(plan.columns)}
            FROM submission AS s CROSS JOIN "{plan.tables[repeat]}" AS t ON t.submission_id = s.id
            WHERE s.id IN (SELECT value FROM json_each(:ids)) ORDER BY s.id, t.rowid
            """,
            {"ids": json.dumps(submission_ids)},
        )
        for row in rows:
            text = plan.fill(row[3:], inside, (row[0], row[2]))
            inside.setdefault((repeat, row[0], row[1]), []).append(text)
    return inside
