"""Somebody with a link fills a sheet in the browser, with a network and without one; the sheet arrives once."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser import ARGUMENTS, chromium
from tests.fiche_process import Fiche
from tests.journeys.visitor import PASSWORD, signed_in, watched
from tests.journeys.web_form import choose, fill_cancelled, opened, press_send, question, rows, write

OF_LINK = """
    SELECT s.cso, f.date_seance, f.motif FROM submission AS s
    JOIN sheet_seance_sensibilisation AS f ON f.submission_id = s.id
    JOIN account AS a ON a.id = s.submitter_id WHERE a.kind = 'public_link' AND a.display_name = ?
"""


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with its two sheets."""
    fiche = Fiche(tmp_path_factory.mktemp("links"))
    fiche.init()
    for code in ("TAGNE", "APSEF"):
        fiche.run("cso", "add", code, f"Association {code}")
    fiche.start()
    yield fiche
    fiche.kill()


@pytest.fixture(scope="module")
def coordinator(fiche: Fiche, browser: Browser) -> Page:
    """The coordinator who makes the links."""
    return signed_in(fiche, browser, "awa@osc.ml")[0]


def make_link(page: Page, fiche: Fiche, name: str, *, is_once: bool = False) -> str:
    """A link to the session sheet, made on the page; gives its address."""
    page.goto(f"{fiche.address}/projects/1/links")
    if not page.locator("input[name=name]").is_visible():
        page.click("main summary")
    page.fill("input[name=name]", name)
    page.select_option("select[name=form]", "seance_sensibilisation")
    page.set_checked("input[name=once]", is_once)
    with page.expect_navigation():
        page.click("details button")
    assert page.locator(".link-code svg").is_visible()
    return page.input_value("#address")


