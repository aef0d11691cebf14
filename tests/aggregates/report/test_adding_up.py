"""What does not add up over time is never shown as a sum: not in a table, a file, on the terminal or for programs."""

import pytest

from aggregates.report.pivot import pivot
from aggregates.report.report import tally_table
from aggregates.tallies.query import TallyQuery
from forms.definition.measure import ALL
from server.words.table_file import About, row_objects, text_table, write_table
from sync.counting import schemes
from tests.aggregates.months import SEANCE, Months
from tests.station import Station, station

__all__ = ["station"]
WOMEN = "| | integer | f | Femmes | | | participants | F | 18+ |"


@pytest.fixture
def months(station: Station) -> Months:
    """21 women who came first in December, the same in January; and members of two months."""
    months = Months(station)
    members = WOMEN.replace("participants", "members").replace("| f |", "| membres |")
    form = SEANCE.replace(WOMEN, f"{members} | | | | | |\n{WOMEN}")
    station.publish(form.replace("| | seance  | 1  ", "| | seance  | 2  "))
    months.version = "2"
    for day in ("2019-12-15", "2020-01-15", "2020-02-15"):
        months.send(jour=day, f=30, nv_f=21, membres=24)
    months.night()
    return months


def ask(months: Months, **query: object):  # type: ignore[no-untyped-def]
    """A table of the programme's own scheme."""
    with months.station.storage.reading() as db:
        return tally_table(db, TallyQuery(**query), {"own": schemes.scheme_in_use(db)})  # type: ignore[arg-type]


def test_first_timers_of_two_years_have_no_total(months: Months) -> None:
    table = ask(months, unit="first_time", by=("year",))
    assert [(row.keys, row.value, row.adds) for row in table.rows] == [
        (("2019",), 21, True),
        (("2020",), 42, True),
    ]
    assert not table.subtotals[-1].adds
    assert not ask(months, unit="first_time").subtotals[-1].adds
    assert [row.adds for row in ask(months, unit="first_time", by=("cso",)).rows] == [False]
    within = ask(months, unit="first_time", first_month="2020-01")
    assert (within.total, within.subtotals[-1].adds) == (42, True)
    everybody = ask(months)
    assert (everybody.total, everybody.subtotals[-1].adds) == (90, True)


def test_a_state_has_no_total_over_months(months: Months) -> None:
    assert ALL["members"].is_state
    table = ask(months, measure="members", by=("cso", "month"))
    assert [(row.value, row.adds) for row in table.rows] == [(24, True)] * 3
    assert [row.adds for row in table.subtotals] == [False, False]
    assert ask(months, measure="members", first_month="2020-01", last_month="2020-01").total == 24


def test_columns_and_lines_of_a_layout_add_up_or_say_so(months: Months) -> None:
    table = ask(months, unit="first_time", by=("cso", "year"))
    laid = pivot(table, 1, table.bands)
    assert [(column.keys, column.total.adds) for column in laid.columns] == [
        (("2019",), True),
        (("2020",), True),
    ]
    assert [line.total.adds for line in laid.lines] == [False]
    assert not laid.grand.total.adds
    turned = pivot(ask(months, unit="first_time", by=("year", "cso")), 1, table.bands)
    assert [column.total.adds for column in turned.columns] == [False]
    assert [line.total.adds for line in turned.lines] == [True, True]


def test_every_way_out_says_that_it_does_not_add_up(months: Months) -> None:
    table = ask(months, unit="first_time", by=("cso",))
    (row,) = row_objects(table)
    assert (row["value"], row["provisional"], row["verified"], row["adds_up"]) == (None, None, None, False)
    assert "adds_up" not in row_objects(ask(months, by=("cso",)))[0]
    text = text_table(table, language="fr", about=About())
    assert "ne s’additionne pas" in text and "63" not in text and "même année" in text
    assert "ne s’additionne pas" in write_table(table, "csv", language="fr", about=About()).decode(
        "utf-8-sig"
    )
    told = text_table(ask(months, measure="members"), language="en", about=About())
    assert "does not add up" in told and "72" not in told
