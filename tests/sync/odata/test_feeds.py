"""The OData feed: rows as Central writes them, pages that neither lose nor repeat a row, wide forms, links."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from forms.catalogue.definitions import load_definition
from sync.lists.selection import Selection
from sync.odata.documents import TableRequest, one, page
from sync.odata.filter import parse_order
from sync.odata.metadata import metadata_xml
from sync.odata.query import (
    PropertyUnknown,
    SkipTokenInvalid,
    TableQuery,
    TableUnknown,
    read_token,
    service_document,
)
from tests.station import Station
from tests.sync.club import club, everything, form_of, send

MEMBERS = [
    {"nom": "Awa", "age": 31, "enfant": [{"prenom": "Ba"}, {"prenom": "Bi"}]},
    {"nom": "Oumou", "enfant": [{"prenom": "Bo"}]},
]
SERVICE = "http://h/v1/projects/1/forms/club.svc"


@pytest.fixture
def station(station: Station) -> Station:
    """The club's sheet and three of its sheets."""
    station.publish(club())
    send(
        station,
        1,
        {"/lieu/village": "Kita", "/lieu/gps": "12.65 -8 320 4.5", "/presents": "12", "/membre": MEMBERS},
    )
    send(station, 2, {"/presents": "douze", "/photo": "p.jpg"})
    send(station, 3, {"/membre": [{"nom": 'Kani "la petite"'}]})
    return station


def read(station: Station, selection: Selection | None = None, **options: Any) -> dict[str, Any]:
    """A document of the feed."""
    form = form_of(station)
    assert form.current_definition_id
    asked = TableRequest(
        form,
        form.current_definition_id,
        selection or everything(station),
        TableQuery(**options),
        names={7: "Awa"},
        service_url=SERVICE,
        next_link=lambda token: token,
    )
    chunks = page(station.storage.reading, asked)
    told: dict[str, Any] = json.loads(b"".join(chunks))
    return told


def test_a_row_is_typed_and_nested_as_the_form_is(station: Station) -> None:
    document = read(station, count=True)
    assert document["@odata.context"] == f"{SERVICE}/$metadata#Submissions"
    assert document["@odata.count"] == 3
    third, second, first = document["value"]
    assert first["__id"] == "uuid:1"
    assert first["__system"] == {
        "submissionDate": "2020-01-01T00:01:00.000Z", "updatedAt": None, "submitterId": "7", "submitterName": "Awa",
        "attachmentsPresent": 0, "attachmentsExpected": 0, "status": None, "reviewState": None,
        "deviceId": "collect:x", "edits": 0, "formVersion": "1", "deletedAt": None,
    }  # fmt: skip
    assert first["lieu"]["village"] == "Kita"
    assert first["lieu"]["gps"] == {
        "type": "Point", "coordinates": [-8.0, 12.65, 320.0], "properties": {"accuracy": 4.5},
    }  # fmt: skip
    assert (first["presents"], second["presents"]) == (12, None)  # a word where a number is due
    assert first["meta"] == {"instanceID": "uuid:1"}
    assert first["membre@odata.navigationLink"] == "Submissions('uuid%3A1')/membre"
    assert second["__system"]["attachmentsPresent"] == 1
    assert third["lieu"] == {"village": None, "gps": None}
    assert read(station, wkt=True)["value"][2]["lieu"]["gps"] == "POINT Z (-8.0 12.65 320.0)"


def test_rows_of_repeats_name_the_row_around_them(station: Station) -> None:
    members = read(station, table="Submissions.membre")["value"]
    assert [(member["nom"], member["__Submissions-id"]) for member in members] == [
        ('Kani "la petite"', "uuid:3"), ("Awa", "uuid:1"), ("Oumou", "uuid:1"),
    ]  # fmt: skip
    by_name = {member["nom"]: member["__id"] for member in members}
    children = read(station, table="Submissions.membre.enfant")["value"]
    assert [(child["prenom"], child["__Submissions-membre-id"]) for child in children] == [
        ("Ba", by_name["Awa"]), ("Bi", by_name["Awa"]), ("Bo", by_name["Oumou"]),
    ]  # fmt: skip
    assert all(len(member["__id"]) == 40 for member in members + children)


def test_expanded_rows_hold_their_repeats_at_every_depth(station: Station) -> None:
    third, second, first = read(station, expand=True)["value"]
    assert [member["nom"] for member in first["membre"]] == ["Awa", "Oumou"]
    assert [[child["prenom"] for child in member["enfant"]] for member in first["membre"]] == [
        ["Ba", "Bi"],
        ["Bo"],
    ]
    assert (second["membre"], third["membre"][0]["enfant"]) == ([], [])


