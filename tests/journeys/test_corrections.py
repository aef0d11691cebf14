"""A sheet sent back reaches its phone, and the phone's correction replaces it; one that comes too late is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.engine.javarosa import Filled, JavaRosa
from tests.fiche_process import Fiche
from tests.journeys.test_main_job import query
from tests.journeys.visitor import coordinator, fits, press
from tests.phone import Phone, Refused
from tests.sheets.answers import SESSION

NOTICE, SHEET = "fiches_a_corriger", "seance_sensibilisation"
REASON = "Vérifiez les « filles » : 14 sur le cahier, et la date, SVP"
PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with the shipped sheets."""
    fiche = Fiche(tmp_path_factory.mktemp("corrections"))
    fiche.init()
    fiche.run("cso", "add", "TAGNE", "Association Tagné")
    fiche.run("cso", "add", "APDF", "Association APDF")
    fiche.start()
    yield fiche
    fiche.kill()


def new_phone(fiche: Fiche, folder: Path, name: str, *, cso: str = "TAGNE") -> Phone:
    """A phone of an organisation with the sheets on it."""
    address = fiche.json("app-user", "add", name, "--cso", cso, "--json")["server_url"]
    folder.mkdir()
    phone = Phone(str(address), folder)
    assert set(phone.update().values()) == {"new"}
    return phone


def fill(javarosa: JavaRosa, phone: Phone, answers: dict[str, Any], **more: Any) -> Filled:
    """A session, or the edit of one."""
    form = phone.blank(SHEET)
    return javarosa.fill(form.path, answers, media=form.media, **more)


def look(javarosa: JavaRosa, phone: Phone, answers: dict[str, Any]) -> Filled:
    """The animator opens « Fiches à corriger »."""
    form = phone.blank(NOTICE)
    return javarosa.fill(form.path, answers, media=form.media)


def sign_in(fiche: Fiche, browser: Browser, name: str, **more: Any) -> tuple[Page, list[str]]:
    """A coordinator of TAGNE at her inbox, where the sheets of these tests are shown whatever their state."""
    page, complaints = coordinator(fiche, browser, f"{name}@osc.ml", **more)
    page.goto(f"{fiche.address}/projects/1/sheets?state=")
    return page, complaints


def open_sheet(fiche: Fiche, page: Page, instance_id: str) -> None:
    """The page of one sheet."""
    page.goto(f"{fiche.address}/projects/1/sheets/{SHEET}/{instance_id.replace(':', '%3A')}")


def send_back(fiche: Fiche, page: Page, instance_id: str, reason: str) -> None:
    """The coordinator asks for a correction."""
    open_sheet(fiche, page, instance_id)
    page.fill("textarea[name=reason]", reason)
    press(page, "button[value=hasIssues]")


def state_of(fiche: Fiche, instance_id: str) -> tuple[Any, ...]:
    """Review state, versions and girls of a sheet."""
    [row] = query(
        fiche,
        "SELECT s.review_state, s.versions, t.n_filles FROM submission AS s JOIN sheet_seance_sensibilisation AS t"
        f" ON t.submission_id = s.id WHERE s.instance_id = '{instance_id}'",
    )
    return row


def test_from_the_coordinators_request_to_the_corrected_sheet(
    fiche: Fiche, javarosa: JavaRosa, browser: Browser, tmp_path: Path
) -> None:
    awa, oumou = (new_phone(fiche, tmp_path / name, name) for name in ("Awa", "Oumou"))
    filled = fill(javarosa, awa, {**SESSION, "photo": "groupe.jpg"})
    assert filled.is_editable  # Collect offers to edit it in « Envoyés »
    awa.send(filled.xml, {"groupe.jpg": PICTURE})
    oumou.send(fill(javarosa, oumou, {**SESSION, "village": "T-NON2"}).xml)
    assert awa.update() == oumou.update() == {}
    assert "Rien à corriger" in look(javarosa, awa, {}).shown[0]

    page, complaints = sign_in(fiche, browser, "awa")
    send_back(fiche, page, filled.instance_id, REASON)
    awa.fetched.clear()
    assert (awa.update(), awa.update(), oumou.update()) == ({NOTICE: "media"}, {}, {})
    assert awa.fetched == ["a_corriger.csv"]
    page.goto(f"{fiche.address}/projects/1/phones")
    expect(page.locator(".phones small")).to_contain_text("pas encore ouverte")

    receipt = look(javarosa, awa, {"fiche": filled.instance_id})
    text = "\n".join(receipt.shown)
    assert "Fiches à corriger : 1." in text
    assert "8 mars 2020 · Nonkon village test 1 · causerie éducative".lower() in text.lower()
    assert REASON in text
    assert f"« {filled.instance_name} »" in text
    assert "Envoyés" in text
    assert "Noté" in awa.send(receipt.xml)[0]
    open_sheet(fiche, page, filled.instance_id)
    expect(page.locator("main")).to_contain_text("L’animateur a lu la demande")

    edit = fill(javarosa, awa, {"n_filles": "15"}, edit=filled.file)
    assert awa.send(edit.xml, {"groupe.jpg": PICTURE}) == ["Correction reçue. Merci."]
    assert awa.send(edit.xml, {"groupe.jpg": PICTURE})[0].startswith("Cette fiche avait déjà été reçue")
    assert state_of(fiche, filled.instance_id) == ("edited", 2, 15)
    assert awa.update() == {NOTICE: "media"}
    assert "Rien à corriger" in look(javarosa, awa, {}).shown[0]
    open_sheet(fiche, page, filled.instance_id)
    expect(page.locator("main")).to_contain_text("14")
    expect(page.locator("main .chip").first).to_contain_text("modifiée")
    assert complaints == []
    assert query(
        fiche,
        f"SELECT COUNT(*) FROM submission AS s JOIN form AS f ON f.id = s.form_id WHERE f.xml_form_id = '{NOTICE}'",
    ) == [(0,)]


