"""Where a question stands in a workbook, so that an error can be found in Excel."""

from io import BytesIO

from openpyxl import Workbook

from forms.definition.xlsform import locate

ROWS = (
    ("type", "name", "label", "bind::fiche:count", None, "bind::fiche:age"),
    ("begin_group", "effectifs", "Effectifs"),
    ("integer", "n", "N", "participants", None, "18+"),
    (None, None, None),
    ("begin repeat", "categorie", "Catégorie"),
    ("integer", "n", "N", "trainees", None, "5-17"),
    ("end_repeat",),
    ("end group",),
    ("integer", "n", "N"),
    ("note", None, "Sans nom"),
)


def workbook(rows: tuple[tuple[str | None, ...], ...], title: str = "survey") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            sheet.cell(number, column, text)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_each_question_has_its_row_and_each_tag_its_column() -> None:
    found = locate(workbook(ROWS), file_type=".xlsx")
    assert {path: row.row for path, row in found.items()} == {
        "/effectifs": 2,
        "/effectifs/n": 3,
        "/effectifs/categorie": 5,
        "/effectifs/categorie/n": 6,
        "/n": 9,
    }
    row = found["/effectifs/n"]
    assert (row.sheet, row.columns["bind::fiche:count"], row.columns["bind::fiche:age"]) == (
        "survey",
        "D",
        "F",
    )


def test_the_sheet_is_found_however_its_name_is_written() -> None:
    assert locate(workbook(ROWS, "Survey"), file_type=".xlsx")["/n"].sheet == "Survey"


def test_where_nothing_can_be_located_nothing_is_said() -> None:
    assert locate(workbook(ROWS, "Feuil1"), file_type=".xlsx") == {}
    assert locate(workbook(()), file_type=".xlsx") == {}
    assert locate(b"| survey |", file_type=".md") == {}