def device(fiche: Fiche, browser: Browser, *, width: int = 360) -> tuple[BrowserContext, list[str]]:
    """A phone's browser that knows nobody here."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="fr-FR")
    return context, watched(context, fiche)


def test_a_sheet_through_a_link_counts_to_the_coordinators_cso_and_the_link_can_be_withdrawn(
    fiche: Fiche, browser: Browser, coordinator: Page
) -> None:
    address = make_link(coordinator, fiche, "Mairie")
    context, complaints = device(fiche, browser)
    page = context.new_page()
    opened(page, address)
    assert page.locator(".top").inner_text().split() == ["fiche", "Français", "English"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    press_send(page)  # nothing is answered yet
    expect(page.locator(".form-error-message")).to_contain_text("questions à corriger")
    fill_cancelled(page, day="08/03/2020")
    question(page, "Date de la séance").locator(
        ".p-datepicker-dropdown, .p-datepicker-input-icon-container"
    ).click()
    expect(page.locator(".p-datepicker-panel")).to_contain_text(re.compile("mars", re.IGNORECASE))
    days = page.locator(".p-datepicker-weekday").all_inner_texts()
    assert days == ["L", "M", "M", "J", "V", "S", "D"]
    page.keyboard.press("Escape")
    press_send(page)
    expect(page.locator("#finished-list li")).to_contain_text("envoyée")
    assert rows(fiche, OF_LINK, "Mairie") == [("tagne", "2020-03-08", "pluie")]
    assert question(page, "Date de la séance").locator("input").input_value() == ""  # a new sheet began
    assert complaints == []

    late = context.new_page()
    opened(late, address)
    fill_cancelled(late)
    coordinator.goto(f"{fiche.address}/projects/1/links")
    row = coordinator.locator("tr", has_text="Mairie")
    expect(row).to_contain_text("TAGNE")
    row.locator("summary", has_text="Retirer").click()
    with coordinator.expect_navigation():
        row.locator("button", has_text="Retirer").click()
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("[role=alert]")).to_contain_text("ne marche plus")
    expect(page.locator("#finished-list li")).to_contain_text("envoyée")
    press_send(late)
    for again in range(2):  # refused, and still there when the page is opened again
        expect(late.locator("#finished-list li", has_text="refusée")).to_contain_text(
            "nouveau code", timeout=10_000
        )
        assert late.locator("#finished-list a[download]").count() == 1, again
        late.goto(address)
    assert len(rows(fiche, OF_LINK, "Mairie")) == 1
    assert address.rpartition("/")[2] not in (fiche.folder / "serve.log").read_text()


def test_without_a_network_the_page_opens_and_the_finished_sheet_is_sent_once_when_the_server_is_back(
    fiche: Fiche, browser: Browser, coordinator: Page
) -> None:
    address = make_link(coordinator, fiche, "Sans réseau")
    context, complaints = device(fiche, browser)
    page = context.new_page()
    opened(page, address)
    expect(page.locator("#offline")).to_contain_text("s’ouvre aussi sans réseau", timeout=30_000)
    page.close()
    fiche.stop()
    try:
        page = context.new_page()
        opened(page, address)
        fill_cancelled(page)
        press_send(page)
        expect(page.locator("#finished-list li")).to_contain_text("en attente")
        page.close()
        page = context.new_page()  # the tab was closed: the sheet is still there
        opened(page, address)
        expect(page.locator("#finished-list li")).to_contain_text("en attente")
        page.close()
    finally:
        fiche.start()
    assert rows(fiche, OF_LINK, "Sans réseau") == []
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#finished-list li")).to_contain_text("envoyée", timeout=20_000)
    page.reload()
    expect(page.locator("#finished-list li")).to_contain_text("envoyée")
    assert len(rows(fiche, OF_LINK, "Sans réseau")) == 1
    assert complaints == []


def test_a_half_filled_sheet_outlives_its_tab(fiche: Fiche, browser: Browser, coordinator: Page) -> None:
    address = make_link(coordinator, fiche, "Interrompue")
    context, _ = device(fiche, browser, width=1280)
    page = context.new_page()
    opened(page, address)
    choose(page, "La séance a-t-elle eu lieu", "Annulée")
    choose(page, "Raison", "Pluie")
    write(page, "Date de la séance", "08/03/2020")
    page.wait_for_timeout(4_000)
    page.close()
    page = context.new_page()
    page.goto(address)
    page.locator("#unfinished-list button", has_text="Continuer").click()
    expect(page.locator(".odk-form")).to_be_visible(timeout=30_000)
    assert question(page, "Date de la séance").locator("input").input_value() == "08/03/2020"
    fill_cancelled(page)
    press_send(page)
    expect(page.locator("#finished-list li")).to_contain_text("envoyée")
    page.reload()
    expect(page.locator(".odk-form")).to_be_visible()
    expect(page.locator("#unfinished")).to_be_hidden()
    assert len(rows(fiche, OF_LINK, "Interrompue")) == 1


def test_a_link_for_one_sheet_takes_one(fiche: Fiche, browser: Browser, coordinator: Page) -> None:
    address = make_link(coordinator, fiche, "Une fois", is_once=True)
    context, _ = device(fiche, browser)
    first, second = context.new_page(), device(fiche, browser)[0].new_page()
    for page in (first, second):
        opened(page, address)
        fill_cancelled(page)
    press_send(first)
    expect(first.locator("#finished-list li")).to_contain_text("envoyée")
    expect(first.locator(".odk-form")).to_have_count(0)
    press_send(second)
    expect(second.locator("#finished-list li")).to_contain_text("refusée")
    expect(second.locator("#finished-list li")).to_contain_text("une seule fiche")
    assert second.locator("#finished-list a[download]").count() == 1
    first.goto(address)
    expect(first.locator("[role=alert]")).to_contain_text("est arrivée")
    expect(first.locator("#finished-list li")).to_contain_text("envoyée")
    assert len(rows(fiche, OF_LINK, "Une fois")) == 1


def test_a_person_of_data_entry_fills_a_sheet_and_our_own_part_of_the_page_is_accessible(
    fiche: Fiche, browser: Browser
) -> None:
    page, complaints = signed_in(
        fiche, browser, "saisie@osc.ml", role="formfill", locale="en-GB", password=PASSWORD
    )
    page.goto(f"{fiche.address}/projects/1/fill")
    page.click("main li a >> nth=-1")
    expect(page.locator(".odk-form")).to_be_visible(timeout=30_000)
    expect(page.locator(".odk-form .footer button")).to_have_text("Send")
    expect(page.locator(".odk-form")).to_contain_text("Date of the session")
    choose(page, "Organisation", "TAGNE")
    for words in ("Region", "Cercle", "Commune", "Village or sector"):
        choose(page, words, "")
    write(page, "Village name", "Banankoro")
    choose(page, "Was the session held", "Cancelled")
    choose(page, "Reason", "Rain")
    write(page, "Date of the session", "08/03/2020")
    choose(page, "Type of activity", "Group talk")
    page.context.clear_cookies()  # the session ended meanwhile: the sheet waits
    press_send(page)
    waiting = page.locator("#finished-list li", has_text="waiting")
    expect(waiting).to_contain_text("Sign in again")
    other = page.context.new_page()
    other.goto(f"{fiche.address}/sign-in")
    other.fill("input[name=email]", "saisie@osc.ml")
    other.fill("input[name=password]", PASSWORD)
    with other.expect_navigation():
        other.click("main button")
    page.click("#send-now")
    expect(page.locator("#finished-list li")).to_contain_text("sent")
    complaints[:] = [complaint for complaint in complaints if "401" not in complaint]
    found = Axe().run(page, context={"exclude": [[".odk-form"]]})
    assert [violation["id"] for violation in found.response["violations"]] == []
    assert complaints == []


def test_another_coordinator_sees_no_link_of_this_cso(
    fiche: Fiche, browser: Browser, coordinator: Page
) -> None:
    make_link(coordinator, fiche, "À nous")
    page, _ = signed_in(fiche, browser, "apsef@osc.ml", cso="APSEF")
    page.goto(f"{fiche.address}/projects/1/links")
    assert "À nous" not in page.locator("main").inner_text()
    listed = page.evaluate(
        "fetch('/v1/projects/1/forms/seance_sensibilisation/public-links').then((each) => each.json())"
    )
    assert listed == []


def test_on_a_plain_http_address_the_form_works_and_the_page_says_why_it_needs_the_network(
    fiche: Fiche, coordinator: Page
) -> None:
    link = make_link(coordinator, fiche, "Réseau local").replace("127.0.0.1", "fiche.lan")
    with coordinator.context.browser.browser_type.launch(  # type: ignore[union-attr]
        executable_path=chromium(), args=[*ARGUMENTS, "--host-resolver-rules=MAP fiche.lan 127.0.0.1"]
    ) as elsewhere:
        page = elsewhere.new_page(locale="fr-FR")
        opened(page, link)
        assert page.evaluate("window.isSecureContext") is False
        expect(page.locator("#offline")).to_contain_text("https")
        fill_cancelled(page)
        press_send(page)
        expect(page.locator("#finished-list li")).to_contain_text("envoyée")
    assert len(rows(fiche, OF_LINK, "Réseau local")) == 1


def test_a_shared_laptop_keeps_no_page_of_somebody_who_signed_out(fiche: Fiche, browser: Browser) -> None:
    page, complaints = signed_in(fiche, browser, "partie@osc.ml", role="formfill")
    page.goto(f"{fiche.address}/projects/1/fill")
    page.click("main li a >> nth=-1")
    expect(page.locator("#offline")).to_contain_text("s’ouvre aussi sans réseau", timeout=30_000)
    place = page.url
    kept = "caches.keys().then((names) => names.filter((name) => name.includes('/projects/')).length)"
    assert page.evaluate(kept) == 1
    with page.expect_navigation():
        page.click(".who button")
    for _ in range(50):
        if page.evaluate(kept) == 0:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(kept) == 0
    fiche.stop()
    try:
        with pytest.raises(Error):
            page.goto(place)
    finally:
        fiche.start()
    assert complaints == []
