"""Tables as people take them away."""

import io

from openpyxl import load_workbook

from aggregates.report.table import TallyRow, TallyTable
from server.words.table_file import About, row_objects, text_table, write_table
from tests.station import SCHEME


def table() -> TallyTable:
    """Two villages, one with a name that a spreadsheet would take for a formula."""
    rows = [
        TallyRow(("V1", "F", "18+"), ("=HYPERLINK(1)", "F", "18+"), 1200, 300, 4, 1, 1200),
        TallyRow(("V1", "F", "5-17"), ("=HYPERLINK(1)", "F", "5-17"), 7, 0, 4, 0, 7),
    ]
    subtotals = [
        TallyRow(("V1", "F"), ("=HYPERLINK(1)", "F"), 1207, 300, 4, 1, 1207),
        TallyRow(("V1",), ("=HYPERLINK(1)",), 1207, 300, 4, 1, 1207),
        TallyRow((), (), 1207, 300, 4, 1, 1207),
    ]
    return TallyTable(
        ("village", "sex", "age_band"), rows, subtotals, 1207, 300, "participants", "contacts", "direct", "",
        "provisional", "spotlight", SCHEME, 0,
    )  # fmt: skip


def test_no_text_becomes_a_formula() -> None:
    csv = write_table(table(), "csv", language="fr", about=About()).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in csv
    book = load_workbook(io.BytesIO(write_table(table(), "xlsx", language="fr", about=About())))
    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_csv_opens_in_excel_with_its_accents() -> None:
    content = write_table(table(), "csv", language="fr", about=About())
    assert content.startswith(b"\xef\xbb\xbf")
    assert "Tranche d’âge" in content.decode("utf-8-sig").splitlines()[0]


def test_women_and_girls_are_told_apart_and_the_unit_is_always_named() -> None:
    text = text_table(table(), language="fr", about=About("2020-01", "2020-12"))
    assert "Femmes" in text
    assert "Filles" in text
    assert "participations · touchés directement · provisoire" in text
    assert text.count("Total") == 2  # of the village, and of everything: none of one sex


def test_rows_are_objects_with_codes_and_names() -> None:
    first = row_objects(table())[0]
    assert first["village"] == "V1"
    assert first["village_name"] == "=HYPERLINK(1)"
    assert (first["value"], first["provisional"], first["verified"], first["sheets"]) == (1200, 1200, 300, 4)


def test_a_workbook_is_ready_to_read() -> None:
    book = load_workbook(io.BytesIO(write_table(table(), "xlsx", language="fr", about=About())))
    sheet, about = book.worksheets
    assert sheet.freeze_panes == "A2"
    assert sheet["D2"].number_format == "# ##0"
    assert "participations" in about["A1"].value
