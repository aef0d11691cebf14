"""ODK's own Python client drives the server: nothing in it knows that this is not ODK Central."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import Workbook
from pyodk.client import Client
from pyodk.errors import PyODKError

from tests.fiche_process import Fiche
from tests.phone import Phone

FORM = "club d'été n°1/a"
PLACES = "name,label\nT-YEL1,Yélimané\nT-DIE1,Diéma\n"


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with an administrator, and the client's configuration beside it."""
    fiche = Fiche(tmp_path_factory.mktemp("pyodk"))
    first = fiche.init()
    (fiche.folder / "pyodk.toml").write_text(
        f'[central]\nbase_url = "{fiche.address}"\nusername = "{first["email"]}"\npassword = "{first["password"]}"\n'
    )
    fiche.start()
    yield fiche
    fiche.kill()


@pytest.fixture(scope="module")
def client(fiche: Fiche) -> Iterator[Client]:
    """The client, with a project of its own."""
    client = Client(config_path=fiche.folder / "pyodk.toml", cache_path=fiche.folder / "cache.toml")
    with client:
        made = client.session.post("projects", json={"name": "Essai"}).json()
        client.projects.default_project_id = made["id"]
        for service in (client.forms, client.submissions):
            service.default_project_id = made["id"]
        yield client


def workbook(folder: Path, version: str, *more: tuple[str, str, str]) -> Path:
    """The club's sheet as a programme officer would make it."""
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in (
        ("type", "name", "label"),
        ("select_one_from_file villages.csv", "village", "Village"),
        ("integer", "presents", "Présents"),
        ("image", "photo", "Photo"),
        ("begin repeat", "membre", "Membre"),
        ("text", "nom", "Nom"),
        ("end repeat", "", ""),
        *more,
    ):
        survey.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_id", "form_title", "version"])
    settings.append([FORM, "Club d'été", version])
    path = folder / f"club-{version}.xlsx"
    book.save(path)
    return path


def sheet(instance_id: str, *, presents: int, replaces: str = "") -> str:
    """A filled sheet."""
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<data id="{FORM}" version="2"><village>T-YEL1</village><presents>{presents}</presents>'
        "<photo>p.jpg</photo><membre><nom>Kèlè</nom></membre><membre><nom>=1+1</nom></membre>"
        f"<meta><instanceID>{instance_id}</instanceID>{deprecated}</meta></data>"
    )


def test_from_an_empty_project_to_reviewed_data(fiche: Fiche, client: Client, tmp_path: Path) -> None:
    project = client.projects.default_project_id
    assert project in [listed.id for listed in client.projects.list()]
    assert client.projects.get(project).name == "Essai"
    places = tmp_path / "villages.csv"
    places.write_text(PLACES)

    made = client.forms.create(workbook(tmp_path, "1"), attachments=[places], form_id=FORM)
    assert (made.xmlFormId, made.version, made.state, made.name) == (FORM, "1", "open", "Club d'été")
    client.forms.update(
        FORM, definition=workbook(tmp_path, "2", ("text", "note", "Note")), attachments=[places]
    )
    assert client.forms.get(FORM).version == "2"
    assert [form.xmlFormId for form in client.forms.list()] == [FORM]
    assert "<h:title>Club d'été</h:title>" in client.forms.get_xml(FORM)
    client.forms.update(FORM, attachments=[places], version_updater=lambda version: f"{version}.1")
    assert client.forms.get(FORM).version == "2.1"

    picture = tmp_path / "p.jpg"
    picture.write_bytes(b"\xff\xd8" + b"picture" * 10_000)
    sent = client.submissions.create(
        sheet("uuid:1", presents=12), form_id=FORM, device_id="collect:x", attachments=[picture]
    )
    assert (sent.instanceId, sent.deviceId) == ("uuid:1", "collect:x")
    assert sent.attachments is not None
    assert [(attachment.name, attachment.exists) for attachment in sent.attachments] == [("p.jpg", True)]
    with pytest.raises(PyODKError, match=r"409\.3"):
        client.submissions.create(sheet("uuid:1", presents=12), form_id=FORM)

    client.submissions.edit(
        "uuid:1", sheet("uuid:2", presents=13, replaces="uuid:1"), form_id=FORM, comment="Oubli"
    )
    assert client.submissions.get("uuid:1", form_id=FORM).reviewState == "edited"
    client.submissions.review("uuid:1", "approved", form_id=FORM, comment="Bien")
    assert client.submissions.get("uuid:1", form_id=FORM).reviewState == "approved"
    said = client.submissions.list_comments("uuid:1", form_id=FORM)
    assert [comment.body for comment in said] == ["Bien", "Oubli"]
    with pytest.raises(PyODKError, match=r"409\.9"):
        client.submissions.edit("uuid:1", sheet("uuid:3", presents=14, replaces="uuid:1"), form_id=FORM)

    table = client.submissions.get_table(
        form_id=FORM, count=True, filter="__system/reviewState eq 'approved'"
    )
    assert table["@odata.count"] == 1
    row = table["value"][0]
    assert (row["__id"], row["presents"], row["__system"]["edits"]) == ("uuid:1", 13, 1)
    members = client.submissions.get_table(form_id=FORM, table_name="Submissions.membre")["value"]
    assert [member["nom"] for member in members] == ["Kèlè", "=1+1"]
    whole = client.submissions.get_table(form_id=FORM, expand="*")["value"][0]
    assert [member["nom"] for member in whole["membre"]] == ["Kèlè", "=1+1"]
    assert client.session.get(f"projects/{project}/datasets").json() == []
    address = f"projects/{project}/forms/{quote(FORM, safe='')}"
    difference = client.session.get(f"{address}/submissions/uuid%3A1/diffs").json()["uuid:2"]
    assert {"path": ["presents"], "old": "12", "new": "13"} in difference


def test_phones_are_put_in_service_and_see_what_they_are_given(
    fiche: Fiche, client: Client, tmp_path: Path
) -> None:
    project = client.projects.default_project_id
    made = client.projects.create_app_users(display_names=["Awa", "Oumou"], forms=[FORM])
    again = client.projects.create_app_users(display_names=["Awa", "Kani"], forms=[FORM])
    assert sorted(phone.displayName for phone in [*made, *again]) == ["Awa", "Kani", "Oumou"]
    token = made[0].token
    phone = Phone(f"{fiche.address}/v1/key/{token}/projects/{project}", tmp_path)
    assert [form["formID"] for form in phone.form_list()] == [FORM]
    blank = phone.download()[FORM]
    assert (blank.media / "villages.csv").read_text() == PLACES
    phone.send(sheet("uuid:phone", presents=4).encode(), {"p.jpg": b"picture"})
    sent = client.submissions.get("uuid:phone", form_id=FORM)
    assert sent.submitterId == made[0].id
    client.session.delete(f"projects/{project}/app-users/{made[0].id}")
    refused = phone.session.get(f"{phone.server_url}/formList", timeout=30)
    phone.session.close()
    assert refused.status_code == 403
