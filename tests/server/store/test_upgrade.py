"""A database of an older version: opened by this one, its sheets stand in the inbox like any other."""

import threading
from pathlib import Path

import aggregates.tables
import forms.tables
import server.store.tables
import sync.tables
from forms.base.blobs import BlobStore
from forms.base.by import By
from forms.base.sqlite import Database, new_key
from forms.catalogue.publish import Published, Publisher, publish
from forms.catalogue.sheet import Sheet
from forms.definition.age_band import bands_from
from forms.definition.age_scheme import AgeScheme, read_scheme
from forms.definition.convert import convert_sheet
from forms.places.projects import create_project
from server.jobs import make_missing_summaries
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake import summaries
from sync.intake.receive import receive
from sync.intake.rows import make_tables
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, SCHEME, Station

CLUB = """
| survey | | | | | | |
| | type | name | label | bind::fiche:dimension | bind::fiche:count | bind::fiche:sex | bind::fiche:age |
| | date | jour | Jour | date | | | |
| | text | village | Village | place | | | |
| | integer | femmes | Femmes | | participants | F | 18+ |
| settings | | | |
| | form_id | version | namespaces |
| | club | 1 | fiche="https://fiche.ong/xforms" |
"""
PERSONS = """
| survey | | | | | |
| | type | name | label | bind::fiche:dimension | bind::fiche:each |
| | date | jour | Jour | date | |
| | text | village | Village | place | |
| | begin repeat | qui | Qui | | trainees |
| | text | sexe | Sexe | sex | |
| | integer | age | Âge | age | |
| | end repeat | | | | |
| settings | | | |
| | form_id | version | namespaces |
| | formation | 1 | fiche="https://fiche.ong/xforms" |
"""
NOW = "2020-03-09T08:00:00.000Z"


def begin_as_before_summaries(storage: Storage, blobs: BlobStore) -> None:
    """A database as it was before the inbox had a table of its own, with two sheets; one has no answer."""
    with storage.writing() as db:
        forms.tables.migrations.apply(db)
        sync.tables.migrations.apply(db, stop_before="m004_summaries")
        aggregates.tables.migrations.apply(db, stop_before="m002_decisions_on_flags_and_the_plan")
        server.store.tables.migrations.apply(db, stop_before="m010_phones_seen")
        project_id = create_project(db, "Initiative Spotlight", now=BEGINNING)
        converted = convert_sheet(CLUB.encode(), file_type=".md", fallback_id="club", java=None)
        published = publish(
            db, blobs, Publisher(bands_from(["5-17", "18+"]), make_tables, By(None, BEGINNING)),
            project_id=project_id, sheet=Sheet(converted.xml, converted.warnings, False), media={},
        )  # fmt: skip
        answers = {"/jour": "2020-03-08", "/village": "T-NON1", "/femmes": 12}
        for name, told in (("uuid:a", answers), ("uuid:b", {"/jour": ""})):
            keep_as_before_summaries(db, published, name, told)


def keep_as_before_summaries(
    db: Database, published: Published, name: str, answers: dict[str, object]
) -> None:
    """A sheet as it was stored then."""
    form_id = published.form.id
    submission_id = new_key(
        db.execute(
            "INSERT INTO submission (project_id, form_id, instance_id, created_at) VALUES (?, ?, ?, ?)",
            [published.form.project_id, form_id, name, NOW],
        )
    )
    db.execute(
        """
        INSERT INTO submission_version (submission_id, number, form_id, instance_id, definition_id, created_at, xml)
        VALUES (?, 1, ?, ?, ?, ?, ?)
        """,
        [
            submission_id, form_id, name, published.definition_id, NOW,
            instance_xml("club", "1", answers, instance_id=name),
        ],
    )  # fmt: skip


def test_sheets_of_an_older_version_get_their_line_in_the_inbox_by_themselves(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "fiche.db")
    begin_as_before_summaries(storage, BlobStore(tmp_path / "blobs"))
    storage.migrate()
    query = InboxQuery((1,), None)
    with storage.reading() as db:
        listed = inbox_pages.page(db, query, limit=10)
        assert [sheet.instance_id for sheet in listed] == ["uuid:b", "uuid:a"]
        assert listed[1].summary.place == ""
    make_missing_summaries(storage, threading.Event())
    with storage.reading() as db:
        told = inbox_pages.page(db, query, limit=10)[1].summary
        assert (told.event_date, told.place, told.people, told.women) == ("2020-03-08", "T-NON1", 12, 12)
        assert summaries.still_to_make(db, 10) == []
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    storage.close()


def people(storage: Storage) -> tuple[int, int | None, int | None]:
    """Everybody, women and girls on the one sheet that there is."""
    with storage.reading() as db:
        [row] = inbox_pages.page(db, InboxQuery((1,), None))
    return row.summary.people, row.summary.women, row.summary.girls


def test_lines_of_an_older_derivation_or_age_scheme_are_made_again_by_a_start(station: Station) -> None:
    storage = station.storage
    station.publish(PERSONS)
    persons = [{"sexe": "F", "age": age} for age in (12, 19, 40)]
    xml = instance_xml("formation", "1", {"/jour": "2020-03-08", "/village": "T-NON1", "/qui": persons})
    with storage.writing() as db:
        receive(db, station.project_id, Envelope(xml), now=BEGINNING)
        # as the version before left it, which did not look into such repeats
        db.execute("UPDATE sheet_summary SET people = 0, women = NULL, girls = NULL")

    def start(scheme: AgeScheme) -> tuple[int, int | None, int | None]:
        storage.sum_up_by(scheme)
        make_missing_summaries(storage, threading.Event())
        return people(storage)

    assert start(SCHEME) == (3, 2, 1)
    assert start(read_scheme("21,0-20,21+")) == (3, 1, 2)
    with storage.reading() as db:
        storage.sum_up_by(read_scheme("21,0-20,21+"))
        assert summaries.still_to_make(db, 1) == []
