"""Published versions in the database, and what is kept of them in memory between two submissions."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest

from forms.base.blobs import BlobStore
from forms.catalogue import definitions
from forms.catalogue.form import Content
from forms.places.projects import create_project
from tests.station import BEGINNING, Station, new_storage

CLUB = """
| survey |
| | type | name | label |
| | {kind} | n | N |
| settings |
| | form_id | version |
| | {form} | {version} |
"""


def club(form: str = "club", version: str = "1", kind: str = "integer") -> str:
    return CLUB.format(form=form, version=version, kind=kind)


def test_a_form_is_found_by_its_name_in_its_own_project_alone(station: Station) -> None:
    published = station.publish(club())
    with station.storage.writing() as db:
        other = create_project(db, "Autre", now=BEGINNING)
        assert definitions.find_form(db, station.project_id, "club") == published.form
        assert definitions.find_form(db, other, "club") is None
        assert definitions.find_form(db, station.project_id, "Club") is None


def test_phones_are_offered_open_forms_in_their_current_version(station: Station) -> None:
    station.publish(club("b"))
    station.publish(club("a", "1"))
    station.publish(club("a", "2"))
    station.publish(club("c"))
    with station.storage.writing() as db:
        db.execute("UPDATE form SET state = 'closing' WHERE xml_form_id = 'b'")
        offered = definitions.published(db, station.project_id)
        assert [(form.xml_form_id, row.version) for form, row in offered] == [("a", "2"), ("c", "1")]
        assert [form.xml_form_id for form in definitions.forms_of(db, station.project_id)] == ["a", "b", "c"]


def test_a_version_is_kept_with_the_bytes_whose_hash_is_announced(station: Station) -> None:
    published = station.publish(club())
    with station.storage.reading() as db:
        row = definitions.find_definition(db, published.form.id, "1")
        assert row == definitions.definition_row(db, published.definition_id)
        assert row
        assert (row.title, row.is_validated, row.warnings) == ("club", False, ())
        assert definitions.definition_xml(db, row.id).startswith(b"<?xml")
        assert definitions.find_definition(db, published.form.id, "2") is None


def test_each_database_has_its_own_definitions_whatever_their_numbers(tmp_path: Path) -> None:
    stations = []
    for name, kind in (("a", "integer"), ("b", "text")):
        storage = new_storage(tmp_path / name)
        with storage.writing() as db:
            project_id = create_project(db, name, now=BEGINNING)
        stations.append(Station(storage, BlobStore(tmp_path / f"{name}-blobs"), project_id))
        stations[-1].publish(club(kind=kind))
    storages = []
    for station in stations:
        with station.storage.reading() as db:
            storages.append(definitions.layout_of(db, 1).tables[0].columns[0].storage)
            assert definitions.load_definition(db, 1).form_id == "club"
    assert storages == ["INTEGER", "TEXT"]
    for station in stations:
        station.storage.close()


def test_a_publication_that_was_undone_leaves_nothing_in_memory(station: Station) -> None:
    station.publish(club())
    undone = []

    def fail() -> None:
        with station.storage.writing() as db:
            row = replace(definitions.definition_row(db, 1), version="2", sha256="0" * 64)
            xml = definitions.definition_xml(db, 1)
            undone.append(definitions.add_definition(db, row, Content(xml, None, []), columns=[]))
            definitions.kinds_so_far(db, row.form_id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    published = station.publish(club(version="3"))
    assert [published.definition_id] == undone
    with station.storage.writing() as db:
        assert definitions.load_definition(db, published.definition_id).version == "3"


def test_an_older_version_keeps_its_layout_when_a_newer_one_is_published(station: Station) -> None:
    first = station.publish(club())
    with station.storage.reading() as db:
        before = definitions.layout_of(db, first.definition_id).columns
    station.publish(club(version="2", kind="text"))
    station.storage.close()  # as after a restart
    with station.storage.reading() as db:
        assert definitions.layout_of(db, first.definition_id).columns == before


def test_looking_a_form_up_costs_a_submission_next_to_nothing(station: Station) -> None:
    published = station.publish(club())
    with station.storage.reading() as db:
        definitions.load_definition(db, published.definition_id)
        definitions.layout_of(db, published.definition_id)
        fastest = timedelta.max
        for _ in range(5):
            start = perf_counter()
            for _ in range(100):
                definitions.load_definition(db, published.definition_id)
                definitions.layout_of(db, published.definition_id)
            fastest = min(fastest, timedelta(seconds=perf_counter() - start) / 100)
    assert fastest < timedelta(microseconds=50)
