"""The shipped workbooks as a programme officer opens them."""

import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from forms.catalogue.sheet import Sheet, examine
from forms.definition.age_band import bands_from
from forms.definition.convert import convert_sheet
from forms.definition.xform import parse_xform
from tests.engine.fixtures import SHEETS
from tests.engine.javarosa import INSTALL

WORKBOOKS = sorted(SHEETS.glob("*.xlsx"))
LANGUAGES = ("Français (fr)", "English (en)")
SPOKEN = ("label", "hint", "required_message", "constraint_message")
UNSEEN = ("start", "end", "today", "username", "calculate", "end group", "end repeat")
SHEETS_TO_COUNT = [path for path in WORKBOOKS if path.stem != "fiches_a_corriger"]
"""Without the notice that tells a phone what to correct."""
NAMING = {
    "seance_sensibilisation": ["date_seance", "lieu_nom", "type_activite"],
    "formation": ["date_debut", "lieu_nom"],
}


def rows(path: Path, name: str) -> list[dict[str, str]]:
    """The rows of one sheet by the words of its header."""
    book = load_workbook(path, read_only=True)
    header, *found = ([str(cell or "") for cell in row] for row in book[name].iter_rows(values_only=True))
    book.close()
    return [dict(zip(header, row, strict=True)) for row in found]


def test_both_sheets_and_the_notice_are_shipped() -> None:
    assert [path.stem for path in WORKBOOKS] == ["fiches_a_corriger", "formation", "seance_sensibilisation"]


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_odk_validate_and_the_tag_check_find_nothing(path: Path) -> None:
    java = shutil.which("java")
    assert java, INSTALL
    converted = convert_sheet(path.read_bytes(), file_type=".xlsx", fallback_id="form", java=java)
    assert converted.warnings == ()
    assert converted.is_validated
    definition = examine(Sheet(converted.xml), bands_from(["5-17", "18+"]))
    assert definition.languages == LANGUAGES


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_every_text_is_there_in_french_and_in_english(path: Path) -> None:
    for told in [*rows(path, "survey"), *rows(path, "choices")]:
        needed = {
            "label": told.get("type") not in UNSEEN,
            "required_message": bool(told.get("required")),
            "constraint_message": bool(told.get("constraint")),
        }
        for spoken in SPOKEN:
            texts = [told.get(f"{spoken}::{language}", "") for language in LANGUAGES]
            assert all(texts) if needed.get(spoken) else all(texts) or not any(texts), told


@pytest.mark.parametrize("path", SHEETS_TO_COUNT, ids=lambda path: path.stem)
def test_a_sent_sheet_stays_on_the_phone_and_can_be_corrected_there(path: Path) -> None:
    xml = convert_sheet(path.read_bytes(), file_type=".xlsx", fallback_id="form", java=None).xml
    assert b'<submission orx:auto-delete="false" odk:client-editable="true"/>' in xml
    definition = parse_xform(xml)
    assert (definition.client_editable, definition.stays_on_phones, definition.is_notice) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("path", SHEETS_TO_COUNT, ids=lambda path: path.stem)
def test_a_sheet_is_named_by_date_place_and_type_and_never_by_a_person(path: Path) -> None:
    (settings,) = rows(path, "settings")
    assert re.findall(r"\$\{(.+?)\}", settings["instance_name"]) == NAMING[path.stem]
