"""How far the counts go that somebody may see, where their rights differ from project to project."""

from dataclasses import replace

from aggregates.tallies.query import TallyQuery
from forms.places.projects import create_project
from server.counts.api import NOTHING, within_reach
from server.identity import accounts, assignments
from server.web.access import Asker
from tests.server.cast import Stage, stage
from tests.station import BEGINNING

__all__ = ["stage"]


def test_who_sees_one_project_whole_still_sees_the_own_cso_alone_in_another(stage: Stage) -> None:
    stage.reset()
    with stage.station.storage.writing() as db:
        other = create_project(db, "Autre projet", now=BEGINNING)
        person = accounts.find_person(db, stage.ids["coordinator"])
        assignments.assign(db, person.id, "viewer", project_id=other)
        asker = Asker(person, assignments.assignments_of(db, person.id))
        query = TallyQuery()
        everything = within_reach(db, asker, query)
        here = within_reach(db, asker, replace(query, filters={"project": ("1",), "cso": ("apdf",)}))
        own = within_reach(db, asker, replace(query, filters={"project": ("1",)}))
        there = within_reach(db, asker, replace(query, filters={"project": (str(other),)}))
        nowhere = within_reach(db, asker, replace(query, filters={"project": ("99",)}))
    assert everything.filters == {"project": (str(other),)}
    assert here.filters == {"project": ("1",), "cso": (NOTHING,)}
    assert own.filters == {"project": ("1",), "cso": ("tagne",)}
    assert there.filters == {"project": (str(other),)}
    assert nowhere.filters["project"] == (NOTHING,)
