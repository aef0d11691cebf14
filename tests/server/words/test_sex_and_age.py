"""Who is a woman and who a girl is the configuration's to say, in every heading and every order."""

import pytest

from aggregates.report.order import order_of
from aggregates.report.table import TallyRow, TallyTable
from forms.definition.age_scheme import AgeScheme, read_scheme
from server.words.sex_and_age import sex_label
from server.words.table_file import About, text_table

YOUNG = read_scheme("18,0-9,10-17,18-24,25+")
LATE = read_scheme("21,0-20,21+")


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        (YOUNG, {"0-9": "Girls", "10-17": "Girls", "18-24": "Women", "25+": "Women"}),
        (LATE, {"0-20": "Girls", "21+": "Women"}),
        (read_scheme("18,0-14,15-24,25+"), {"0-14": "Girls", "15-24": "Female", "25+": "Women"}),
    ],
)
def test_women_and_girls_are_told_apart_as_the_scheme_says(scheme: AgeScheme, told: dict[str, str]) -> None:
    assert {
        str(band): sex_label({"sex": "F", "age_band": str(band)}, scheme, "en") for band in scheme
    } == told
    assert sex_label({"sex": "F"}, scheme, "en") == "Female"


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        (YOUNG, ["M 18-24", "F 18-24", "M 25+", "F 25+", "M 0-9", "F 0-9", "M 10-17", "F 10-17"]),
        (LATE, ["M 21+", "F 21+", "M 0-20", "F 0-20"]),
    ],
)
def test_adults_stand_before_children(scheme: AgeScheme, told: list[str]) -> None:
    keys = [(sex, str(band)) for band in scheme for sex in "FM"]
    assert [" ".join(key) for key in sorted(keys, key=order_of(("sex", "age_band"), {}, scheme))] == told


def test_a_table_names_its_rows_by_its_own_scheme() -> None:
    rows = [TallyRow(("F", band), ("F", band), 7, 0, 1, 0, 7) for band in ("0-20", "21+")]
    table = TallyTable(
        ("sex", "age_band"), rows, [TallyRow((), (), 14, 0, 1, 0, 14)], 14, 0, "participants", "contacts", "direct",
        "", "provisional", "own", LATE, 0,
    )  # fmt: skip
    lines = text_table(table, language="en", about=About()).splitlines()
    assert [line.split()[:2] for line in lines if line.startswith(("Girls", "Women"))] == [
        ["Girls", "0-20"],
        ["Women", "21+"],
    ]
