"""Where an organisation works, from a table: read as the plan's are, or refused with line and column."""

import pytest

from forms.base.table import CellsRefused
from forms.places.zone import LAYOUT, Zone, read_zones
from server.base.table_reader import read_rows

FRENCH = "Lieu;Du;Au\nSÉG-1;01/05/2020;31/07/2021\nV2;2020-05-01;\n"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_zones_are_read_as_excel_saves_them_in_french(encoding: str) -> None:
    assert read_zones(read_rows(FRENCH.encode(encoding), "zones.csv", LAYOUT)) == (
        Zone("SÉG-1", "2020-05-01", "2021-07-31"),
        Zone("V2", "2020-05-01"),
    )


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        (";01/05/2020;", "Lieu", "required"),
        ("V3;;", "Du", "required"),
        ("V3;mai;", "Du", "day_unreadable"),
        ("V3;01/05/2020;31/02/2021", "Au", "day_unreadable"),
        ("V3;01/05/2020;30/04/2020", "Au", "ends_before_it_begins"),
    ],
)
def test_a_zone_that_cannot_be_used_is_named_by_line_and_column(line: str, column: str, rule: str) -> None:
    with pytest.raises(CellsRefused) as refusal:
        read_zones(read_rows((FRENCH + line).encode(), "zones.csv", LAYOUT))
    [problem] = refusal.value.facts["problems"]
    assert (problem.row, problem.column, problem.rule) == (4, column, rule)
