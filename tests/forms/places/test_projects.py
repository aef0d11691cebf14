"""Projects: what ODK Central calls by that name."""

from forms.places.projects import create_project, find_project, find_project_by_name, list_projects
from tests.station import BEGINNING, Station


def test_a_project_is_found_by_its_id_and_by_its_name(station: Station) -> None:
    with station.storage.writing() as db:
        project_id = create_project(db, "Appui aux clubs", now=BEGINNING, description="Kita")
        project = find_project(db, project_id)
        assert project
        assert (project.name, project.description, project.is_archived) == ("Appui aux clubs", "Kita", False)
        assert project.created_at == "2020-01-01T00:00:00.000Z"
        assert find_project_by_name(db, "Appui aux clubs") == project
        assert [project.name for project in list_projects(db)] == ["Initiative Spotlight", "Appui aux clubs"]


def test_of_two_projects_of_one_name_the_older_is_meant(station: Station) -> None:
    with station.storage.writing() as db:
        create_project(db, "Initiative Spotlight", now=BEGINNING)
        found = find_project_by_name(db, "Initiative Spotlight")
    assert found
    assert found.id == station.project_id


def test_a_deleted_project_is_nowhere(station: Station) -> None:
    with station.storage.writing() as db:
        db.execute("UPDATE project SET deleted_at = :now", {"now": "2020-01-02T00:00:00.000Z"})
        assert find_project(db, station.project_id) is None
        assert find_project_by_name(db, "Initiative Spotlight") is None
        assert list_projects(db) == []
