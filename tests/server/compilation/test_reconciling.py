"""Every night the sheets of months that changed are held against the tallies: what differs is told, and told again."""

import pytest

from aggregates.compilation.sign import Wish, sign
from aggregates.compilation.signatures import Signer
from aggregates.compilation.workflow import CompilationChanged, SheetsUndecided, SumsDiffer
from forms.places.cso_code import CsoCode
from server.compilation.reconciling import check_sums
from sync.review.owners import move
from tests.aggregates.months import APRIL, FORMATION, MARCH, SEANCE, Months
from tests.station import Station, station

__all__ = ["station"]


def second_version(old: str, new: str) -> str:
    """The form of sessions as version 2, with something else in it."""
    assert old in SEANCE
    return SEANCE.replace(old, new).replace("| | seance  | 1  ", "| | seance  | 2  ")


WOMEN = "| | integer | f | Femmes | | | participants | F | 18+ |"
NOTHING_COUNTED = """
| survey |
| | type | name | label |
| | text | osc  | OSC   |
| settings |
| | form_id | version |
| | seance  | 3       |
"""


@pytest.fixture
def months(station: Station) -> Months:
    """A CSO without sheets."""
    return Months(station)


def look(months: Months) -> int:
    """The nightly look; gives how many months were looked at."""
    months.night()
    return check_sums(months.station.storage.reading, months.station.storage.writing)


def test_only_months_that_changed_are_looked_at(months: Months) -> None:
    months.send(h=1)
    months.send(h=2, jour="2020-04-02")
    assert look(months) == 2
    assert look(months) == 0
    months.send(h=3)
    assert look(months) == 1


def test_a_number_that_the_tallies_do_not_say_is_told_until_it_is_mended(months: Months) -> None:
    months.send(h=3, f=2)
    months.night()
    with months.station.storage.writing() as db:
        db.execute("UPDATE tally SET received = received + 1 WHERE received = 3")
    for _ in range(2):
        with pytest.raises(SumsDiffer) as told:
            look(months)
        assert any("TAGNE 2020-03" in text and "3 ≠ 4" in text for text in told.value.facts["differences"])
    with pytest.raises(SumsDiffer):
        months.take("submit")
    with months.station.storage.writing() as db:
        db.execute("UPDATE tally SET received = received - 1 WHERE received = 4")
    assert look(months) == 1


def test_a_sheet_that_was_given_away_since_the_roll_up_waits_and_is_no_error(months: Months) -> None:
    sheet = months.send(h=7, owner="tagne")
    compiled = months.month()
    with months.station.storage.writing() as db:
        move(db, sheet, CsoCode("apdf"), reason="x", now=APRIL, actor_id=None)
    wish = Wish("submit", 0, "", accepts_undecided=True)
    with months.station.storage.reading() as db, pytest.raises(CompilationChanged):
        sign(
            db, 1, month=compiled_again(months), wish=wish, signer=Signer(1, "Awa", "coordinator"), now=APRIL
        )
    assert compiled.header.received == 1
    assert (
        check_sums(months.station.storage.reading, months.station.storage.writing) == 1
    )  # and it is not passed over
    assert look(months) == 0


def compiled_again(months: Months):  # type: ignore[no-untyped-def]
    """The month without a roll-up before."""
    night, months.night = months.night, lambda: None  # type: ignore[method-assign]
    try:
        return months.month()
    finally:
        months.night = night  # type: ignore[method-assign]


def test_a_new_version_that_counts_something_else_leaves_the_old_sheets_in_their_block(
    months: Months,
) -> None:
    months.send(f=5)
    months.station.publish(second_version(WOMEN, WOMEN.replace("participants", "trainees")))
    assert total(months, "sessions", "f") == 5
    assert look(months) == 1
    months.station.publish(NOTHING_COUNTED)
    assert (total(months, "sessions", "f"), total(months, "sessions", "recues")) == (5, 1)


def test_a_form_of_two_measures_stands_in_both_blocks(months: Months) -> None:
    months.station.publish(FORMATION)
    trained = "| | integer | appris | Formées | | | trainees | F | 18+ | | | | | | |"
    months.station.publish(second_version(WOMEN, f"{trained}\n{WOMEN}"))
    months.version = "2"
    months.send(f=2, appris=9)
    assert (total(months, "sessions", "f"), total(months, "sessions", "tenues")) == (2, 1)
    assert (total(months, "trainings", "f"), total(months, "trainings", "recues")) == (9, 1)
    assert look(months) == 1


def test_members_have_a_block_of_their_own(months: Months) -> None:
    months.station.publish(second_version(WOMEN, WOMEN.replace("participants", "members")))
    months.version = "2"
    months.send(f=4)
    assert (total(months, "members", "f"), total(months, "members", "total")) == (4, 4)
    assert total(months, "sessions", "tenues") == 1
    assert look(months) == 1


def test_who_signs_while_sheets_wait_must_say_so(months: Months) -> None:
    months.send(h=1)
    compiled = months.month()
    with pytest.raises(SheetsUndecided), months.station.storage.writing() as db:
        sign(
            db, 1, month=compiled, wish=Wish("submit", 0, ""), signer=Signer(1, "A", "coordinator"), now=MARCH
        )


def total(months: Months, block: str, column: str) -> object:
    """The total of a column of a block, provisionally."""
    found = months.month().provisional.block(block)
    assert found, block
    return found.value(found.of_kind("total")[0], column)
