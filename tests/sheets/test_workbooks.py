"""The shipped workbooks as a programme officer opens them."""

import shutil

import pytest
from openpyxl import load_workbook

from forms.age_band import bands_from
from forms.convert import convert_sheet
from forms.publish import Sheet, examine
from tests.engine.fixtures import SHEETS
from tests.engine.javarosa import INSTALL

WORKBOOKS = sorted(SHEETS.glob("*.xlsx"))
SPOKEN = ("label", "hint", "required_message", "constraint_message")


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_odk_validate_and_the_tag_check_find_nothing(path: object) -> None:
    java = shutil.which("java")
    assert java, INSTALL
    content = path.read_bytes()  # type: ignore[attr-defined]
    converted = convert_sheet(content, file_type=".xlsx", fallback_id="form", java=java)
    assert converted.warnings == ()
    assert converted.is_validated
    definition = examine(Sheet(converted.xml), bands_from(["5-17", "18+"]))
    assert definition.languages == ("Français (fr)", "English (en)")


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_every_text_is_there_in_french_and_in_english(path: object) -> None:
    book = load_workbook(path, read_only=True)  # type: ignore[arg-type]
    for name in ("survey", "choices"):
        header, *rows = ([str(cell or "") for cell in row] for row in book[name].iter_rows(values_only=True))
        for row in rows:
            told = dict(zip(header, row, strict=True))
            for spoken in SPOKEN:
                french, english = told.get(f"{spoken}::Français (fr)"), told.get(f"{spoken}::English (en)")
                assert bool(french) == bool(english), told
            if told.get("constraint"):
                assert told["constraint_message::Français (fr)"], told
            if told.get("required"):
                assert told["required_message::Français (fr)"], told
    book.close()
