"""A table's file, as Excel and others write it and as nobody should: rows, or a refusal that says what to do."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from aggregates.plan.column import LAYOUT
from forms.base.refusal import Refusal
from forms.base.table import Rows
from server.base import table_reader
from server.base.table_reader import TableEmpty, TableTooLarge, TableTooLong, TableUnreadable
from server.web.problem import sentence

TABLE = "OSC;Lieu;Mois;Séances\nTAGNE;Éléna;mars 2020;4\n"
ROWS = [(1, ["OSC", "Lieu", "Mois", "Séances"]), (2, ["TAGNE", "Éléna", "mars 2020", "4"])]


def read_rows(content: bytes, name: str) -> Rows:
    """With the headings of a plan."""
    return table_reader.read_rows(content, name, LAYOUT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_in_every_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    content = TABLE.replace(";", separator).replace("\n", "\r\n").encode(encoding)
    assert read_rows(content, "plan.csv") == ROWS


def test_empty_lines_are_passed_over_and_numbers_stay_those_of_the_file() -> None:
    rows = read_rows(b"lieu;mois\n;\n\nV1;2020-03\n", "plan.csv")
    assert [number for number, _ in rows] == [1, 4]


def workbook(*rows: tuple[object, ...], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_dates_of_a_workbook_are_days_or_months_as_they_are_shown() -> None:
    content = workbook(
        ("lieu", "mois", "date", "séances"),
        ("V1", datetime(2020, 3, 1), date(2020, 3, 8), 4.0),
        ("V1", datetime(2020, 3, 1), datetime(2020, 3, 8), None),
        formats={"B2": "mmm\\-yy", "C2": "dd/mm/yyyy", "B3": "[$-40C]mmmm yyyy", "C3": "yyyy-mm-dd"},
    )
    assert [cells for _, cells in read_rows(content, "plan.xlsx")][1:] == [
        ["V1", "2020-03", "2020-03-08", "4"],
        ["V1", "2020-03", "2020-03-08"],
    ]


def test_the_sheet_with_the_headings_is_read_whichever_it_is() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Notes").write(0, 0, "Rien ici")
        plan = book.add_worksheet("Plan")
        plan.write_row(0, 0, ["Lieu", "Mois"])
        plan.write_row(1, 0, ["V1", "2020-03"])
        plan.write_formula(2, 0, "=A2", None, "V1")
    assert read_rows(file.getvalue(), "plan.xlsx") == [
        (1, ["Lieu", "Mois"]),
        (2, ["V1", "2020-03"]),
        (3, ["V1"]),
    ]


def refused(content: bytes, name: str = "plan.xlsx") -> type[Refusal]:
    with pytest.raises(Refusal) as refusal:
        read_rows(content, name)
    for language in ("fr", "en"):
        assert sentence(refusal.value, language)
    return refusal.type


def test_what_is_no_table_is_refused_in_words() -> None:
    assert refused(b"", "plan.csv") is TableEmpty
    assert refused(b";;\n;;\n", "plan.csv") is TableEmpty
    assert refused(b"%PDF-1.4", "plan.pdf") is TableUnreadable
    assert refused(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "plan.xls") is TableUnreadable
    assert refused(b"PK\x03\x04 cut off") is TableUnreadable
    assert refused(b"a\0b;c\n", "plan.csv") is TableUnreadable
    assert refused(b'"' + b"x" * 200_000, "plan.csv") is TableUnreadable
    assert refused(b"x" * (LAYOUT.largest_file + 1), "plan.csv") is TableTooLarge
    assert refused(b"lieu;mois\n" * (LAYOUT.most_rows + 1), "plan.csv") is TableTooLong


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


def test_a_workbook_that_unpacks_to_much_or_declares_entities_is_not_opened() -> None:
    assert refused(packed(xl__workbook=b" " * 60_000_000)) is TableTooLarge
    assert refused(packed(**{f"part{number}": b"<x/>" for number in range(600)})) is TableTooLarge
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'
    assert refused(packed(xl__workbook=bomb)) is TableUnreadable
    assert refused(packed(xl__workbook=bomb.decode().encode("utf-16"))) is TableUnreadable
    assert refused(packed(xl__workbook=b"<x/>")) is TableUnreadable


def test_a_workbook_with_a_row_far_below_is_read_without_filling_the_gap() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "lieu", "mois"
    book.active["A900000"], book.active["XFD900001"] = "V1", "far right"
    file = io.BytesIO()
    book.save(file)
    assert [number for number, _ in read_rows(file.getvalue(), "plan.xlsx")] == [1, 900_000]


@given(
    content=st.binary(max_size=400), start=st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"lieu;mois\n"])
)
def test_no_bytes_break_the_reading(content: bytes, start: bytes) -> None:
    try:
        rows = read_rows(start + content, "plan.csv")
    except Refusal:
        return
    assert rows
    assert all(isinstance(cell, str) for _, cells in rows for cell in cells)


def test_a_shipped_sheet_is_no_plan_and_no_error(tmp_path: Path) -> None:
    """Somebody takes the wrong file: it is read, and its headings are then told as not known."""
    shipped = Path(__file__).parents[3] / "forms" / "sheets" / "formation.xlsx"
    assert read_rows(shipped.read_bytes(), "formation.xlsx")
