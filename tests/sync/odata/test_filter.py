"""`$filter` and `$orderby`: what they select, and that nothing written in them reaches the SQL."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.base.refusal import Refusal
from forms.base.sqlite import Database, sqlite3
from sync.odata.filter import (
    FIELDS,
    FilterFieldUnknown,
    FilterFunctionUnknown,
    FilterUnreadable,
    parse_filter,
    parse_order,
)

NOW = datetime(2026, 3, 8, 9, 5, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"id": 1, "created_at": "2026-03-01T10:00:00.000Z", "updated_at": None, "submitter_id": 7, "review_state": None},
    {"id": 2, "created_at": "2026-03-02T11:30:00.000Z", "updated_at": "2026-03-05T00:00:00.000Z", "submitter_id": 8,
     "review_state": "approved"},
    {"id": 3, "created_at": "2025-12-31T23:59:59.999Z", "updated_at": None, "submitter_id": 7,
     "review_state": "hasIssues"},
]  # fmt: skip


@pytest.fixture(scope="module")
def db() -> Database:
    """Three submissions."""
    db = Database(sqlite3.connect(":memory:"))
    db["submission"].insert_all([{**row, "deleted_at": None} for row in ROWS], pk="id")
    return db


def found(db: Database, text: str) -> list[int]:
    """The ids of the rows that a filter selects."""
    made = parse_filter(text, now=NOW)
    rows = db.execute(f"SELECT s.id FROM submission AS s WHERE {made.where} ORDER BY s.id", made.parameters)
    return [row[0] for row in rows.fetchall()]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("__system/submitterId eq 7", [1, 3]),
        ("__system/submitterId ne 7", [2]),
        ("__system/reviewState eq null", [1]),
        ("__system/reviewState ne null", [2, 3]),
        ("__system/reviewState eq 'approved' or __system/reviewState eq 'hasIssues'", [2, 3]),
        ("not (__system/reviewState eq 'approved')", [1, 3]),
        ("__system/submissionDate ge 2026-01-01", [1, 2]),
        ("__system/submissionDate lt 2026-03-02T12:30:00+01:00", [1, 3]),
        ("year(__system/submissionDate) eq 2025", [3]),
        ("month(__system/submissionDate) eq 3 and day(__system/submissionDate) eq 2", [2]),
        ("hour(__system/submissionDate) gt 10 and minute(__system/submissionDate) eq 30", [2]),
        ("__system/submissionDate lt now()", [1, 2, 3]),
        ("__system/updatedAt lt now()", [2]),
        ("not (__system/updatedAt lt now())", [1, 3]),
        ("$root/Submissions/__system/submitterId eq 8", [2]),
        ("7 eq __system/submitterId", [1, 3]),
        ("__system/submitterId eq 7 or __system/submitterId eq 8 and __system/reviewState eq null", [1, 3]),
        ("__system/reviewState eq 'l''autre'", []),
    ],
)
def test_a_filter_selects_what_it_says(db: Database, text: str, ids: list[int]) -> None:
    assert found(db, text) == ids


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("nom eq 'Awa'", FilterFieldUnknown),
        ("contains(__system/reviewState, 'a')", FilterFunctionUnknown),
        ("", FilterUnreadable),
        ("__system/submitterId", FilterUnreadable),
        ("__system/submitterId eq", FilterUnreadable),
        ("__system/submitterId eq 7 and", FilterUnreadable),
        ("__system/submitterId = 7", FilterUnreadable),
        ("__system/submitterId eq '7'", FilterUnreadable),
        ("__system/submissionDate gt 2026-13-45", FilterUnreadable),
        ("__system/submissionDate gt 0001-01-01T00:00:00+14:00", FilterUnreadable),
        ("(" * 10_000, FilterUnreadable),
        ("(" * 1_000 + "1 eq 1" + ")" * 1_000, FilterUnreadable),
        ("not " * 900 + "1 eq 1", FilterUnreadable),
        ("1 eq 1) or (1 eq 1", FilterUnreadable),
    ],
)
def test_a_filter_that_is_none_is_refused(text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        parse_filter(text, now=NOW)


@given(text=st.text("()'= eqnltgadorx07-:TZ_/$now;\"%", max_size=60) | st.text(max_size=60))
@example("' or 1=1 --")
@example("__system/reviewState eq ''' or 1=1 --'")
@settings(max_examples=300)
def test_nothing_that_is_written_stands_in_the_sql(db: Database, text: str) -> None:
    try:
        made = parse_filter(text, now=NOW)
    except (FilterUnreadable, FilterFieldUnknown, FilterFunctionUnknown):
        return
    plain = made.where
    for column in FIELDS.values():
        plain = plain.replace(column, "")
    assert not set(plain) & set("'\";%")
    db.execute(f"SELECT s.id FROM submission AS s WHERE {made.where}", made.parameters).fetchall()


comparisons = st.tuples(
    st.sampled_from(["submitterId", "reviewState"]),
    st.sampled_from(["eq", "ne"]),
    st.sampled_from(["7", "8", "null", "'approved'", "'hasIssues'"]),
).filter(
    lambda comparison: (
        comparison[2] == "null" or comparison[2].startswith("'") == (comparison[0] == "reviewState")
    )
)
trees = st.recursive(
    comparisons,
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), inner, inner) | st.tuples(st.just("not"), inner),
    max_leaves=8,
)


@given(tree=trees)
@settings(max_examples=200)
def test_any_filter_selects_what_reading_it_row_by_row_selects(db: Database, tree: Any) -> None:
    assert found(db, said(tree)) == [row["id"] for row in ROWS if holds(tree, row)]


def said(tree: Any) -> str:
    """A filter's text."""
    if tree[0] == "not":
        return f"not ({said(tree[1])})"
    if tree[0] in ("and", "or"):
        return f"({said(tree[1])}) {tree[0]} ({said(tree[2])})"
    return f"__system/{tree[0]} {tree[1]} {tree[2]}"


def holds(tree: Any, row: dict[str, Any]) -> bool:
    """Whether a row is selected, without SQL."""
    if tree[0] == "not":
        return not holds(tree[1], row)
    if tree[0] in ("and", "or"):
        both = holds(tree[1], row), holds(tree[2], row)
        return all(both) if tree[0] == "and" else any(both)
    value = row["submitter_id" if tree[0] == "submitterId" else "review_state"]
    wanted = None if tree[2] == "null" else tree[2].strip("'") if "'" in tree[2] else int(tree[2])
    return bool((value == wanted) == (tree[1] == "eq"))


def test_an_order_names_known_fields_alone() -> None:
    assert parse_order("__system/submissionDate desc") == "s.created_at DESC, s.id DESC"
    assert parse_order("__system/reviewState, __system/updatedAt DESC") == (
        "s.review_state ASC, s.updated_at DESC, s.id DESC"
    )
    for text, refusal in (("nom", FilterFieldUnknown), ("", FilterUnreadable), ("a b c", FilterUnreadable)):
        with pytest.raises(refusal):
            parse_order(text)
