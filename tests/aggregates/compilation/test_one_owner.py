"""A sheet counts for the CSO that owns it, in tallies, compilation sheets and lists alike, whatever it answers."""

import pytest

from aggregates.compilation import contributions
from aggregates.compilation.compilation import TOTAL
from aggregates.compilation.snapshot import CompiledMonth
from aggregates.flags import flags
from aggregates.quality.examine import Basis, examine
from aggregates.quality.threshold import Thresholds
from aggregates.report.report import tally_table
from aggregates.tallies.query import TallyQuery
from forms.places.csos import create_cso
from sync.counting import schemes
from tests.aggregates.months import BEGINNING, MARCH, Months
from tests.station import Station, station

__all__ = ["station"]


@pytest.fixture
def months(station: Station) -> Months:
    """Two CSOs without sheets; months are compiled for the first until `cso` says otherwise."""
    months = Months(station)
    with station.storage.writing() as db:
        create_cso(db, "APSEF", "Apsef", projects=[1], now=BEGINNING)
    return months


def people_of(month: CompiledMonth) -> object:
    """The total of a compilation sheet."""
    block = month.compilation("provisional").block("sessions")
    if block is None:
        return 0
    [row] = block.of_kind(TOTAL)
    return block.value(row, "total")


def compiled(months: Months) -> dict[str, object]:
    """The totals of March by CSO, as the compilation sheets have them."""
    totals = {}
    for months.cso in ("APSEF", "TAGNE"):
        totals[months.cso.lower()] = people_of(months.month())
    return totals


def tallied(months: Months) -> dict[str, int]:
    """The same by the tallies."""
    with months.station.storage.reading() as db:
        scheme = schemes.scheme_in_use(db)
        return {
            cso: tally_table(db, TallyQuery(filters={"cso": (cso,)}), {"own": scheme}).total
            for cso in ("apsef", "tagne")
        }


def listed(months: Months) -> dict[str, int]:
    """How many sheets of March each CSO has in its list."""
    with months.station.storage.reading() as db:
        found = contributions.months_with_sheets(db, 1, csos=None)
    return {cso: sheets for (cso, _), (sheets, _) in found.items()}


def flagged(months: Months, submission_id: int) -> list[str]:
    """What is found in a sheet once it is examined."""
    storage = months.station.storage
    examine(storage.writing, storage.reading, now=MARCH, basis=Basis(Thresholds(), months.station.blobs))
    with storage.reading() as db:
        return [flag.rule for flag in flags.of_submissions(db, [submission_id]).get(submission_id, ())]


def test_one_slip_in_the_list_of_organisations_writes_into_no_other_ones_numbers(months: Months) -> None:
    right = months.send(owner="tagne", h=35)
    months.send(owner="TAGNE ", cso="TAGNE", h=36)
    slip = months.send(owner="tagne", cso="apsef", f=100)
    months.send(owner="apsef", cso="apsef", h=35)
    assert compiled(months) == {"apsef": 35, "tagne": 171} == tallied(months)
    assert listed(months) == {"apsef": 1, "tagne": 3}
    assert "cso_unlike_phone" in flagged(months, slip)
    assert "cso_unlike_phone" not in flagged(months, right)


def test_what_a_phone_of_no_organisation_sends_is_the_answered_ones(months: Months) -> None:
    sheet = months.send(owner="", cso=" Apsef", h=4)
    assert compiled(months) == {"apsef": 4, "tagne": 0} == tallied(months)
    assert "cso_unlike_phone" not in flagged(months, sheet)
