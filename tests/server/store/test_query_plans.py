"""What is asked often is found by an index: no planner of a newer SQLite, and no rewriting, undoes that unseen.

The statements are those that the code really runs, traced on a database with sheets; nothing here is written twice.
The program gathers no statistics (ANALYZE), so that a plan does not depend on how much is stored.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregates.plan.received_sheets import last_senders, sheets_of_month
from aggregates.quality.examine import Basis, examine
from aggregates.quality.threshold import Thresholds
from aggregates.tallies.roll_up import roll_up
from forms.base.sqlite import Database, sqlite3
from forms.places.cso_code import CsoCode
from server.store.database import Storage
from sync import changes
from sync.intake import submissions
from sync.intake.rebuild import make_summaries
from sync.lists import inbox_pages
from sync.lists.inbox_pages import ORDERS, InboxQuery
from sync.review.returned_sheets import returned_sheets
from tests.server.store.landings import unpack

NOW = datetime(2020, 4, 1, tzinfo=UTC)
LARGE = {
    "submission", "submission_version", "submission_attachment", "sheet_summary", "change", "audit", "record",
    "fact", "tally", "sheet_tally", "grain", "neighbour", "neighbour_photo", "finding", "decision",
}  # fmt: skip
SCANNED = re.compile(r"^SCAN (\w+)\b(?! USING (COVERING )?INDEX)")
NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)(?:\s+AS\s+(\w+))?")
TAGNE = CsoCode("tagne")


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """A database with a dozen sheets."""
    storage = Storage(tmp_path_factory.mktemp("plans") / "fiche.db")
    unpack("3998b85", storage.path)
    storage.migrate()
    make_summaries(storage.writing, now=NOW)
    yield storage
    storage.close()


def faults(db: Database, statements: list[str]) -> list[str]:
    """Every statement that reads a large table from its first row to its last."""
    found = []
    for statement in dict.fromkeys(statements):
        if not re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", statement, re.IGNORECASE):
            continue
        tables = {alias or table: table for table, alias in NAMED.findall(statement)}
        try:
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        except sqlite3.Error:  # of a table that is there for a moment only
            continue
        for step in plan:
            scanned = SCANNED.match(step)
            if scanned and tables.get(scanned[1]) in LARGE:
                found.append(f"{step}: {' '.join(statement.split())[:400]}")
    return found


def traced(db: Database, work: Callable[[], object]) -> list[str]:
    """The statements of a piece of work, with their values."""
    statements: list[str] = []
    db.conn.set_trace_callback(statements.append)
    try:
        work()
    finally:
        db.conn.set_trace_callback(None)
    assert statements
    return statements


def inboxes(db: Database) -> Iterator[InboxQuery]:
    """A coordinator's and an officer's inbox in each order, on the first page and later, with what is to be decided."""
    forms = tuple(row[0] for row in db.execute("SELECT id FROM form"))
    for order in ORDERS:
        for before in (None, (5 if order == "people" else "2020-03-08", 3)):
            whole = InboxQuery(forms, order=order, before=before)
            yield from (whole, replace(whole, csos=frozenset({TAGNE})), replace(whole, state="todo"))


def test_pages_of_the_inbox_are_read_in_their_order_by_an_index(storage: Storage) -> None:
    with storage.reading() as db:
        queries = [query for query in inboxes(db) if query.order != "people"]
        statements = [
            statement
            for query in queries
            for statement in traced(db, lambda query=query: inbox_pages.page(db, query, limit=50))
        ]
        assert faults(db, statements) == []


def test_reminders_and_lists_find_the_sheets_of_an_organisation_by_an_index(storage: Storage) -> None:
    with storage.reading() as db:

        def ask() -> None:
            sheets_of_month(db, 1, csos=[TAGNE], month="2020-03")
            last_senders(db, 1, places={TAGNE: {"ML09"}})
            returned_sheets(db, [1, 2], csos=frozenset({TAGNE}), last_day="2020-03-31")
            changes.since(db, 3, 200)
            changes.last_number(db)
            submissions.current(db, [1, 2, 3])
            submissions.walk(db, after=3, limit=5)

        assert faults(db, traced(db, ask)) == []


def test_an_evening_of_few_sheets_reads_few_rows(storage: Storage) -> None:
    examine(storage.writing, storage.reading, now=NOW, basis=Basis(Thresholds()))
    roll_up(storage.writing, storage.reading, full=False, now=lambda: NOW)
    with storage.writing() as db:
        submissions.set_review_state(db, 3, "approved", now=NOW, actor_id=None)
    statements: list[str] = []
    storage.connection().conn.set_trace_callback(statements.append)
    writer, _queue = storage._writing_connection()
    writer.conn.set_trace_callback(statements.append)
    try:
        examine(storage.writing, storage.reading, now=NOW, basis=Basis(Thresholds()))
        roll_up(storage.writing, storage.reading, full=False, now=lambda: NOW)
    finally:
        storage.connection().conn.set_trace_callback(None)
        writer.conn.set_trace_callback(None)
    assert len(statements) > 20
    with storage.reading() as db:
        assert faults(db, statements) == []


def test_a_statement_that_reads_everything_is_found(storage: Storage) -> None:
    with storage.reading() as db:
        assert faults(db, ["SELECT * FROM submission AS s WHERE s.device_id = 'x'"])
        assert not faults(db, ["SELECT * FROM submission AS s WHERE s.id = 3"])
