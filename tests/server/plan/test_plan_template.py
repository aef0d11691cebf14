"""The template: what is offered in it is what is read, and a plan that is taken away comes back the same."""

import io

import openpyxl
import pytest

from aggregates.plan.column import LAYOUT
from aggregates.plan.planned import Planned
from aggregates.plan.reading import read_plan
from forms.base.table import ColumnsMissing
from forms.places.cso_code import CsoCode
from server.base.table_reader import read_rows
from server.plan.template import plan_csv, plan_workbook
from tests.aggregates.plan.test_plan_sheet import resolver

PLAN = (
    Planned(CsoCode("tagne"), "2020-03", "V1", sessions=4, people=120),
    Planned(
        CsoCode("tagne"),
        "2020-03",
        "V2",
        "2020-03-08",
        "seance",
        "causerie",
        "Awa Demba",
        1,
        100,
        20,
        40,
        10,
        30,
    ),
    Planned(CsoCode("tagne"), "2020-04", "NON", sessions=2),
    Planned(CsoCode("apsef"), "2020-03", "SIB", activity="radio"),
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_plan_that_is_taken_away_and_taken_in_again_is_the_same(language: str, ending: str) -> None:
    write = plan_csv if ending == "csv" else plan_workbook
    told = read_plan(read_rows(write(resolver(), PLAN, language), f"plan.{ending}", LAYOUT), resolver())
    assert told.problems == told.remarks == told.unread == ()
    assert told.planned == PLAN


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_empty_template_has_every_column_and_holds_no_line(language: str) -> None:
    for write in (plan_csv, plan_workbook):
        rows = read_rows(
            write(resolver(), (), language),
            "plan.xlsx" if write is plan_workbook else "plan.csv",
            LAYOUT,
        )
        assert read_plan(rows, resolver()).planned == ()


def test_the_lists_of_the_template_hold_the_places_of_the_own_cso_and_the_activities() -> None:
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(resolver(frozenset(("apsef",))), (), "fr")))
    listed = {sheet.title: [row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book}
    assert listed["Lieux"] == ["Lieux", "SIB · Siby", "V4 · Siby · Siby"]
    assert listed["Activités"] == ["Activités", "causerie · causerie éducative", "radio · émission"]
    assert "Animateurs" not in listed  # APSEF has none: nothing to choose from
    assert len(book["Plan"].data_validations.dataValidation) == 4


def test_what_is_no_plan_has_no_columns() -> None:
    with pytest.raises(ColumnsMissing):
        read_plan(read_rows(b"nom;age\nAwa;12\n", "x.csv", LAYOUT), resolver())
