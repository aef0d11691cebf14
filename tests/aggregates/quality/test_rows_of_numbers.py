"""V19: the same numbers, or round ones, one session after the other by one animator."""

from pathlib import Path

import pytest

from tests.aggregates.sheets import CELLS, SESSION, Office, session


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path, SESSION)
    office.place(("T-NON1", "Nonkon", "KOU KOU-KOL KOU-KOL-NON T-NON1"))
    return office


def test_an_animator_with_the_same_numbers_day_after_day_is_noticed(office: Office) -> None:
    days = ["2020-03-01", "2020-03-05", "2020-03-09"]
    sheets = [
        office.send("seance", session(date_seance=day, **dict.fromkeys(CELLS, 10)), animator=7)
        for day in days
    ]
    office.examine()
    assert ["repeated_cells" in office.flags(sheet) for sheet in sheets] == [False, False, True]
    office.edit(sheets[1], "seance", session(date_seance=days[1], **dict.fromkeys(CELLS, 11)))
    office.examine()
    assert "repeated_cells" not in office.flags(sheets[2])


def test_a_visit_between_two_sessions_breaks_no_row_of_sessions(office: Office) -> None:
    same = dict.fromkeys(CELLS, 10)
    sheets = []
    for day in ("2020-03-01", "2020-03-05", "2020-03-09"):
        sheets.append(office.send("seance", session(date_seance=day, **same), animator=7))
        visit = session(date_seance=day, n_femmes=1, type_activite="visite_domicile")
        office.send("seance", visit, animator=7)
    office.examine()
    assert "repeated_cells" in office.flags(sheets[2])
    office.edit(sheets[0], "seance", session(date_seance="2020-03-01", **same | {CELLS[0]: 11}))
    office.examine()
    assert "repeated_cells" not in office.flags(sheets[2]), "it is looked at again over two visits"
