"""Signing a month: its steps, what they freeze, and what becomes of sheets that come or change afterwards."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from aggregates.compilation import signatures
from aggregates.compilation.balance import differences
from aggregates.compilation.compilation import LINE, Block, Compilation
from aggregates.compilation.sign import Wish, sign
from aggregates.compilation.signatures import Signer
from aggregates.compilation.snapshot import CompiledMonth, frozen, thawed
from aggregates.compilation.workflow import (
    CompilationChanged,
    CompilationOvertaken,
    ReasonMissing,
    SheetsOnHold,
    StepNotAllowed,
    SumsDiffer,
    state_of,
)
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso
from sync import changes
from sync.review.owners import move
from tests.aggregates.months import APRIL, MARCH, Months
from tests.station import Station, station

__all__ = ["station"]
MAY = datetime(2020, 5, 10, tzinfo=UTC)


@pytest.fixture
def months(station: Station) -> Months:
    """A CSO without sheets."""
    return Months(station)


def snapshot(months: Months, month: str = "2020-03") -> CompiledMonth:
    """What was frozen with the last step of a month."""
    with months.station.storage.reading() as db:
        step = signatures.steps_of(db, 1, cso="tagne", month=month)[-1]
        return thawed(signatures.contents_of(db, step.id))


def people(compilation: Compilation) -> object:
    """The total of participations."""
    block = compilation.block("sessions")
    assert block
    return block.value(block.of_kind("total")[0], "total")


def adjusted(months: Months, month: str, status: str = "provisional") -> list[tuple[object, ...]]:
    """The rows of the adjustments in a month: month, measure, sheets, and the differences by column."""
    return rows_of(months.month(month).compilation(status).block("adjustments"))


def rows_of(block: Block | None) -> list[tuple[object, ...]]:
    """The same of a block; columns without a difference left out."""
    return [
        (
            *row.cells[:3],
            {column.key: n for column, n in zip(block.columns[3:], row.cells[3:], strict=True) if n},
        )
        for row in (block.of_kind(LINE) if block else ())
    ]


def close(months: Months, month: str = "2020-03", *, at: datetime = APRIL) -> None:
    """Submit and validate."""
    months.take("submit", month, at=at)
    assert months.take("validate", month, at=at) == "validated"


def test_a_month_goes_from_draft_to_submitted_to_validated_and_back(months: Months) -> None:
    months.send(h=1)
    assert [months.take(deed) for deed in ("submit", "take_back", "submit", "validate")] == [
        "submitted", "draft", "submitted", "validated",
    ]  # fmt: skip
    assert months.take("reopen", remark="Une fiche manque") == "draft"
    with months.station.storage.reading() as db:
        steps = signatures.steps_of(db, 1, cso="tagne", month="2020-03")
        lines = db.execute("SELECT action, notes FROM audit WHERE action LIKE 'compilation.%'").fetchall()
    assert state_of(steps) == "draft"
    assert [step.number for step in steps] == [1, 2, 3, 4, 5]
    assert lines[0] == ("compilation.submit", None)
    assert lines[-1] == ("compilation.reopen", "Une fiche manque")
    assert len(lines) == 5


def test_a_step_that_does_not_follow_is_refused(months: Months) -> None:
    for action in ("validate", "take_back", "reopen"):
        with pytest.raises(StepNotAllowed):
            months.take(action, remark="x")
    months.take("submit")
    with pytest.raises(StepNotAllowed):
        months.take("submit")
    with pytest.raises(ReasonMissing):
        months.take("reopen")


def test_of_two_who_sign_at_once_the_second_is_told(months: Months) -> None:
    months.send(h=1)
    compiled = months.month()
    wish = Wish("submit", 0, compiled.seen, accepts_undecided=True)
    with months.station.storage.writing() as db:
        sign(db, 1, month=compiled, wish=wish, signer=Signer(1, "Awa", "coordinator"), now=APRIL)
    with pytest.raises(CompilationOvertaken), months.station.storage.writing() as db:
        sign(db, 1, month=compiled, wish=wish, signer=Signer(2, "Ali", "coordinator"), now=APRIL)


def test_nobody_signs_other_numbers_than_those_they_saw(months: Months) -> None:
    months.send(h=1)
    seen = months.month().seen
    assert months.month().seen == seen
    months.send(h=1, village="NON2")
    changed = months.month()
    with pytest.raises(CompilationChanged), months.station.storage.writing() as db:
        sign(
            db, 1, month=changed, wish=Wish("submit", 0, seen),
            signer=Signer(1, "Awa", "coordinator"), now=APRIL,
        )  # fmt: skip


def test_held_sheets_and_sums_that_do_not_close_stop_a_signature(months: Months) -> None:
    kept = months.send(h=1)
    months.night()
    with months.station.storage.writing() as db:
        db.execute("INSERT OR REPLACE INTO finding VALUES (?, 'no_participants', '', '{}')", [kept])
        changes.append(db, kept, "flag", MARCH)
    with pytest.raises(SheetsOnHold):
        months.take("submit")
    compiled = months.month()
    header = replace(compiled.header, on_hold=0)
    broken = replace(compiled, header=header, make=lambda status: wrong(compiled.compilation(status)))
    with pytest.raises(SumsDiffer) as refused, months.station.storage.writing() as db:
        sign(
            db, 1, month=broken, wish=Wish("submit", 0, ""),
            signer=Signer(1, "Awa", "coordinator"), now=APRIL,
        )  # fmt: skip
    assert any("sessions" in fact for fact in refused.value.facts["differences"])


def wrong(compilation: Compilation) -> Compilation:
    """The sheet with one number too many."""
    block = compilation.block("sessions")
    assert block
    row = block.rows[0]
    position = block.position("h")
    cells = (*row.cells[:position], 1 + int(row.cells[position] or 0), *row.cells[position + 1 :])
    broken = Block(block.key, block.columns, (replace(row, cells=cells), *block.rows[1:]))
    return replace(
        compilation, blocks=tuple(broken if kept is block else kept for kept in compilation.blocks)
    )


def test_every_kind_of_wrong_sum_is_found(months: Months) -> None:
    months.send(h=3, f=2)
    found = {difference.column for difference in differences(wrong(months.month().provisional))}
    assert found == {"h", "total"}


def test_what_was_signed_is_read_back_as_it_was(months: Months) -> None:
    months.review(months.send(h=3, f=2, nv_f=1), "approved")
    months.send(village="GUI1", fi=7)
    compiled = months.month()
    text, digest = frozen(compiled)
    assert frozen(thawed(text)) == (text, digest)
    again = thawed(text)
    assert again.provisional == compiled.provisional
    assert again.verified == compiled.verified
    assert again.seen == compiled.seen
    assert again.behind("sessions", {"commune": "GUI"}, "fi", "provisional") == {2: 7}
    assert json.loads(text)["provisional"]["header"]["cso"] == "TAGNE"


def test_a_late_sheet_leaves_the_snapshot_alone_and_stands_in_the_month_of_its_arrival(
    months: Months,
) -> None:
    months.send(h=3)
    close(months)
    late = months.send(f=5, fi=2, at=MAY)
    assert people(snapshot(months).provisional) == 3
    assert adjusted(months, "2020-05") == [
        ("2020-03", "participants", 1, {"tenues": 1, "f": 5, "fi": 2, "total": 7})
    ]
    assert adjusted(months, "2020-04") == []
    assert months.month("2020-05").behind("adjustments", {"month": "2020-03"}, "total", "provisional") == {
        late: 7
    }
    assert months.month("2020-05").adjustments[0].kind == "late"


def test_a_sheet_arrives_in_the_month_that_it_is_where_fiche_works(months: Months) -> None:
    months.zone = ZoneInfo("Asia/Kolkata")
    months.send(h=3)
    close(months)
    months.send(f=5, at=datetime(2020, 5, 31, 19, 0, tzinfo=UTC))  # half an hour into June there
    assert adjusted(months, "2020-05") == []
    assert adjusted(months, "2020-06") == [("2020-03", "participants", 1, {"tenues": 1, "f": 5, "total": 5})]


def test_a_late_rejection_counts_down(months: Months) -> None:
    gone = months.send(h=3, g=1)
    months.send(f=2)
    close(months)
    months.review(gone, "rejected", at=MAY)
    assert people(snapshot(months).provisional) == 6
    assert adjusted(months, "2020-05") == [
        ("2020-03", "participants", 1, {"tenues": -1, "h": -3, "g": -1, "total": -4})
    ]
    assert months.month("2020-05").adjustments[0].kind == "gone"


def test_a_late_correction_counts_its_difference(months: Months) -> None:
    months.send(h=30, f=10)
    close(months)
    months.send(h=3, f=12, edits="uuid:1", at=MAY)
    assert adjusted(months, "2020-05") == [("2020-03", "participants", 1, {"h": -27, "f": 2, "total": -25})]
    assert months.month("2020-05").adjustments[0].kind == "changed"


def test_a_correction_to_another_month_counts_down_in_the_closed_one(months: Months) -> None:
    months.send(h=30)
    close(months)
    months.send(h=30, jour="2020-04-08", edits="uuid:1", at=MAY)
    assert adjusted(months, "2020-05") == [
        ("2020-03", "participants", 1, {"tenues": -1, "h": -30, "total": -30})
    ]
    assert people(months.month("2020-04").provisional) == 30


def test_an_approval_after_the_closing_counts_among_the_verified_numbers(months: Months) -> None:
    months.review(months.send(h=35), "approved")
    undecided = [months.send(h=1), months.send(h=5)]
    close(months)
    assert [people(snapshot(months).compilation(status)) for status in ("verified", "provisional")] == [
        35,
        41,
    ]
    months.review(undecided[1], "approved", at=MAY)
    months.review(months.send(f=35, at=MAY), "approved", at=MAY)
    assert adjusted(months, "2020-05") == [
        ("2020-03", "participants", 1, {"tenues": 1, "f": 35, "total": 35})
    ]
    assert adjusted(months, "2020-05", "verified") == [
        ("2020-03", "participants", 2, {"tenues": 2, "h": 5, "f": 35, "total": 40})
    ]
    may = months.month("2020-05")
    assert [adjustment.kind for adjustment in may.adjustments] == ["decided", "late"]
    assert may.behind("adjustments", {}, "total", "verified") == {undecided[1]: 5, 4: 35}
    close(months, "2020-05", at=datetime(2020, 6, 2, tzinfo=UTC))
    assert adjusted(months, "2020-06", "verified") == []


def test_an_adjustment_tells_everything_that_its_sheet_counts(months: Months) -> None:
    months.send(h=1)
    close(months)
    months.send(f=20, nv_f=4, handicap=2, indirect=100, mariages=2, at=MAY)
    months.send(village="NON2", media=5000, orientations=1, at=MAY)
    months.send(statut="reportee", seance=None, at=MAY)
    assert adjusted(months, "2020-05") == [
        ("2020-03", "participants", 3, {
            "tenues": 2, "reportees": 1, "f": 20, "total": 20, "nv_f": 4, "nv_total": 4, "dont_handicap": 2,
            "indirect": 100, "media": 5000, "orientations": 1,
        }),
        ("2020-03", "changes", 1, {"mariages": 2}),
    ]  # fmt: skip


def test_what_moves_to_another_organisation_leaves_one_and_enters_the_other(months: Months) -> None:
    with months.station.storage.writing() as db:
        create_cso(db, "APDF", "Apdf", projects=[1], now=MARCH)
    sheet = months.send(h=7, owner="tagne")
    close(months)
    with months.station.storage.writing() as db:
        assert move(db, sheet, CsoCode("apdf"), reason="Mauvais téléphone", now=MAY, actor_id=None) == "tagne"
    assert adjusted(months, "2020-05") == [
        ("2020-03", "participants", 1, {"tenues": -1, "h": -7, "total": -7})
    ]
    months.cso = "APDF"
    assert people(months.month().provisional) == 7
    assert adjusted(months, "2020-05") == []


def test_adjustments_are_signed_once_and_cumulate_to_what_is_true_now(months: Months) -> None:
    months.send(h=10)
    close(months)
    months.send(h=4, at=MAY)
    close(months, "2020-05", at=datetime(2020, 6, 2, tzinfo=UTC))
    assert adjusted(months, "2020-05") == []  # the month is closed: its snapshot has them
    months.send(h=1, at=datetime(2020, 6, 5, tzinfo=UTC))
    months.send(h=12, edits="uuid:1", at=datetime(2020, 6, 6, tzinfo=UTC))
    assert adjusted(months, "2020-06") == [("2020-03", "participants", 2, {"tenues": 1, "h": 3, "total": 3})]
    signed = snapshot(months, "2020-05").provisional.block("adjustments")
    assert signed
    published = 10 + sum(int(row.cells[-1] or 0) for row in signed.of_kind(LINE))
    assert published + 3 == people(months.month("2020-03").provisional) == 12 + 4 + 1


def test_what_arrives_in_a_month_that_is_closed_itself_goes_to_the_next_open_one(months: Months) -> None:
    months.send(h=10)
    close(months, at=datetime(2020, 4, 2, tzinfo=UTC))
    close(months, "2020-04", at=datetime(2020, 4, 10, tzinfo=UTC))
    months.send(h=4, at=datetime(2020, 4, 15, tzinfo=UTC))
    assert adjusted(months, "2020-05") == [("2020-03", "participants", 1, {"tenues": 1, "h": 4, "total": 4})]


def test_a_sheet_that_changes_twice_is_adjusted_in_the_later_month_alone(months: Months) -> None:
    months.send(h=10)
    close(months)
    sheet = months.send(h=4, at=datetime(2020, 5, 2, tzinfo=UTC))
    months.review(sheet, "rejected", at=datetime(2020, 6, 2, tzinfo=UTC))
    months.review(sheet, None, at=datetime(2020, 6, 3, tzinfo=UTC))
    assert adjusted(months, "2020-05") == []
    assert adjusted(months, "2020-06") == [("2020-03", "participants", 1, {"tenues": 1, "h": 4, "total": 4})]


def test_a_month_that_is_reopened_takes_its_late_sheets_in_and_nothing_is_counted_twice(
    months: Months,
) -> None:
    months.send(h=10)
    close(months)
    months.send(h=4, at=MAY)
    close(months, "2020-05", at=datetime(2020, 6, 2, tzinfo=UTC))
    months.take("reopen", remark="Une fiche est arrivée", at=datetime(2020, 6, 3, tzinfo=UTC))
    assert adjusted(months, "2020-06") == []
    close(months, at=datetime(2020, 6, 4, tzinfo=UTC))
    assert people(snapshot(months).provisional) == 14
    taken_back = ("2020-03", "participants", 1, {"tenues": -1, "h": -4, "total": -4})
    assert adjusted(months, "2020-06") == [taken_back]  # May's paper still says that they are to be added
    months.send(h=1, at=datetime(2020, 6, 20, tzinfo=UTC))
    assert adjusted(months, "2020-06") == [("2020-03", "participants", 2, {"h": -3, "total": -3})]
