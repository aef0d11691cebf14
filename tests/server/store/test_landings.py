"""Whoever upgrades from any earlier version has what a new installation has, and nobody has to do anything for it."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregates.quality.examine import Basis, examine
from aggregates.quality.threshold import Thresholds
from aggregates.tallies.roll_up import roll_up
from server.jobs import make_missing_summaries, note_missing_summaries
from server.store.database import Storage, connect
from server.store.schemas import schema_of
from sync.intake.rebuild import rebuild
from tests.fiche_process import Fiche
from tests.server.store.landings import LANDINGS, unpack
from tests.station import SCHEME

NOW = datetime(2020, 4, 1, tzinfo=UTC)
RECEIVED = """
    SELECT s.instance_id, s.versions, s.review_state, s.created_at, v.number, v.instance_id, v.xml
    FROM submission AS s JOIN submission_version AS v ON v.submission_id = s.id ORDER BY 1, 5
"""
COUNTED = """
    SELECT g.month, g.form, g.place, g.cso, g.activity, c.measure, c.unit, c.reach, c.subset, c.sex, c.age_band,
        SUM(t.received + t.edited + t.has_issues + t.approved), SUM(t.approved)
    FROM tally AS t JOIN grain AS g ON g.id = t.grain_id JOIN cell AS c ON c.id = t.cell_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
"""
WITHOUT_LINE = """
    SELECT COUNT(*) FROM submission AS s LEFT JOIN sheet_summary AS y ON y.submission_id = s.id
    WHERE s.cso = '' OR COALESCE(y.cso, '') <> s.cso OR y.event_date = '' OR y.place = ''
"""
SHEETS = 12


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query gives, whatever wrote the database."""
    db = connect(path)
    try:
        found: list[tuple[Any, ...]] = db.execute(query).fetchall()
    finally:
        db.close()
    return found


@pytest.fixture(params=LANDINGS)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """A database of each earlier version."""
    storage = Storage(tmp_path / "data" / "fiche.db")
    unpack(request.param, storage.path)
    yield storage
    storage.close()


def test_an_upgraded_database_has_the_tables_of_a_new_one(older: Storage, tmp_path: Path) -> None:
    new = Storage(tmp_path / "new.db")
    new.migrate()
    older.migrate()
    assert schema_of(older.connection()) == schema_of(new.connection())
    assert older.connection().execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert older.connection().execute("PRAGMA foreign_key_check").fetchall() == []
    new.close()


def test_an_upgrade_loses_and_changes_nothing_and_leaves_no_sheet_without_its_organisation(
    older: Storage,
) -> None:
    received, counted = rows(older.path, RECEIVED), rows(older.path, COUNTED)
    assert len({row[0] for row in received}) == SHEETS
    assert counted

    older.migrate()
    note_missing_summaries(older)
    make_missing_summaries(older, threading.Event())
    roll_up(older.writing, older.reading, full=True, now=lambda: NOW)

    assert rows(older.path, RECEIVED) == received
    assert rows(older.path, COUNTED) == counted
    assert rows(older.path, WITHOUT_LINE) == [(0,)]


def night(storage: Storage, *, full: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """An examination and a roll-up; gives every row of what they derive."""
    examine(storage.writing, storage.reading, now=NOW, basis=Basis(Thresholds()), full=full)
    roll_up(storage.writing, storage.reading, full=full, now=lambda: NOW)
    tables = ("sheet_summary", "neighbour", "usual_size", "finding", "record", "fact", "tally", "sheet_tally")
    return {table: rows(storage.path, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables}


def test_after_an_upgrade_a_rebuild_has_nothing_to_add(older: Storage) -> None:
    older.migrate()
    older.sum_up_by(SCHEME)
    note_missing_summaries(older)
    make_missing_summaries(older, threading.Event())
    by_itself = night(older)
    assert by_itself["usual_size"]
    assert rebuild(older.writing, older.reading, now=NOW).sheets == SHEETS
    assert night(older, full=True) == by_itself


def test_a_server_that_is_started_on_the_first_version_leaves_nothing_to_do(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path)
    fiche.configure()
    unpack("bd561d8", fiche.database)
    fiche.start()
    try:
        deadline = time.monotonic() + 30
        while rows(fiche.database, WITHOUT_LINE) != [(0,)]:
            assert time.monotonic() < deadline, rows(fiche.database, WITHOUT_LINE)
            time.sleep(0.2)
    finally:
        fiche.kill()


def test_a_sheet_that_an_older_version_took_meanwhile_gets_its_line(older: Storage) -> None:
    older.migrate()
    make_missing_summaries(older, threading.Event())
    with older.writing() as db:  # what the first version writes of a sheet that it takes
        db.execute("UPDATE submission SET cso = '' WHERE id = 3")
        db.execute("DELETE FROM sheet_summary WHERE submission_id = 3")
    assert rows(older.path, WITHOUT_LINE) == [(1,)]
    note_missing_summaries(older)
    make_missing_summaries(older, threading.Event())
    assert rows(older.path, WITHOUT_LINE) == [(0,)]


def test_a_sheet_that_cannot_be_read_any_more_stands_in_the_way_of_no_other(older: Storage) -> None:
    older.migrate()
    with older.writing() as db:
        db.execute("UPDATE submission_version SET xml = CAST('<data' AS BLOB) WHERE submission_id = 5")
        db.execute("DELETE FROM sheet_summary")
    note_missing_summaries(older)
    make_missing_summaries(older, threading.Event())
    assert len(rows(older.path, "SELECT 1 FROM sheet_summary")) == SHEETS
    assert rows(older.path, "SELECT submission_id FROM sheet_summary WHERE event_date = ''") == [(5,)]
    rebuilt = rebuild(older.writing, older.reading, now=NOW)
    assert (rebuilt.sheets, rebuilt.unreadable) == (SHEETS, (5,))
    assert night(older)["finding"]
