"""Forms through the interface: uploaded, tried as a draft, published, closed, deleted, and what bad ones are told."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from tests.phone import multipart
from tests.server.cast import Stage, stage
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
FORMS = "/v1/projects/1/forms"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XML = "application/xml"
OPENROSA = {"X-OpenRosa-Version": "1.0"}


@pytest.fixture(autouse=True)
def at_the_beginning(stage: Stage) -> None:
    """Each test finds the stage as it was."""
    stage.reset()


def xform(form_id: str = "visite", version: str = "1", *, questions: str = "<n/>", media: str = "") -> str:
    """A small XForm."""
    instance = f'<instance id="m" src="jr://file-csv/{media}"/>' if media else ""
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'
        f'<h:head><h:title>Visite</h:title><model><instance><data id="{form_id}" version="{version}">{questions}'
        f"<meta><instanceID/></meta></data></instance>{instance}"
        '<bind nodeset="/data/n" type="int"/></model></h:head><h:body><input ref="/data/n"/></h:body></h:html>'
    )


def book(rows: list[tuple[str, ...]], settings: list[tuple[str, ...]]) -> bytes:
    """A workbook with a survey and settings."""
    made = Workbook()
    survey = made.active
    assert survey is not None
    survey.title = "survey"
    for row in rows:
        survey.append(row)
    sheet = made.create_sheet("settings")
    for row in settings:
        sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def upload(stage: Stage, content: bytes | str, *, to: str = FORMS, kind: str = XML, **more: Any) -> Any:
    """A form sent by the project officer."""
    return stage.call("officer", "POST", to, data=content, content_type=kind, **more)


def test_a_form_is_uploaded_tried_published_and_seen_by_phones(stage: Stage) -> None:
    made = upload(stage, xform(media="villages.csv")).get_json()
    assert (made["xmlFormId"], made["version"], made["publishedAt"]) == ("visite", "1", None)
    assert stage.get("team", f"{FORMS}/visite").status_code == 404  # a draft is its editors' own
    draft = stage.get("officer", f"{FORMS}/visite/draft").get_json()
    trial = f"/v1/test/{draft['draftToken']}/projects/1/forms/visite/draft"
    named = upload(
        stage, "name,label\n", to=f"{FORMS}/visite/draft/attachments/villages.csv", kind="text/csv"
    )
    assert (named.get_json()["exists"], named.get_json()["blobExists"]) == (True, True)

    listed = stage.client.get(f"{trial}/formList", headers=OPENROSA)
    assert "<formID>visite</formID>" in listed.text
    assert "villages.csv" in stage.client.get(f"{trial}/manifest", headers=OPENROSA).text
    assert stage.client.get(f"{trial}.xml").text == xform(media="villages.csv")
    xml = instance_xml("visite", "1", {"/n": 3}, instance_id="uuid:essai")
    body, kind = multipart(xml, {})
    sent = stage.client.post(f"{trial}/submission", data=body, content_type=kind, headers=OPENROSA)
    assert sent.status_code == 201
    tried = stage.get("officer", f"{FORMS}/visite/draft/submissions").get_json()
    assert [sheet["instanceId"] for sheet in tried] == ["uuid:essai"]
    assert stage.get("officer", f"{FORMS}/visite/draft/submissions/uuid%3Aessai.xml").data == xml
    assert stage.get("officer", f"{FORMS}/visite/draft/submissions/uuid%3Aessai/attachments").get_json() == []
    again = stage.call("officer", "POST", f"{FORMS}/visite/draft/submissions", data=xml, content_type=XML)
    assert again.get_json()["instanceId"] == "uuid:essai"
    assert (
        stage.get("officer", f"{FORMS}/visite/draft", headers={"X-Extended-Metadata": "true"}).get_json()[
            "submissions"
        ]
        == 1
    )

    assert stage.call("officer", "POST", f"{FORMS}/visite/draft/publish").get_json() == {"success": True}
    assert stage.client.get(f"{trial}/formList", headers=OPENROSA).status_code == 404
    assert stage.get("officer", f"{FORMS}/visite/submissions").get_json() == []  # trials were never data
    assert "<formID>visite</formID>" in stage.get("phone", "/v1/projects/1/formList", headers=OPENROSA).text
    assert stage.get("team", f"{FORMS}/visite/attachments").get_json()[0]["exists"] is True


def test_a_new_version_keeps_files_and_names_what_it_no_longer_asks(stage: Stage) -> None:
    upload(stage, xform(questions="<n/><note/>"), to=f"{FORMS}?publish=true")
    lost = upload(stage, xform(version="2"), to=f"{FORMS}/visite/draft")
    assert lost.get_json()["code"] == 400.16
    assert lost.get_json()["details"]["warnings"]["workflowWarnings"] == [
        {"type": "structureChanged", "details": ["/note"]}
    ]
    assert (
        upload(stage, xform(version="2"), to=f"{FORMS}/visite/draft?ignoreWarnings=True").status_code == 200
    )
    again = stage.call("officer", "POST", f"{FORMS}/visite/draft/publish?version=1")
    assert again.get_json()["code"] == 409.6
    assert stage.call("officer", "POST", f"{FORMS}/visite/draft/publish?version=3").status_code == 200
    versions = [version["version"] for version in stage.get("team", f"{FORMS}/visite/versions").get_json()]
    assert versions == ["3", "1"]
    assert 'version="3"' in stage.get("team", f"{FORMS}/visite.xml").text
    assert 'version="1"' in stage.get("team", f"{FORMS}/visite/versions/1.xml").text
    changed = xform(version="4").replace('type="int"', 'type="date"')
    assert upload(stage, changed, to=f"{FORMS}/visite/draft").get_json()["code"] == 400.17
    assert upload(stage, xform("autre", "5"), to=f"{FORMS}/visite/draft").get_json()["code"] == 400.8


@pytest.mark.parametrize(
    ("state", "listed", "downloaded", "taken"),
    [("open", True, 200, 201), ("closing", False, 200, 201), ("closed", False, 403, 409)],
)
def test_a_forms_state_says_what_phones_may(
    stage: Stage, state: str, listed: bool, downloaded: int, taken: int
) -> None:
    stage.call("officer", "PATCH", f"{FORMS}/club", json={"state": state})
    forms = stage.get("phone", "/v1/projects/1/formList", headers=OPENROSA).text
    assert ("<formID>club</formID>" in forms) is listed
    assert stage.get("phone", f"{FORMS}/club.xml", headers=OPENROSA).status_code == downloaded
    body, kind = multipart(instance_xml("club", "1", {"/osc": "tagne"}), {})
    sent = stage.call(
        "phone", "POST", "/v1/projects/1/submission", data=body, content_type=kind, headers=OPENROSA
    )
    assert sent.status_code == taken


def test_a_deleted_form_comes_back_and_its_name_is_used_again_only_on_purpose(stage: Stage) -> None:
    assert stage.call("officer", "DELETE", f"{FORMS}/club").status_code == 200
    assert stage.get("officer", f"{FORMS}/club").status_code == 404
    trash = stage.get("officer", f"{FORMS}?deleted=true").get_json()
    assert [(form["xmlFormId"], form["id"]) for form in trash] == [("club", 1)]
    assert stage.get("team", f"{FORMS}?deleted=true").get_json() == []
    asked = upload(stage, xform("club", "9"))
    assert asked.get_json()["details"]["warnings"]["workflowWarnings"][0]["type"] == "deletedFormExists"
    used = upload(stage, xform("club", "1"), to=f"{FORMS}?ignoreWarnings=true")
    assert used.get_json()["code"] == 409.6
    assert stage.call("officer", "POST", f"{FORMS}/1/restore").status_code == 200
    assert len(stage.get("officer", f"{FORMS}/club/submissions").get_json()) == 2


def test_an_excel_form_is_converted_and_given_back(stage: Stage) -> None:
    content = book(
        [("type", "name", "label"), ("integer", "n", "Nombre")], [("form_id", "version"), ("marché", "1")]
    )
    made = upload(stage, content, kind=XLSX, to=f"{FORMS}?publish=true")
    assert made.status_code == 200, made.text
    back = stage.get("team", f"{FORMS}/march%C3%A9.xlsx")
    assert back.data == content
    assert back.headers["Content-Type"] == XLSX
    assert stage.get("team", f"{FORMS}/march%C3%A9.xls").status_code == 404
    assert upload(stage, content, kind=XLSX).get_json()["code"] == 409.3
    nameless = book([("type", "name", "label"), ("integer", "n", "N")], [("version",), ("1",)])
    assert upload(stage, nameless, kind=XLSX).get_json()["code"] == 400.2
    fallback = {"X-XlsForm-FormId-Fallback": "ma%20fiche.xlsx"}
    assert upload(stage, nameless, kind=XLSX, headers=fallback).get_json()["xmlFormId"] == "ma fiche"


def bomb() -> bytes:
    """A workbook that unpacks to a hundred megabytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    return content.getvalue()


