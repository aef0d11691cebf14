"""From a spreadsheet to an XForm: what goes through, and in whose words the rest is refused."""

import os
import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from forms.definition.convert import SheetInvalid, convert_sheet
from forms.definition.xform import parse_xform

QUESTION = """
| survey |
| | type | name | label |
| | text | nom | Prénom |
"""


@pytest.fixture
def java() -> str:
    """ODK Validate must be tried, so that a machine without Java fails here."""
    found = shutil.which("java")
    assert found, "apt-get install openjdk-17-jre-headless"
    return found


def convert(text: str, fallback_id: str = "form", java: str | None = None) -> bytes:
    return convert_sheet(text.encode(), file_type=".md", fallback_id=fallback_id, java=java).xml


def reason(text: str, java: str | None = None) -> str:
    with pytest.raises(SheetInvalid) as refusal:
        convert(text, java=java)
    found = refusal.value.facts["reason"]
    assert isinstance(found, str)
    return found


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert convert(QUESTION) == convert(QUESTION)


@pytest.mark.parametrize("name", ["Ma fiche é (2)", "2026", "seance"])
def test_a_sheet_without_an_id_is_called_like_its_file_whatever_that_is_called(name: str) -> None:
    definition = parse_xform(convert(QUESTION, name))
    assert (definition.form_id, definition.title, definition.root) == (name, name, "data")


def test_a_sheet_with_an_id_is_called_so_whatever_its_file_is_called() -> None:
    settings = "| settings |\n| | form_id | form_title |\n| | club | Le club |"
    definition = parse_xform(convert(QUESTION + settings, "Copie de club (3)"))
    assert (definition.form_id, definition.title) == ("club", "Le club")


def test_pyxform_says_row_and_sheet_in_its_own_words() -> None:
    text = reason(QUESTION + "| | text | mon prénom | Q |")
    assert "[row : 3] On the 'survey' sheet" in text
    assert "Traceback" not in text


def test_odk_validate_has_seen_what_is_called_validated(java: str) -> None:
    converted = convert_sheet(QUESTION.encode(), file_type=".md", fallback_id="form", java=java)
    assert (converted.is_validated, converted.warnings) == (True, ())
    converted = convert_sheet(QUESTION.encode(), file_type=".md", fallback_id="form", java=None)
    assert not converted.is_validated


def test_odk_validate_refuses_what_pyxform_lets_through_in_its_own_words(java: str) -> None:
    sheet = """
| survey |
| | type | name | label | relevant |
| | text | nom | Nom | pas_une_fonction(1) |
"""
    convert(sheet)
    text = reason(sheet, java)
    assert "pas_une_fonction" in text
    assert "\tat " not in text
    assert "JAVA_TOOL_OPTIONS" not in text


def test_a_validator_that_does_not_come_to_an_end_has_validated_nothing(tmp_path: Path) -> None:
    killed = tmp_path / "java"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    converted = convert_sheet(QUESTION.encode(), file_type=".md", fallback_id="form", java=str(killed))
    assert not converted.is_validated
    assert converted.warnings


def test_the_environment_is_left_as_it_was(java: str) -> None:
    before = dict(os.environ)
    convert(QUESTION, java=java)
    reason("| survey |\n| | type |\n| | texte |", java)
    assert dict(os.environ) == before


def test_accents_pass_through_odk_validate_and_a_workbook(java: str) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (("type", "name", "label"), ("text", "nom", "Prénom : ɲɛ")):
        sheet.append(row)
    content = BytesIO()
    workbook.save(content)
    converted = convert_sheet(content.getvalue(), file_type=".xlsx", fallback_id="form", java=java)
    assert parse_xform(converted.xml).by_path["/nom"].labels == {"": "Prénom : ɲɛ"}


@pytest.mark.parametrize(
    ("content", "file_type"),
    [
        (b"", ".xlsx"),
        (b"PK\x03\x04 broken", ".xlsx"),
        (b"not a workbook", ".xls"),
        (b"\xff\xfe\x00", ".md"),
        (b"\xff,,,,,\n", ".csv"),
        (b"", ".csv"),
        (b"", ".md"),
        (b"x", ".docx"),
    ],
)
def test_what_is_no_sheet_is_refused_and_nothing_else(content: bytes, file_type: str) -> None:
    with pytest.raises(SheetInvalid):
        convert_sheet(content, file_type=file_type, fallback_id="form", java=None)


def test_a_workbook_that_unpacks_to_very_much_is_refused_before_it_is_unpacked() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/a.xml", "w") as file:
        for _ in range(201):
            file.write(bytes(1_000_000))
    with pytest.raises(SheetInvalid) as refusal:
        convert_sheet(packed.getvalue(), file_type=".xlsx", fallback_id="form", java=None)
    assert "unpacked" in refusal.value.facts["reason"]
