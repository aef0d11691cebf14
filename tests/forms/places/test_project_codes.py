"""A project is known by its code wherever its counts go, whatever number a server gives it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregates.tallies.roll_up import roll_up
from forms.base.blobs import BlobStore
from forms.places.projects import ProjectCodeInvalid, ProjectCodeTaken, codes_of_projects, create_project
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.aggregates.months import SEANCE
from tests.sheet_writer import instance_xml
from tests.station import Station, new_storage

NOW = datetime(2020, 3, 31, tzinfo=UTC)


def test_a_code_is_made_from_the_name_and_is_nobody_elses(tmp_path: Path) -> None:
    storage = new_storage(tmp_path / "fiche.db")
    with storage.writing() as db:
        for name in ("Espaces sûrs 2021", "ESPACES SÛRS: 2021", "«»", "x" * 80):
            create_project(db, name, now=NOW)
        create_project(db, "Autre", now=NOW, code="mali-2021")
        assert list(codes_of_projects(db).values()) == [
            "espaces-surs-2021", "espaces-surs-2021-2", "project", "x" * 50, "mali-2021",
        ]  # fmt: skip
        with pytest.raises(ProjectCodeTaken):
            create_project(db, "Encore", now=NOW, code="mali-2021")
        for code in ("Mali", "a b", "-a", "a-", "é", "y" * 51):
            with pytest.raises(ProjectCodeInvalid):
                create_project(db, "Encore", now=NOW, code=code)
    storage.close()


def keys(folder: Path, *, projects_before: int) -> list[tuple[int, int]]:
    """The keys of grains and their tallies on a server that has had other projects before."""
    folder.mkdir()
    storage = new_storage(folder / "fiche.db")
    with storage.writing() as db:
        for number in range(projects_before):
            create_project(db, f"Avant {number}", now=NOW)
        project_id = create_project(db, "Initiative Spotlight", now=NOW)
    Station(storage, BlobStore(folder / "blobs"), project_id).publish(SEANCE)
    told = {"osc": "tagne", "village": "NON1", "jour": "2020-03-08", "statut": "oui", "h": 3, "seance": 1}
    with storage.writing() as db:
        receive(db, project_id, Envelope(instance_xml("seance", "1", told, instance_id="uuid:1")), now=NOW)
    roll_up(storage.writing, storage.reading, full=False, now=lambda: NOW)
    with storage.reading() as db:
        found = db.execute("SELECT grain_id, cell_id FROM tally ORDER BY 1, 2").fetchall()
    storage.close()
    return [tuple(row) for row in found]


def test_two_servers_that_number_projects_otherwise_give_the_same_keys(tmp_path: Path) -> None:
    one, other = keys(tmp_path / "one", projects_before=0), keys(tmp_path / "other", projects_before=3)
    assert one and one == other
