"""The page of people: a role or a project that is none is refused whole, and nobody is left behind half invited."""

import pytest

from server.identity import accounts, assignments
from tests.server.cast import Stage, stage

__all__ = ["stage"]
INVITED = {"email": "awa@osc.ml", "name": "Awa", "role": "coordinator", "project": "1", "cso": "TAGNE"}


@pytest.mark.parametrize(
    "wrong",
    [{"role": "nobody"}, {"role": "app-user"}, {"project": ""}, {"project": "x"}, {"project": "99"}],
    ids=str,
)
def test_an_invitation_to_a_role_or_project_that_is_none_adds_nobody(
    stage: Stage, wrong: dict[str, str]
) -> None:
    stage.reset()
    answer = stage.call("admin", "POST", "/people", data=INVITED | wrong)
    assert answer.status_code == 400
    with stage.station.storage.reading() as db:
        assert accounts.people(db, search="awa@osc.ml", with_disabled=True) == []


@pytest.mark.parametrize("address", ["/people/{}/role", "/people/{}/role/remove"])
@pytest.mark.parametrize("project", ["x", "²", "99", "9" * 30])
def test_a_role_in_a_project_that_is_none_changes_nothing(stage: Stage, address: str, project: str) -> None:
    stage.reset()
    key = stage.ids["officer"]
    told = {"role": "coordinator", "project": project}
    answer = stage.call("admin", "POST", address.format(key), data=told)
    assert answer.status_code in (303, 404)
    with stage.station.storage.reading() as db:
        assert [assignment.role for assignment in assignments.assignments_of(db, key)] == ["manager"]


def test_an_invitation_gives_the_role_in_the_project(stage: Stage) -> None:
    stage.reset()
    assert stage.call("admin", "POST", "/people", data=INVITED).status_code == 200
    with stage.station.storage.reading() as db:
        [awa] = accounts.people(db, search="awa@osc.ml", with_disabled=True)
        [given] = assignments.assignments_of(db, awa.id)
    assert (given.role, given.project_id) == ("coordinator", 1)
