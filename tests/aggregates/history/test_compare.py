"""What became of a month since a moment: each sheet is told once, and the differences add up to now less then."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from aggregates.compilation import signatures
from aggregates.history.change import SheetChange, added, groups_of
from aggregates.history.compare import changes_since
from aggregates.history.past_sheets import ChangeSpan
from forms.base.blobs import BlobStore
from forms.base.moment import written
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso
from forms.places.projects import create_project
from sync.counting.cell import Cell
from sync.counting.schemes import scheme_in_use
from sync.intake.submissions import set_deleted
from sync.review.owners import move
from tests.aggregates.compilation.test_signed_series import CSOS, HISTORIES, History
from tests.aggregates.months import APRIL, BEGINNING, MARCH, Months
from tests.station import Station, new_storage, station

__all__ = ["station"]
MAY = datetime(2020, 5, 4, 9, 0, tzinfo=UTC)
TAGNE = CsoCode("TAGNE")


def changes(months: Months, since: datetime, month: str = "2020-03") -> dict[int, SheetChange]:
    """What became of the month since a moment, by sheet."""
    months.night()
    with months.station.storage.reading() as db:
        spans = [ChangeSpan(CsoCode(months.cso), month, written(since))]
        found = changes_since(db, 1, spans)
    return {change.submission_id: change for told in found.values() for change in told}


def since_signed(months: Months, month: str = "2020-03") -> dict[int, SheetChange]:
    """What became of the month since it was validated."""
    months.night()
    with months.station.storage.reading() as db:
        step = signatures.steps_of(db, 1, cso=CsoCode(months.cso), month=month)[-1]
        spans = [ChangeSpan(CsoCode(months.cso), month, step.taken_at, step.id, is_signed=True)]
        found = changes_since(db, 1, spans)
    return {change.submission_id: change for told in found.values() for change in told}


def test_each_sheet_is_told_by_what_became_of_it(station: Station) -> None:
    months = Months(station)
    with station.storage.writing() as db:
        create_cso(db, "APDF", "Apdf", projects=[1], now=BEGINNING)
    names = ("quiet", "corrected", "approved", "rejected", "deleted", "moved", "later")
    sheets = {name: months.send(h=3, owner="tagne") for name in names}
    months.night()
    months.send(h=5, edits="uuid:2", at=APRIL)
    months.review(sheets["approved"], "approved", at=APRIL)
    months.review(sheets["rejected"], "rejected", at=APRIL)
    with station.storage.writing() as db:
        set_deleted(db, [sheets["deleted"]], is_deleted=True, now=APRIL, actor_id=None)
        move(db, sheets["moved"], CsoCode("APDF"), reason="x", now=APRIL, actor_id=None)
    months.send(h=3, edits="uuid:7", jour="2020-02-08", at=APRIL)
    late = months.send(h=12, at=APRIL)
    told = {key: change.kind for key, change in changes(months, MARCH).items()}
    assert told == {
        sheets["corrected"]: "corrected",
        sheets["approved"]: "approved",
        sheets["rejected"]: "rejected",
        sheets["deleted"]: "deleted",
        sheets["moved"]: "moved_out",
        sheets["later"]: "month_left",
        late: "arrived",
    }
    assert {key: change.kind for key, change in changes(months, MARCH, "2020-02").items()} == {
        sheets["later"]: "month_entered"
    }
    months.cso = "APDF"
    assert [change.kind for change in changes(months, MARCH).values()] == ["moved_in"]


def test_what_a_kind_brings_is_told_in_people_and_sessions_under_both_statuses(station: Station) -> None:
    months = Months(station)
    first = months.send(h=3)
    for step in ("submit", "validate"):
        months.take(step, at=APRIL)
    assert since_signed(months) == {}
    months.send(h=2, f=4, at=MAY)
    months.send(fi=1, at=MAY)
    months.review(first, "approved", at=MAY)
    found = since_signed(months)
    with station.storage.reading() as db:
        groups = groups_of(found.values(), scheme_in_use(db))
    late, approved = groups
    assert (late.kind, len(late.sheets), approved.kind) == ("late", 2, "approved")
    assert late.brings["participants"][0] == {"h": 2, "f": 4, "fi": 1, "total": 7, "tenues": 2}
    assert late.brings["participants"][1] == {}
    assert approved.brings["participants"] == ({}, {"h": 3, "total": 3, "tenues": 1})


def test_what_was_undone_meanwhile_is_no_change(station: Station) -> None:
    months = Months(station)
    sheet = months.send(h=3)
    months.review(sheet, "rejected", at=APRIL)
    months.review(sheet, None, at=MAY)
    assert changes(months, MARCH) == {}


def test_a_sheet_that_was_rejected_when_the_month_was_signed_comes_back(station: Station) -> None:
    months = Months(station)
    sheet = months.send(h=3)
    months.review(sheet, "rejected")
    for step in ("submit", "validate"):
        months.take(step, at=APRIL)
    months.review(sheet, "approved", at=MAY)
    assert [change.kind for change in since_signed(months).values()] == ["taken_back"]


def counted(facts: Mapping[Cell, tuple[int, int]]) -> Counter[tuple[Cell, int]]:
    """Numbers by cell and status."""
    return Counter({(cell, status): n for cell, both in facts.items() for status, n in enumerate(both) if n})


def state_of(months: Months, cso: str, month: str) -> Counter[tuple[Cell, int]]:
    """All that a month of a CSO counts now."""
    months.cso = cso
    total: Counter[tuple[Cell, int]] = Counter()
    for facts in months.month(month).facts.values():
        total.update(counted(facts))
    return total


@settings(max_examples=25)
@given(before=HISTORIES, after=HISTORIES)
def test_the_differences_add_up_to_now_less_then(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[int, tuple[str, Any, Any]]],
    after: list[tuple[int, tuple[str, Any, Any]]],
) -> None:
    folder = tmp_path_factory.mktemp("station")
    storage = new_storage(folder / "fiche.db")
    with storage.writing() as db:
        station = Station(storage, BlobStore(folder / "blobs"), create_project(db, "P", now=BEGINNING))
    months = Months(station)
    with storage.writing() as db:
        create_cso(db, "APDF", "Apdf", projects=[1], now=BEGINNING)
    played = History(months)

    def play(history: list[tuple[int, tuple[str, Any, Any]]]) -> None:
        for days, (what, of, how) in history:
            played.now += timedelta(days=days, minutes=1)
            played.happen(what, of, how)

    play(before)
    moment = played.now
    keys = [(cso, month) for cso in CSOS for month in ("2020-01", "2020-02")]
    then = {key: state_of(months, *key) for key in keys}
    play(after)
    now = {key: state_of(months, *key) for key in keys}
    with storage.reading() as db:
        found = changes_since(
            db, 1, [ChangeSpan(CsoCode(cso), month, written(moment)) for cso, month in keys]
        )
    for key in keys:
        told = Counter(then[key])
        for cell, n in counted(added(found.get((CsoCode(key[0]), key[1]), ()))).items():
            told[cell] += n
        assert Counter({cell: n for cell, n in told.items() if n}) == now[key]
    storage.close()