def office_edit(fiche: Fiche, javarosa: JavaRosa, phone: Phone, filled: Filled, girls: str) -> None:
    """Somebody corrects the sheet on the server."""
    first = query(fiche, "SELECT email FROM account WHERE role = '' AND email LIKE 'bureau%'")
    if not first:
        fiche.run("people", "add", "bureau@osc.ml", "--role", "manager", "--json")
    link = fiche.json("people", "link", "bureau@osc.ml", "--json")["invitation_url"]
    token = link.rsplit("/", 1)[-1]
    password = "Un mot de passe 9"
    requests.post(
        f"{fiche.address}/invitation/{token}", data={"new": password, "again": password}, timeout=30
    )
    edit = fill(javarosa, phone, {"n_filles": girls}, edit=filled.file)
    answer = requests.put(
        f"{fiche.address}/v1/projects/1/forms/{SHEET}/submissions/{filled.instance_id}",
        data=edit.xml,
        headers={"Content-Type": "application/xml"},
        auth=("bureau@osc.ml", password),
        timeout=30,
    )
    assert answer.status_code == 200, answer.text


def test_an_edit_that_comes_after_the_offices_is_refused_kept_shown_and_taken_over(
    fiche: Fiche, javarosa: JavaRosa, browser: Browser, tmp_path: Path
) -> None:
    phone = new_phone(fiche, tmp_path / "phone", "Fanta")
    filled = fill(javarosa, phone, {**SESSION, "village": "T-NON2", "photo": "groupe.jpg"})
    phone.send(filled.xml, {"groupe.jpg": PICTURE})
    office_edit(fiche, javarosa, phone, filled, "20")
    late = fill(javarosa, phone, {"n_filles": "16"}, edit=filled.file)
    files = {"groupe.jpg": PICTURE}
    with pytest.raises(Refused) as told:
        phone.send(late.xml, files)
    assert told.value.status == 409
    assert told.value.message.replace("\u00a0", " ").startswith(
        "Rien de plus à faire : le bureau a déjà corrigé cette fiche."
    )
    fiche.kill()  # what was refused politely was on the disk
    fiche.start()
    with pytest.raises(Refused):
        phone.send(late.xml, files)
    assert query(
        fiche, f"SELECT COUNT(*) FROM submission_conflict WHERE instance_id = '{late.instance_id}'"
    ) == [(1,)]

    page, complaints = sign_in(fiche, browser, "fanta", width=360)
    expect(page.locator(".phone-edits-notice")).to_contain_text("1 correction")
    press(page, ".phone-edits-notice a")
    assert fits(page)
    press(page, ".sheets a")
    assert fits(page)
    row = page.locator(".phone-edit tr").filter(has_text="Filles")
    expect(row).to_contain_text("20")
    expect(row.locator("ins")).to_have_text("16")
    press(page, ".phone-edit button >> nth=0")
    expect(page.locator("[role=status]")).to_contain_text("est maintenant la fiche")
    assert state_of(fiche, filled.instance_id) == ("edited", 3, 16)
    assert phone.send(late.xml, files)[0].startswith("Cette fiche avait déjà été reçue")
    second = fill(javarosa, phone, {"n_filles": "17"}, edit=late.file)
    assert phone.send(second.xml, files) == ["Correction reçue. Merci."]
    assert complaints == []


def test_a_phone_killed_between_sends_again_and_two_edits_arrive_in_one_go(
    fiche: Fiche, javarosa: JavaRosa, tmp_path: Path
) -> None:
    phone = new_phone(fiche, tmp_path / "phone", "Kadia")
    filled = fill(javarosa, phone, {**SESSION, "village": "T-NON2", "date_seance": "2020-03-10"})
    first = fill(javarosa, phone, {"n_filles": "1"}, edit=filled.file)
    second = fill(javarosa, phone, {"n_filles": "2"}, edit=first.file)
    phone.send(filled.xml)
    with pytest.raises(Refused) as told:
        phone.send(second.xml)  # the first did not get through: it is tried again after it
    assert told.value.status == 404
    phone.send(first.xml)
    fiche.kill()  # the answer is lost
    fiche.start()
    assert phone.send(first.xml)[0].startswith("Cette fiche avait déjà été reçue")
    assert phone.send(second.xml) == ["Correction reçue. Merci."]
    assert state_of(fiche, filled.instance_id) == ("edited", 3, 2)


def test_a_phone_of_another_organisation_corrects_nothing(
    fiche: Fiche, javarosa: JavaRosa, tmp_path: Path
) -> None:
    awa = new_phone(fiche, tmp_path / "awa", "Awa")
    oumou = new_phone(fiche, tmp_path / "oumou", "Oumou", cso="APDF")
    filled = fill(javarosa, awa, {**SESSION, "village": "T-NON2", "n_filles": "6"})
    awa.send(filled.xml)
    edit = fill(javarosa, oumou, {"n_filles": "60"}, edit=filled.file)
    with pytest.raises(Refused, match=r"403: Prévenez votre coordinateur.+autre organisation"):
        oumou.send(edit.xml)
    assert state_of(fiche, filled.instance_id) == (None, 1, 6)
    assert query(fiche, "SELECT COUNT(*) FROM submission_conflict WHERE deprecated_id = ''"
                        f" OR deprecated_id = '{filled.instance_id}'") == [(0,)]  # fmt: skip
