"""The plan that counts: the newest import of a CSO and month, whole; what is undone leaves the one before."""

from datetime import UTC, datetime, timedelta

import pytest

from aggregates.plan import plans, uploads
from aggregates.plan.planned import Planned
from aggregates.plan.uploads import PlanUploadUnknown
from forms.base.by import By
from tests.station import Station

NOW = datetime(2020, 3, 1, tzinfo=UTC)


def taken(station: Station, *lines: Planned) -> int:
    with station.storage.writing() as db:
        return plans.add_import(db, 1, lines, file_name="plan.csv", actor_id=1, now=NOW)


def counting(station: Station, cso: str = "tagne", month: str = "2020-03") -> list[str]:
    with station.storage.reading() as db:
        return [planned.place for planned in plans.planned_of(db, 1, cso=cso, first_month=month)]


def line(place: str, month: str = "2020-03", cso: str = "tagne") -> Planned:
    return Planned(cso, month, place)


def test_the_newest_import_of_a_month_counts_and_undoing_it_brings_the_one_before_back(
    station: Station,
) -> None:
    first = taken(station, line("V1"), line("V2"), line("V3", "2020-04"))
    second = taken(station, line("V9"))
    assert (counting(station), counting(station, month="2020-04")) == (["V9"], ["V3"])
    for is_undone, key, places in ((True, second, ["V1", "V2"]), (True, first, []), (False, first, ["V1", "V2"]),
                                   (False, second, ["V9"])):  # fmt: skip
        with station.storage.writing() as db:
            plans.set_undone(db, 1, key, is_undone=is_undone, now=NOW)
        assert counting(station) == places


def test_a_cso_sees_the_imports_that_name_it_and_of_them_its_own_lines(station: Station) -> None:
    shared = taken(station, line("V1"), line("V2"), line("V3", cso="apsef"))
    own = taken(station, line("V1"))
    with station.storage.reading() as db:
        mine = plans.imports(db, 1, csos=frozenset(("tagne",)))
        theirs = plans.imports(db, 1, csos=frozenset(("apsef",)))
        assert plans.imports(db, 1, csos=frozenset()) == []
        assert [taken.rows for taken in plans.imports(db, 1)] == [1, 3]
        assert plans.planned_months(db, 1, csos=frozenset(("apsef",))) == [("apsef", "2020-03")]
    assert [(taken.id, taken.rows, taken.is_shared) for taken in mine] == [(own, 1, False), (shared, 2, True)]
    assert [(their.id, their.csos, their.is_shared) for their in theirs] == [(shared, ("apsef",), True)]


def test_whoever_was_faster_is_noticed(station: Station) -> None:
    states = set()
    key = taken(station, line("V1"))
    for step in range(3):
        with station.storage.writing() as db:
            if step:
                plans.set_undone(db, 1, key, is_undone=step == 1, now=NOW)
            states.add(plans.state_of(db, 1))
    taken(station, line("V2"))
    with station.storage.reading() as db:
        states.add(plans.state_of(db, 1))
    assert len(states) >= 3


def test_a_file_waits_for_whoever_sent_it_alone_and_for_a_day(station: Station) -> None:
    with station.storage.writing() as db:
        uploads.add_upload(db, 1, b"a", token="t", file_name="p.csv", by=By(7, NOW))
        assert uploads.find_upload(db, 1, "t", actor_id=7, now=NOW).content == b"a"
        for project_id, token, actor, days in (
            (2, "t", 7, 0),
            (1, "u", 7, 0),
            (1, "t", 8, 0),
            (1, "t", 7, 2),
        ):
            with pytest.raises(PlanUploadUnknown):
                uploads.find_upload(db, project_id, token, actor_id=actor, now=NOW + timedelta(days=days))
        uploads.add_upload(db, 1, b"b", token="u", file_name="p.csv", by=By(7, NOW))
        with pytest.raises(PlanUploadUnknown):
            uploads.find_upload(db, 1, "t", actor_id=7, now=NOW)
