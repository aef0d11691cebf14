"""How far the counts go that somebody may see, where their rights differ from project to project."""

from dataclasses import replace
from pathlib import Path

import pytest

from aggregates.tallies.query import QueryInvalid, TallyQuery
from forms.places.projects import create_project
from server.base.refusals import RightMissing
from server.counts.reach import NOTHING, reach_of
from server.counts.service import VisibleCounts, every_count
from server.identity import accounts, assignments
from server.settings.settings import Settings
from server.web.access import Asker
from tests.server.cast import Stage, stage
from tests.station import BEGINNING

__all__ = ["stage"]
SCHEMES = Settings(file=Path("fiche.toml"), data_directory=Path()).band_schemes


def test_who_sees_one_project_whole_still_sees_the_own_cso_alone_in_another(stage: Stage) -> None:
    stage.reset()
    with stage.station.storage.writing() as db:
        other = create_project(db, "Autre projet", now=BEGINNING)
        person = accounts.find_person(db, stage.ids["coordinator"])
        assignments.assign(db, person.id, "viewer", project_id=other)
        asker = Asker(person, assignments.assignments_of(db, person.id))
        reach, query = reach_of(db, asker), TallyQuery()
        everything = reach.within(query)
        here = reach.within(replace(query, filters={"project": ("1",), "cso": ("apdf",)}))
        own = reach.within(replace(query, filters={"project": ("1",)}))
        there = reach.within(replace(query, filters={"project": (str(other),)}))
        nowhere = reach.within(replace(query, filters={"project": ("99",)}))
    assert everything.filters == {"project": (str(other),)}
    assert here.filters == {"project": ("1",), "cso": (NOTHING,)}
    assert own.filters == {"project": ("1",), "cso": ("tagne",)}
    assert there.filters == {"project": (str(other),)}
    assert nowhere.filters["project"] == (NOTHING,)


def test_of_a_measure_that_is_hidden_nothing_is_told_but_its_suppressed_table(stage: Stage) -> None:
    stage.reset()
    query = TallyQuery(measure="referrals")
    with stage.station.storage.reading() as db:
        viewer = accounts.find_person(db, stage.ids["team"])
        asker = Asker(viewer, assignments.assignments_of(db, viewer.id))
        counts = VisibleCounts(db, SCHEMES, reach_of(db, asker))
        assert counts.table(query).is_suppressed
        with pytest.raises(QueryInvalid):
            counts.table(replace(query, by=("village",)))
        with pytest.raises(RightMissing):
            counts.sums(query)
        with pytest.raises(RightMissing):
            counts.sheets(query, before=None, limit=1)
        with pytest.raises(RightMissing):
            counts.count_sheets(query, most=1)


def test_at_the_command_line_nothing_is_hidden(stage: Stage) -> None:
    stage.reset()
    with stage.station.storage.reading() as db:
        counts = every_count(db, SCHEMES)
        assert not counts.table(TallyQuery(measure="referrals", by=("village",))).is_suppressed