def test_one_sheet_and_its_repeats_are_found_by_their_links(station: Station) -> None:
    form = form_of(station)
    assert form.current_definition_id

    def at(instance_id: str, **options: Any) -> list[dict[str, Any]]:
        asked = TableRequest(
            form,
            form.current_definition_id or 0,
            everything(station),
            TableQuery(**options),
            names={},
            service_url=SERVICE,
            next_link=lambda token: token,
        )
        chunks = one(station.storage.reading, asked, instance_id)
        rows: list[dict[str, Any]] = json.loads(b"".join(chunks))["value"]
        return rows

    assert [row["__id"] for row in at("uuid:1")] == ["uuid:1"]
    assert [member["nom"] for member in at("uuid:1", table="Submissions.membre")] == ["Awa", "Oumou"]
    oumou = at("uuid:1", table="Submissions.membre")[1]["__id"]
    inner = at("uuid:1", table="Submissions.membre.enfant", parent=oumou)
    assert [child["prenom"] for child in inner] == ["Bo"]
    assert at("uuid:9' OR '1'='1") == []


@given(sizes=st.lists(st.integers(0, 4), min_size=1, max_size=8), top=st.integers(1, 5))
@settings(max_examples=25)
def test_pages_put_together_are_the_whole_also_when_sheets_arrive_meanwhile(
    station: Station, sizes: list[int], top: int
) -> None:
    with station.storage.reading() as db:
        begin = db.execute("SELECT COUNT(*) FROM submission").fetchone()[0]
    for number, size in enumerate(sizes, begin + 1):
        send(station, number, {"/presents": size, "/membre": [{"nom": f"m{k}"} for k in range(size)]})
    for table in ("Submissions", "Submissions.membre"):
        whole = [row["__id"] for row in read(station, table=table)["value"]]
        seen: list[str] = []
        token = ""
        while True:
            document = read(station, table=table, top=top, skip_token=token)
            assert len(document["value"]) <= top
            seen += [row["__id"] for row in document["value"]]
            if not token:  # somebody sends a sheet between two pages
                with station.storage.reading() as db:
                    newest = db.execute("SELECT COUNT(*) FROM submission").fetchone()[0] + 1
                send(station, newest, {"/membre": [{"nom": "entre deux"}]})
            token = document.get("@odata.nextLink", "")
            if not token:
                break
        assert seen == whole


def test_an_asked_order_and_a_number_of_rows_to_leave_out_are_kept(station: Station) -> None:
    ids = [row["__id"] for row in read(station, order=parse_order("__system/submissionDate asc"))["value"]]
    assert ids == ["uuid:1", "uuid:2", "uuid:3"]
    first = read(station, order=parse_order("__system/submissionDate asc"), top=2)
    rest = read(
        station, order=parse_order("__system/submissionDate asc"), top=2, skip_token=first["@odata.nextLink"]
    )
    assert [row["__id"] for row in rest["value"]] == ["uuid:3"]
    assert [row["__id"] for row in read(station, skip=1)["value"]] == ["uuid:2", "uuid:1"]
    assert [row["__id"] for row in read(station, skip=1, top=1)["value"]] == ["uuid:2"]
    assert read(station, top=0)["value"] == []


def test_selected_properties_come_alone(station: Station) -> None:
    row = read(station, select=("__id", "lieu/village", "presents"))["value"][2]
    assert row == {"__id": "uuid:1", "lieu": {"village": "Kita"}, "presents": 12}
    assert read(station, select=("__system/edits",))["value"][0]["__system"] == {"edits": 0}


def test_what_is_not_there_is_refused_before_the_first_byte(station: Station) -> None:
    with pytest.raises(TableUnknown):
        read(station, table="Submissions.nobody")
    with pytest.raises(PropertyUnknown):
        read(station, select=("nom",))
    for token in ("", "01", "01e30", "02e30", "x" * 50, "01" + "A" * 3):
        if token:
            with pytest.raises(SkipTokenInvalid):
                read(station, skip_token=token)


@given(token=st.text(max_size=40))
@settings(max_examples=200)
def test_a_damaged_link_is_told_and_nothing_else(token: str) -> None:
    with contextlib.suppress(SkipTokenInvalid):
        assert isinstance(read_token(token), dict)


def test_every_property_of_every_row_is_described(station: Station) -> None:
    form = form_of(station)
    assert form.current_definition_id
    with station.storage.reading() as db:
        definition = load_definition(db, form.current_definition_id)
    described = etree.fromstring(metadata_xml(definition))
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    for table in service_document(definition, SERVICE)["value"]:
        entity = next(
            found for found in described.iter(f"{edm}EntityType") if found.get("Name") == table["name"]
        )
        names = {child.get("Name") for child in entity}
        for row in read(station, table=table["name"])["value"]:
            assert {key.partition("@")[0] for key in row} <= names


def test_a_form_with_a_thousand_questions_is_fed_too(station: Station) -> None:
    questions = "\n".join(f"|  | text | q{n} | Q |" for n in range(1_400))
    station.publish(club("2", more=questions))
    send(station, 4, {"/q7": "sept", "/q1399": "dernière"}, version="2")
    row = read(station, top=1)["value"][0]
    assert (row["q7"], row["q1399"], row["q8"]) == ("sept", "dernière", None)
