"""People and phones looked after in a browser: an invitation accepted, a team's codes printed, access withdrawn."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from server.phones.qr import read_settings_text
from tests.fiche_process import Fiche
from tests.journeys.accessible import kept_out
from tests.journeys.visitor import PASSWORD, fits, press, signed_in

OPENROSA = {"X-OpenRosa-Version": "1.0"}


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fiche, str]]:
    """A server, and its administrator's password."""
    fiche = Fiche(tmp_path_factory.mktemp("accounts"))
    first = fiche.init()
    fiche.run("cso", "add", "TAGNE", "Association Tagné")
    fiche.start()
    yield fiche, first["password"]
    fiche.kill()


def desk(browser: Browser, *, width: int = 1280, language: str = "fr-FR") -> tuple[BrowserContext, list[str]]:
    """A browser of somebody's own, and what it complained of."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return context, complaints


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    """Through the form."""
    page.goto(f"{address}/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    press(page, "main button")


def test_a_coordinator_is_invited_chooses_a_password_and_puts_her_team_in_service(
    fiche: tuple[Fiche, str], browser: Browser, tmp_path: Path
) -> None:
    server, password = fiche
    email = "awa@osc.ml"
    office, complaints = desk(browser, width=360)
    page = office.new_page()
    page.goto(f"{server.address}/people")
    assert "/sign-in" in page.url  # and then on to where one was going
    page.fill("input[name=email]", "admin@fiche.local")
    page.fill("input[name=password]", password)
    press(page, "main button")
    assert page.url.endswith("/people")
    assert fits(page)
    if page.locator("main details").first.get_attribute("open") != "":
        page.locator("main details summary").first.click()
    page.fill("form[action='/people'] input[name=email]", email)
    page.fill("form[action='/people'] input[name=name]", "Awa Diarra")
    page.fill("form[action='/people'] input[name=cso]", "TAGNE")
    press(page, "form[action='/people'] button:has-text('Inviter')")
    link = page.locator("code.long").inner_text()
    assert fits(page)

    hers, more = desk(browser, width=360)
    own = hers.new_page()
    own.goto(link)
    own.fill("input[name=new]", "court")
    own.fill("input[name=again]", "court")
    own.fill("input[name=new]", PASSWORD)
    own.fill("input[name=again]", PASSWORD)
    press(own, "main button")
    assert own.locator(".who").inner_text().startswith("Awa Diarra")
    assert "Personnes" not in (own.locator("nav.menu").text_content() or "")
    own.click(".menu-small summary")  # on a phone the menu is folded
    press(own, ".menu-small a:has-text('Téléphones')")
    assert fits(own)
    if own.locator("main details").first.get_attribute("open") is None:
        own.locator("main details summary").first.click()
    own.fill("textarea[name=names]", "Oumou Sidibé\nKadidia Coulibaly\n\n")
    press(own, "main form.fields button")
    assert own.locator(".phone-card").count() == 2
    assert own.locator(".phone-card h2").all_inner_texts() == ["Oumou Sidibé", "Kadidia Coulibaly"]
    own.screenshot(path=tmp_path / "cartes.png", full_page=True)
    with Image.open(tmp_path / "cartes.png") as picture:
        codes = zxingcpp.read_barcodes(picture.convert("L"))
    phones = [read_settings_text(code.text) for code in codes]
    assert len(phones) == 2
    for phone in phones:  # the token that is read opens the list of forms
        general = phone["general"]
        assert general["server_url"].startswith(f"{server.address}/v1/key/")
        assert (general["app_language"], general["autosend"]) == ("fr", "wifi_and_cellular")
        assert (general["delete_send"], general["form_update_mode"]) == (True, "match_exactly")
        listed = requests.get(f"{general['server_url']}/formList", headers=OPENROSA, timeout=30)
        assert listed.text.count("<formID>") == 3
    own.pdf(path=tmp_path / "cartes.pdf")
    assert (tmp_path / "cartes.pdf").stat().st_size > 10_000

    own.goto(f"{server.address}/projects/1/phones")
    assert fits(own)
    before = own.locator(".ask summary").count()
    own.locator(".ask summary").first.click()
    assert own.locator("[role=status]").count() == 0, "one tap withdraws nothing"
    press(own, ".ask[open] button")
    assert own.locator(".ask summary").count() == before - 1
    assert "n’a plus accès" in own.inner_text("[role=status]")
    press(own, "[role=status] button")
    assert own.locator(".ask summary").count() == before
    assert "a de nouveau accès" in own.inner_text("[role=status]")
    refused = hers.new_page().goto(f"{server.address}/people")
    assert refused is not None
    assert refused.status == 403
    assert [complaint for complaint in complaints + more if "403" not in complaint] == []


def test_a_wrong_password_is_told_and_the_way_back_kept(fiche: tuple[Fiche, str], browser: Browser) -> None:
    server, _ = fiche
    context, _ = desk(browser)
    page = context.new_page()
    sign_in(page, server.address, "admin@fiche.local", "faux")
    assert "faux" in page.locator("[role=alert]").inner_text()
    assert page.input_value("input[name=email]") == "admin@fiche.local"


def test_a_changed_password_ends_other_sessions_and_the_log_tells_it(
    fiche: tuple[Fiche, str], browser: Browser
) -> None:
    server, _password = fiche
    link = server.json("people", "add", "boss@osc.ml", "--role", "admin", "--json")["invitation_url"]
    context, _ = desk(browser, language="en-GB")
    page = context.new_page()
    page.goto(link)
    page.fill("input[name=new]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    press(page, "main button")
    token = requests.post(
        f"{server.address}/v1/sessions", json={"email": "boss@osc.ml", "password": PASSWORD}, timeout=30
    ).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{server.address}/v1/users/current", headers=bearer, timeout=30).status_code == 200
    page.goto(f"{server.address}/account")
    page.fill("input[name=old]", PASSWORD)
    page.fill("input[name=new]", f"{PASSWORD} !")
    page.fill("input[name=again]", f"{PASSWORD} !")
    press(page, "main button:has-text('Change')")
    assert page.locator("[role=status]").count() == 1
    assert requests.get(f"{server.address}/v1/users/current", headers=bearer, timeout=30).status_code == 401
    page.goto(f"{server.address}/audit?action=user")
    assert "chose another password" in page.locator(".log").first.inner_text()
    press(page, "text=Sign out")
    page.goto(f"{server.address}/account")
    assert "/sign-in" in page.url


def test_the_documentation_page_is_whole_and_small(fiche: tuple[Fiche, str], browser: Browser) -> None:
    server, _ = fiche
    context, complaints = desk(browser, width=360)
    page = context.new_page()
    page.goto(f"{server.address}/v1/docs")
    assert fits(page)
    assert page.locator("details.operation").count() > 80
    assert complaints == []
    packed = requests.get(
        f"{server.address}/v1/docs", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=30
    )
    assert int(packed.headers["Content-Length"]) < 30_000
    packed.close()


def test_the_code_of_a_phone_is_drawn_for_whoever_has_its_token_alone(fiche: tuple[Fiche, str]) -> None:
    server, _ = fiche
    url = server.phone_address("Fanta")
    project = urlsplit(url).path.rpartition("/")[2]
    drawn = requests.get(f"{url}/app-user/qr.svg", timeout=30)
    assert drawn.headers["Content-Type"].startswith("image/svg+xml")
    assert re.search(r"<svg", drawn.text)
    assert requests.get(f"{url}/app-user/qr.gif", timeout=30).status_code == 404
    token = urlsplit(url).path.split("/")[3]
    without = f"{server.address}/v1/projects/{project}/app-user/qr.png"
    assert requests.get(without, timeout=30).status_code == 401
    assert requests.get(without, params={"st": token}, timeout=30).content.startswith(b"\x89PNG")


def test_two_people_decide_who_reads_referrals_and_the_others_are_told(
    fiche: tuple[Fiche, str], browser: Browser
) -> None:
    """On a telephone: one asks, a case manager agrees and reads afterwards what was done."""
    server, _ = fiche
    pages = {}
    for who, role in (("oumou", "admin"), ("cas", "case-manager")):
        pages[who], complaints = signed_in(
            server, browser, f"{who}@osc.ml", role=role, width=390, password=PASSWORD
        )
        assert complaints == []
    asking, second = pages["oumou"], pages["cas"]
    asking.goto(f"{server.address}/people")
    asking.click("summary:has-text('Inviter')")
    asking.fill("input[name=email]", "nouvelle@osc.ml")
    asking.select_option("form[action='/people'] select[name=role]", "case-manager")
    press(asking, "form[action='/people'] button:has-text('Inviter')")
    assert "se donne à deux" in asking.inner_text("[role=alert]")
    second.goto(f"{server.address}/")
    press(second, "a[href='/agreements']")
    assert "nouvelle@osc.ml doit devenir gestionnaire de cas" in second.inner_text("article")
    assert fits(second) and kept_out(second) == []
    press(second, "button:has-text('Accepter')")
    assert "/invitation/" in second.inner_text(".done code")
    assert "cas@osc.ml l’a accepté" in second.inner_text("main")
    assert fits(second) and kept_out(second) == []
    press(second, "button:has-text('J’ai lu')")
    assert "l’a accepté" not in second.inner_text("main")
