"""The inbox's filters: combined ones find what a person would find by hand, in order, page after page."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.base.blobs import BlobStore
from forms.base.sqlite import Database
from forms.places.projects import create_project
from server.store.database import Storage
from sync.intake import submissions
from sync.lists import inbox_pages
from sync.lists.inbox_pages import ORDERS, InboxQuery, InboxRow, Word
from sync.tables import INBOX_TABLES
from tests.station import BEGINNING, Station, new_storage
from tests.sync.club import club, form_of, send

PLACES = ("A", "B", "C", "")
CSOS = ("tagne", "apsef", "")
STATES = ("", "edited", "hasIssues", "approved", "rejected")
DAYS = ("", "2020-03-01", "2020-03-08", "2020-04-01")
ACTIVITIES = ("causerie", "visite", "")
WORDS = ("", "causerie nonkon", "visite")
SHEETS = 150


def filled(db: Database) -> None:
    """Sheets of every kind, as the receiving of sheets writes them."""
    dice = Random(7)
    for number in range(1, SHEETS + 1):
        values = {
            "id": number, "form": dice.choice((1, 2)), "instance": f"uuid:{number}",
            "at": f"2020-0{dice.randint(3, 5)}-1{dice.randint(0, 9)}T08:00:00.000Z",
            "state": dice.choice(STATES), "cso": dice.choice(CSOS), "submitter": dice.choice((7, 8, None)),
            "day": dice.choice(DAYS), "place": dice.choice(PLACES), "activity": dice.choice(ACTIVITIES),
            "held": dice.randint(0, 1), "people": dice.randint(0, 5), "gone": int(dice.random() < 0.1),
            "words": dice.choice(WORDS),
        }  # fmt: skip
        db.execute(
            """
            INSERT INTO submission (id, project_id, form_id, instance_id, created_at)
            VALUES (:id, 1, 1, :instance, :at)
            """,
            {key: values[key] for key in ("id", "instance", "at")},
        )
        db.execute(
            """
            INSERT INTO sheet_summary (submission_id, event_date, place, activity, status, is_held, people,
                form_id, instance_id, definition_id, review_state, submitter_id, cso, created_at, is_deleted,
                words)
            VALUES (:id, :day, :place, :activity, '', :held, :people, :form, :instance, 1, :state, :submitter,
                :cso, :at, :gone, :words)
            """,
            values,
        )


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """A database with sheets of every kind."""
    folder: Path = tmp_path_factory.mktemp("inbox")
    made = new_storage(folder / "fiche.db")
    with made.writing() as db:
        db.execute("INSERT INTO project (id, name, created_at) VALUES (1, 'P', '')")
        db.execute(
            """
            INSERT INTO form (id, project_id, xml_form_id, table_name, created_at) VALUES (1, 1, 'club', 't', '')
            """
        )
        filled(db)
    yield made
    made.close()


def wanted(query: InboxQuery, row: tuple[InboxRow, str]) -> bool:
    """Whether a person who reads the row would keep it."""
    sheet, words = row
    told = sheet.summary
    states = {"todo": ("", "edited"), "received": ("",)}.get(query.state, (query.state,))
    return (
        sheet.form_id in query.forms
        and (query.csos is None or sheet.cso in query.csos)
        and (not query.state or sheet.state in states)
        and (query.submitters is None or sheet.submitter_id in query.submitters)
        and (not query.received_from or sheet.created_at >= query.received_from)
        and (not query.received_before or sheet.created_at < query.received_before)
        and (not query.event_from or told.event_date >= query.event_from)
        and (not query.event_to or told.event_date <= query.event_to)
        and (not query.activity or told.activity == query.activity)
        and (query.took_place is None or told.took_place == query.took_place)
        and (query.codes is None or told.place in query.codes)
        and (query.only is None or sheet.id in query.only)
        and sheet.id not in query.but
        and all(
            word.text in words
            or told.place in word.codes
            or sheet.submitter_id in word.submitters
            or told.activity in word.activities
            for word in query.words
        )
    )


def everything(db: Database) -> list[tuple[InboxRow, str]]:
    """Every sheet that is not in the trash, with its searchable name."""
    words = dict(db.execute("SELECT submission_id, words FROM sheet_summary").fetchall())
    return [(row, words[row.id]) for row in inbox_pages.walk(db, InboxQuery((1, 2)))]


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...] | None]:
    """None, or some of them."""
    return st.none() | st.lists(st.sampled_from(values), max_size=2).map(tuple)


NUMBERS = st.lists(st.integers(1, SHEETS), max_size=60).map(tuple)
MOMENTS = st.sampled_from(("", "2020-03-15T00:00:00.000Z", "2020-04-20T00:00:00.000Z"))
SEARCHED = st.builds(
    Word,
    st.sampled_from(("causerie", "nonkon", "xyz")),
    st.sampled_from(((), ("A",), ("B", "C"))),
    st.sampled_from(((), (7,))),
    st.sampled_from(((), ("visite",))),
)
QUERIES = st.builds(
    InboxQuery,
    st.sampled_from(((1,), (2,), (1, 2), ())),
    st.sampled_from((None, frozenset(["tagne"]), frozenset(["tagne", "apsef"]), frozenset[str]())),
    st.sampled_from(("", "todo", "received", "edited", "hasIssues", "approved", "rejected")),
    st.sampled_from((None, (7,), (7, 8), ())),
    MOMENTS,
    MOMENTS,
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.sampled_from(ACTIVITIES),
    st.sampled_from((None, True, False)),
    some(PLACES[:3]),
    st.lists(SEARCHED, max_size=2).map(tuple),
    st.none() | NUMBERS,
    NUMBERS,
    st.sampled_from(sorted(ORDERS)),
)


@settings(max_examples=150)
@given(query=QUERIES, limit=st.integers(1, 40), found=st.sampled_from((1, inbox_pages.RARE)))
def test_combined_filters_find_what_reading_every_row_finds(
    storage: Storage, query: InboxQuery, limit: int, found: int
) -> None:
    with storage.reading() as db:
        rows = everything(db)
        expected = sorted(
            (row for row, words in rows if wanted(query, (row, words))),
            key=lambda row: row.key(query.order),
            reverse=query.order != "oldest",
        )
        assert list(inbox_pages.walk(db, query)) == expected
        waiting = sum(wanted(replace(query, state="todo"), told) for told in rows)
        assert inbox_pages.count_waiting(db, query) == waiting
        by_state = dict.fromkeys(STATES, 0)
        for row, words in rows:
            by_state[row.state] += wanted(replace(query, state=""), (row, words))
        assert inbox_pages.counts(db, query) == by_state
        walked: list[InboxRow] = []
        page = inbox_pages.turn(db, query, found=found, limit=limit)
        while page.rows:
            walked += page.rows
            before = page
            if not page.has_older:
                break
            key = page.rows[-1].key(query.order)
            page = inbox_pages.turn(db, replace(query, before=key), found=found, limit=limit)
            back = inbox_pages.turn(
                db, replace(query, since=page.rows[0].key(query.order)), found=found, limit=limit
            )
            assert back.rows == before.rows  # "sheets before" goes back to the page one came from
        assert walked == expected


def test_a_decision_an_edit_and_the_trash_are_followed_by_the_list(station: Station) -> None:
    station.publish(club())
    for number in (1, 2):
        send(station, number, {"/presents": number}, cso="TAGNE")
    query = InboxQuery((form_of(station).id,))
    send(station, 3, {"/presents": 9}, deprecated_id="uuid:1")
    with station.storage.writing() as db:
        [edited] = inbox_pages.page(db, replace(query, state="edited"))
        assert (edited.instance_id, edited.version) == ("uuid:1", 2)
        submissions.set_review_state(db, edited.id, "approved", now=BEGINNING, actor_id=None)
        assert inbox_pages.counts(db, query) == {
            "": 1,
            "edited": 0,
            "hasIssues": 0,
            "approved": 1,
            "rejected": 0,
        }
        submissions.set_deleted(db, [edited.id], is_deleted=True, now=BEGINNING, actor_id=None)
        assert [row.instance_id for row in inbox_pages.page(db, query)] == ["uuid:2"]


def test_a_list_that_was_kept_before_is_filled_when_the_tables_are_brought_up_to_date(tmp_path: Path) -> None:
    """Sheets of an older installation are in the inbox at once, without a rebuild."""
    storage = Storage(tmp_path / "fiche.db")
    storage.migrate()
    station = Station(storage, BlobStore(tmp_path / "blobs"), 1)
    with storage.writing() as db:
        create_project(db, "P", now=BEGINNING)
    station.publish(club())
    send(station, 1, {"/presents": 4}, cso="TAGNE")
    with storage.writing() as db:
        db.execute("DELETE FROM sheet_summary")
        for statement in INBOX_TABLES[:2]:
            db.execute(statement)
        [row] = inbox_pages.page(db, InboxQuery((form_of(station).id,)))
        assert (row.instance_id, row.cso, row.state) == ("uuid:1", "tagne", "")
    storage.close()
