"""Keeps nothing of its own: reads the flat tables for exports, one statement a table, newest submissions first."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.base.formula import harmless_sql
from forms.base.sqlite import Database
from sync.export.column import ExportColumn
from sync.instance.row_key import key, parent_key, row_key
from sync.lists import submission_lists
from sync.lists.selection import Selection

ROOT_LAST = (
    "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status",
    "ReviewState", "DeviceID", "Edits", "FormVersion",
)  # fmt: skip
REPEAT_LAST = ("PARENT_KEY", "KEY")
_NEWEST_FIRST = "s.created_at DESC, s.id DESC"
_CURRENT = "CROSS JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions"
_PRESENT = "(SELECT COUNT(sha256) FROM submission_attachment WHERE version_id = v.id AND expected)"
_EXPECTED = "(SELECT COUNT(*) FROM submission_attachment WHERE version_id = v.id AND expected)"


def root_rows(
    db: Database,
    selection: Selection,
    table: str,
    columns: Sequence[ExportColumn],
    *,
    names: Mapping[int, str],
    has_files: bool,
) -> Iterator[list[tuple[Any, ...]]]:
    """The sheets' own rows, in batches: SubmissionDate, the columns, then `ROOT_LAST`."""
    where, parameters = submission_lists.condition(selection)
    present, expected = (_PRESENT, _EXPECTED) if has_files else ("0", "0")
    submitter = harmless_sql("json_extract(:names, '$.\"' || s.submitter_id || '\"')")
    rows = db.execute(
        f"""
        SELECT s.created_at, {_sources(columns)} {harmless_sql("s.instance_id")}, s.submitter_id, {submitter},
               {present}, {expected}, NULL, s.review_state, {harmless_sql("s.device_id")}, s.versions - 1,
               (SELECT version FROM form_definition WHERE id = v.definition_id)
        FROM submission AS s {_CURRENT} LEFT JOIN "{table}" AS t ON t.submission_id = s.id
        WHERE {where} ORDER BY {_NEWEST_FIRST}
        """,
        {**parameters, "names": json.dumps({str(number): name for number, name in names.items()})},
    )
    while batch := rows.fetchmany(submission_lists.BATCH):
        yield batch


def repeat_rows(
    db: Database, selection: Selection, table: str, columns: Sequence[ExportColumn], *, names: list[str]
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a repeat, in batches: the columns, then `REPEAT_LAST`. `names`: of the repeats around it."""
    where, parameters = submission_lists.condition(selection)
    db.conn.create_function("row_key", 3, row_key, deterministic=True)
    rows = db.execute(
        f"""
        SELECT {_sources(columns)} {harmless_sql(parent_key(names))}, {harmless_sql(key(names))}
        FROM submission AS s CROSS JOIN "{table}" AS t ON t.submission_id = s.id
        WHERE {where} ORDER BY {_NEWEST_FIRST}, t.rowid
        """,
        parameters,
    )
    while batch := rows.fetchmany(submission_lists.BATCH):
        yield batch


def choices_in_use(db: Database, selection: Selection, table: str, sources: Sequence[str]) -> list[set[str]]:
    """The choices that occur in the answers of each of some questions, in their order."""
    where, parameters = submission_lists.condition(selection)
    rows = db.execute(
        f"""
        SELECT {", ".join(sources)} FROM submission AS s CROSS JOIN "{table}" AS t ON t.submission_id = s.id
        WHERE {where}
        """,
        parameters,
    )
    used: list[set[str]] = [set() for _ in sources]
    while batch := rows.fetchmany(submission_lists.BATCH):
        for choices, answers in zip(used, zip(*batch, strict=True), strict=True):
            for answer in set(answers):
                choices.update(str(answer or "").split())
    return used


def files(db: Database, selection: Selection) -> Iterator[tuple[str, str]]:
    """The files that have come with the selected submissions, as (name, SHA-256)."""
    where, parameters = submission_lists.condition(selection)
    rows = db.execute(
        f"""
        SELECT a.name, a.sha256 FROM submission AS s {_CURRENT}
        CROSS JOIN submission_attachment AS a ON a.version_id = v.id
        WHERE a.sha256 IS NOT NULL AND {where} ORDER BY {_NEWEST_FIRST}, a.name
        """,
        parameters,
    )
    while batch := rows.fetchmany(submission_lists.BATCH):
        yield from batch


def geo_answers(
    db: Database, selection: Selection, table: str, sources: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """instanceID, moment, review state, and the answers of the geo questions, of each selected submission."""
    where, parameters = submission_lists.condition(selection)
    rows = db.execute(
        f"""
        SELECT s.instance_id, s.created_at, s.review_state, {", ".join(sources)}
        FROM submission AS s CROSS JOIN "{table}" AS t ON t.submission_id = s.id
        WHERE {where} ORDER BY {_NEWEST_FIRST}
        """,
        parameters,
    )
    while batch := rows.fetchmany(submission_lists.BATCH):
        yield from batch


def _sources(columns: Sequence[ExportColumn]) -> str:
    """Numbers go as they are; a text is protected, and what is taken apart later stays whole."""
    return "".join(
        f"{harmless_sql(column.source) if column.kind == 'plain' and column.is_text else column.source}, "
        for column in columns
    )