BAD = {
    "no workbook": (b"PK\x03\x04 no workbook", XLSX, 400.15),
    "a picture": (b"\xff\xd8\xff picture", XLSX, 400.15),
    "a zip bomb": (bomb(), XLSX, 400.15),
    "an unknown type": (
        book([("type", "name", "label"), ("nombre", "n", "N")], [("form_id", "version"), ("x", "1")]), XLSX, 400.15,
    ),
    "a cut XForm": (xform()[:300].encode(), XML, 400.15),
    "nothing": (b"", XML, 400.15),
    "a page": (b"<html/>", XML, 400.15),
    "a document type": (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + xform().encode(), XML, 400.15),
    "a form called like a file": (xform("visite.xml").encode(), XML, 400.8),
    "too many questions": (xform(questions="".join(f"<q{n}/>" for n in range(10_000))).encode(), XML, 400.15),
    "another media type": (b"{}", "application/json", 400.8),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_form_is_told_and_changes_nothing(stage: Stage, what: str) -> None:
    content, kind, code = BAD[what]
    before = stage.get("officer", FORMS).get_json()
    answer = upload(stage, content, kind=kind, headers={"Accept-Language": "fr"})
    assert answer.get_json()["code"] == code
    assert answer.status_code == int(code)
    assert answer.get_json()["message"]
    assert stage.get("officer", FORMS).get_json() == before


def test_a_list_in_the_letters_of_old_excel_is_refused_and_says_how_to_save_it(stage: Stage) -> None:
    upload(stage, xform(media="villages.csv"))
    address = f"{FORMS}/visite/draft/attachments/villages.csv"
    content = "name,label\nY,Yélimané\n"
    old = upload(stage, content.encode("windows-1252"), to=address, kind="text/csv")
    assert old.get_json()["code"] == 400.8
    assert "UTF-8" in old.get_json()["message"]
    assert stage.get("officer", address).status_code == 404
    assert upload(stage, content.encode("utf-8-sig"), to=address, kind="text/csv").status_code == 200
    assert stage.get("officer", address).data == content.encode("utf-8-sig")
    hostile = upload(
        stage, b"x", to=f"{FORMS}/visite/draft/attachments/..%2F..%2Fetc%2Fpasswd", kind="text/csv"
    )
    assert hostile.status_code == 404


def test_a_forms_file_comes_in_ranges_and_only_once(stage: Stage) -> None:
    address = f"{FORMS}/club/attachments/villages.csv"
    whole = stage.get("team", address)
    part = stage.get("team", address, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, whole.data[5:10])
    again = stage.get("team", address, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    xml = stage.get("team", f"{FORMS}/club.xml", headers={"Accept-Encoding": "gzip"})
    assert xml.headers["Content-Encoding"] == "gzip"
    tag = {"If-None-Match": xml.headers["ETag"]}
    assert stage.get("team", f"{FORMS}/club.xml", headers=tag).status_code == 304


def test_a_deleted_project_is_gone_for_everybody_and_takes_no_sheet(stage: Stage) -> None:
    assert stage.call("admin", "DELETE", "/v1/projects/1").status_code == 200
    body, kind = multipart(instance_xml("club", "1", {"/osc": "tagne"}), {})
    for method, path, more in (
        ("GET", "/v1/projects/1/formList", {}),
        ("GET", f"{FORMS}/club.xml", {}),
        ("POST", "/v1/projects/1/submission", {"data": body, "content_type": kind}),
    ):
        assert stage.call("phone", method, path, headers=OPENROSA, **more).status_code == 404, path
    assert stage.get("admin", "/v1/projects/1").status_code == 404
