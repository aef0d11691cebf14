"""How a sheet becomes what phones see: new forms, new versions, and what is refused without a trace."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook

from forms.base.by import By
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.publish import (
    FieldTypeChanged,
    MediaMissing,
    Published,
    Publisher,
    VersionTaken,
    publish,
)
from forms.catalogue.sheet import Sheet, TagsInvalid, examine
from forms.definition.age_band import bands_from
from forms.definition.confidential import ConfidentialCountsOpenly, ConfidentialStaysOnPhones
from forms.definition.convert import convert_sheet
from forms.definition.xform import XFormInvalid
from forms.definition.xlsform import locate
from forms.places.projects import create_project
from sync.intake.rows import make_tables
from tests.forms.xforms import FICHE, xform_of
from tests.station import BANDS, BEGINNING, Station

SETTINGS = """
| settings |
| | form_id | version | namespaces |
| | {form} | {version} | {fiche} |
"""
VILLAGE = "| | select_one_from_file villages.csv | village | Village |"
REPEAT = "| | begin repeat | membre | M |\n| | text | nom | Nom |\n| | end repeat |"
VILLAGES = {"villages.csv": b"name,label\nV1,Bendougou\n"}


def sheet(questions: str, *, form: str = "club", version: str = "1") -> str:
    header = "| survey |\n| | type | name | label |\n"
    return header + questions + SETTINGS.format(form=form, version=version, fiche=FICHE)


def columns(station: Station, table: str) -> list[str]:
    with station.storage.reading() as db:
        return [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]


def everything(station: Station) -> dict[str, object]:
    with station.storage.reading() as db:
        tables = {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in db.table_names()}
    return {**tables, "blobs": list(station.blobs)}


def media(station: Station, published: Published) -> dict[str, str]:
    with station.storage.reading() as db:
        return {media.name: media.md5 for media in definitions.media_of(db, published.definition_id)}


def test_a_new_form_has_its_tables_at_once(station: Station) -> None:
    published = station.publish(sheet("| | integer | n | N |\n" + REPEAT, form="Séance 2"))
    assert published.is_new
    assert published.form.table_name == "sheet_Seance_2"
    assert columns(station, "sheet_Seance_2") == ["submission_id", "n"]
    assert columns(station, "sheet_Seance_2_membre") == [
        "submission_id",
        "position",
        "parent_position",
        "nom",
    ]
    with station.storage.reading() as db:
        assert definitions.find_form(db, station.project_id, "Séance 2") == published.form
    assert published.form.current_definition_id == published.definition_id


def test_the_same_sheet_again_changes_nothing(station: Station) -> None:
    first = station.publish(sheet(VILLAGE), VILLAGES)
    before = everything(station)
    again = station.publish(sheet(VILLAGE), VILLAGES)
    assert (again.is_new, again.definition_id) == (False, first.definition_id)
    assert station.publish(sheet(VILLAGE)).definition_id == first.definition_id
    assert everything(station) == before


def test_an_earlier_version_given_again_is_compared_with_its_own_files(station: Station) -> None:
    first = station.publish(sheet(VILLAGE), VILLAGES)
    station.publish(sheet(VILLAGE, version="2"), {"villages.csv": b"name,label\n"})
    again = station.publish(sheet(VILLAGE))
    assert (again.is_new, again.definition_id) == (False, first.definition_id)
    with station.storage.reading() as db:
        form = definitions.find_form(db, station.project_id, "club")
        assert form
        assert form.current_definition_id != first.definition_id


def test_a_new_version_keeps_columns_and_files_and_adds_its_own(station: Station) -> None:
    first = station.publish(sheet(f"| | integer | n | N |\n{VILLAGE}"), VILLAGES)
    second = station.publish(sheet(f"{VILLAGE}\n| | text | theme | T |", version="2"))
    assert (second.is_new, second.form.id) == (True, first.form.id)
    assert columns(station, "sheet_club") == ["submission_id", "n", "village", "theme"]
    assert media(station, second) == media(station, first)


def test_a_question_that_comes_back_finds_its_old_column(station: Station) -> None:
    for version, question in enumerate(("integer | n", "text | m", "integer | n"), start=1):
        station.publish(sheet(f"| | {question} | N |", version=str(version)))
    assert columns(station, "sheet_club") == ["submission_id", "n", "m"]


def test_two_forms_never_share_a_table(station: Station) -> None:
    station.publish(sheet("| | text | secret | S |", form="club_membre"))
    station.publish(sheet(REPEAT))
    assert columns(station, "sheet_club_membre") == ["submission_id", "secret"]
    assert columns(station, "sheet_club_membre_2") == ["submission_id", "position", "parent_position", "nom"]
    with station.storage.writing() as db:
        other = create_project(db, "Autre", now=BEGINNING)
    elsewhere = Station(station.storage, station.blobs, other).publish(sheet("| | text | a | A |"))
    assert elsewhere.form.table_name == "sheet_club_2"


@pytest.mark.parametrize(
    ("questions", "files"),
    [
        ("| | decimal | n | N |\n" + VILLAGE, VILLAGES),
        ("| | integer | n | N |\n" + VILLAGE, {"villages.csv": b"name,label\nV2,Kita\n"}),
    ],
)
def test_other_content_under_the_same_version_is_refused(
    station: Station, questions: str, files: Mapping[str, bytes]
) -> None:
    station.publish(sheet("| | integer | n | N |\n" + VILLAGE), VILLAGES)
    refused(station, VersionTaken, sheet(questions), files)


def test_a_form_without_its_files_is_refused(station: Station) -> None:
    two = f"{VILLAGE}\n| | select_one_from_file clubs.csv | club | Club |"
    refusal = refused(station, MediaMissing, sheet(two), {"autre.csv": b""})
    assert refusal.facts["names"] == ("clubs.csv", "villages.csv")
    station.publish(sheet(VILLAGE), VILLAGES)
    refusal = refused(station, MediaMissing, sheet(two, version="2"), {})
    assert refusal.facts["names"] == ("clubs.csv",)


def test_files_that_a_form_does_not_name_are_not_kept(station: Station) -> None:
    published = station.publish(sheet(VILLAGE), {**VILLAGES, "autre.csv": b"x"})
    assert list(media(station, published)) == ["villages.csv"]
    assert len(list(station.blobs)) == 1


def test_a_question_may_become_text_and_nothing_else(station: Station) -> None:
    station.publish(sheet("| | integer | n | N |"))
    refusal = refused(station, FieldTypeChanged, sheet("| | decimal | n | N |", version="2"))
    assert (refusal.facts["path"], refusal.facts["before"], refusal.facts["after"]) == (
        "/n",
        "int",
        "decimal",
    )
    station.publish(sheet("| | text | n | N |", version="2"))
    assert columns(station, "sheet_club") == ["submission_id", "n", "n_2"]
    refused(station, FieldTypeChanged, sheet("| | integer | n | N |", version="3"))


def test_a_question_that_was_left_out_for_a_version_keeps_its_type(station: Station) -> None:
    group = "| | begin group | g | G |\n| | text | a | A |\n| | end group |"
    repeat = group.replace("group", "repeat")
    station.publish(sheet("| | integer | n | N |\n" + group))
    station.publish(sheet("| | text | b | B |", version="2"))
    refused(station, FieldTypeChanged, sheet("| | date | n | N |", version="3"))
    refused(station, FieldTypeChanged, sheet(repeat, version="3"))
    refused(station, FieldTypeChanged, sheet("| | text | g | G |", version="3"))


def test_what_is_no_form_is_refused(station: Station) -> None:
    before = everything(station)
    with pytest.raises(XFormInvalid), station.storage.writing() as db:
        publish_bytes(station, db, b"<a/>")
    assert everything(station) == before


def test_a_wrong_tag_is_named_by_sheet_row_and_column(station: Station, tmp_path: Path) -> None:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in (
        ("type", "name", "label", "bind::fiche:dimension", "bind::fiche:count", "bind::fiche:age"),
        ("date", "jour", "Jour", "date"),
        ("text", "lieu", "Lieu", "place"),
        ("begin group", "effectifs", "Effectifs"),
        ("integer", "n", "N", None, "participants", "15-24"),
        ("end group",),
    ):
        survey.append(row)
    settings = book.create_sheet("settings")
    settings.append(("form_id", "version", "namespaces"))
    settings.append(("club", "1", FICHE))
    path = tmp_path / "club.xlsx"
    book.save(path)
    content = path.read_bytes()
    converted = convert_sheet(content, file_type=".xlsx", fallback_id="club", java=None)
    with pytest.raises(TagsInvalid) as refusal:
        examine(Sheet(converted.xml, rows=locate(content, file_type=".xlsx")), BANDS)
    assert refusal.value.facts["form_id"] == "club"
    assert [
        (fact.sheet, fact.row, fact.column, fact.problem.path, fact.problem.reason)
        for fact in refusal.value.facts["problems"]
    ] == [
        ("survey", 5, "F", "/effectifs/n", "age_outside_bands"),
        ("survey", 5, "", "/effectifs/n", "sex_missing"),
    ]
    with pytest.raises(TagsInvalid) as refusal:
        examine(Sheet(converted.xml), bands_from(["5-17", "18+"]))
    assert {(fact.row, fact.column) for fact in refusal.value.facts["problems"]} == {(0, "")}


def refused(
    station: Station, kind: type[Refusal], markdown: str, files: Mapping[str, bytes] | None = None
) -> Refusal:
    """Publish what is refused; not a row and not a blob is left of it."""
    before = everything(station)
    xml = xform_of(markdown)
    with station.storage.writing() as db, pytest.raises(kind) as refusal:  # what was written would be kept
        publish_bytes(station, db, xml, files)
    assert everything(station) == before
    return refusal.value


def publish_bytes(
    station: Station, db: Database, xml: bytes, files: Mapping[str, bytes] | None = None
) -> Published:
    return publish(
        db,
        station.blobs,
        Publisher(BANDS, make_tables, By(None, BEGINNING)),
        project_id=station.project_id,
        sheet=Sheet(xml),
        media=files or {},
    )


def test_a_confidential_form_may_not_ask_phones_to_keep_what_was_received(station: Station) -> None:
    with pytest.raises(ConfidentialStaysOnPhones):
        station.publish(
            f"""
| survey |
| | type | name | label |
| | text | cas | Cas |
| settings |
| | form_id | version | auto_delete | attribute::fiche:confidential | namespaces |
| | cas | 1 | false | yes | {FICHE} |
"""
        )


@pytest.mark.parametrize(("measure", "is_taken"), [("referrals", True), ("sessions", False)])
def test_a_confidential_form_counts_only_what_is_hidden_when_it_is_small(
    station: Station, measure: str, is_taken: bool
) -> None:
    sheet = f"""
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:event | calculation |
| | date | jour | Jour | date | | |
| | text | lieu | Lieu | place | | |
| | calculate | orientee | | | {measure} | 1 |
| settings |
| | form_id | version | attribute::fiche:confidential | namespaces |
| | cas | 1 | yes | {FICHE} |
"""
    if is_taken:
        assert station.publish(sheet).is_new
        return
    with pytest.raises(ConfidentialCountsOpenly) as refused:
        station.publish(sheet)
    assert refused.value.facts == {"form_id": "cas", "measures": "sessions", "allowed": "referrals"}
