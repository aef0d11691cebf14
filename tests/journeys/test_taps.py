"""What must not cost a tap: going on from sheet to sheet, deciding on a phone, copying a message, printing cards."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fiche_process import Fiche
from tests.journeys.accessible import kept_out
from tests.journeys.visitor import fits, signed_in


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with a demonstration month."""
    fiche = Fiche(tmp_path_factory.mktemp("taps"))
    fiche.init(("2020-03", 160))
    fiche.start()
    yield fiche
    fiche.kill()


def looks_right(page: Page) -> None:
    """Nothing sticks out of the window, and nothing keeps anybody out."""
    assert fits(page), page.url
    assert kept_out(page) == [], page.url


def title(page: Page) -> str:
    """The place and day of the sheet that is open."""
    return str(page.locator("h1").inner_text()).replace("\n", " ")


@pytest.mark.parametrize("width", [360, 1280])
def test_from_the_desk_each_decision_opens_the_next_sheet_and_undo_goes_back_to_the_one_decided(
    fiche: Fiche, browser: Browser, width: int
) -> None:
    page, complaints = signed_in(fiche, browser, f"suite{width}@osc.ml", width=width)
    page.goto(fiche.address)
    with page.expect_navigation():
        page.click("a.button[href*='then=next']")
    first = title(page)
    assert "order=oldest" in page.url
    assert page.locator("a[data-previous]").count() == 0, "nothing that waits came before it"
    for _ in range(2):
        seen, left = title(page), page.locator(".beside").inner_text()
        assert re.search(r"encore \d+ à décider", left)
        with page.expect_navigation():
            page.click(".quick button") if width == 360 else page.keyboard.press("a")
        outcome = page.locator("[role=status]")
        expect(outcome).to_be_focused()
        expect(outcome).to_contain_text("validée")
        assert outcome.locator("a").first.inner_text().replace(",", "") in seen.replace(",", "")
        assert page.locator("#decide").count() == 1
        assert page.locator(".beside").inner_text() != left, "one less"
        looks_right(page)
    assert title(page) != first
    page.keyboard.press("Tab")  # the sheet that was decided on, then "undo"
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert title(page) == seen
    expect(page.locator("main .chip").first).to_have_text("reçue")
    expect(page.locator("[role=status]")).to_contain_text("annulée")
    assert complaints == []


def test_on_a_phone_ticked_sheets_bring_the_decision_to_the_foot_of_the_window(
    fiche: Fiche, browser: Browser
) -> None:
    page, _ = signed_in(fiche, browser, "pouce@osc.ml", width=360)
    page.goto(f"{fiche.address}/projects/1/sheets?state=todo")
    bar = page.locator(".ticked")
    expect(bar).to_be_hidden()
    expect(page.locator("#decide")).to_be_hidden()
    page.locator(".sheets input").nth(0).check()
    page.locator(".sheets input").nth(1).check()
    expect(bar).to_contain_text("2")
    expect(bar).to_be_in_viewport()
    looks_right(page)
    bar.locator("a").click()
    expect(page.locator("#decide button[value=approved]")).to_be_in_viewport()
    page.locator(".sheets input").nth(0).uncheck()
    page.locator(".sheets input").nth(1).uncheck()
    expect(page.locator("#decide")).to_be_hidden()


def test_two_sheets_show_what_differs_and_fold_what_is_the_same(fiche: Fiche, browser: Browser) -> None:
    page, _ = signed_in(fiche, browser, "paire@osc.ml", width=360)
    page.goto(f"{fiche.address}/projects/1/sheets?state=&form=seance_sensibilisation")
    address = (page.locator("a.open").first.get_attribute("href") or "").partition("?")[0]
    other = (page.locator("input[name=sheet]").nth(1).get_attribute("value") or "").partition(".")[0]
    page.goto(f"{fiche.address}{address}/beside/{other}")
    looks_right(page)
    expect(page.locator("tr.differs").first).to_be_visible()
    expect(page.locator("tr.same").first).to_be_hidden()
    page.locator("details.card summary").click()
    expect(page.locator("tr.same").first).to_be_visible()


def test_a_reminder_is_copied_with_one_tap(fiche: Fiche, browser: Browser) -> None:
    page, complaints = signed_in(fiche, browser, "copie@osc.ml", width=360)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=fiche.address)
    page.goto(f"{fiche.address}/projects/1/reminders?month=2020-03")
    message = page.locator("textarea.message").first.input_value()
    page.locator("[data-copy]").first.click()
    expect(page.locator("[data-copy]").first).to_contain_text("Copié")
    assert page.evaluate("navigator.clipboard.readText()") == message
    assert complaints == []


def test_the_cards_of_phones_are_printed_whole(fiche: Fiche, browser: Browser) -> None:
    page, _ = signed_in(fiche, browser, "cartes@osc.ml")
    page.goto(f"{fiche.address}/projects/1/phones")
    page.click("main summary")
    page.fill(
        "main textarea", "Kadia Traoré\nUne animatrice dont le nom est vraiment très long\nAdama Sangaré"
    )
    with page.expect_navigation():
        page.click("main details button")
    expect(page.locator("[data-print]")).to_be_visible()
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins
    page.emulate_media(media="print")
    cards = page.locator(".phone-card")
    assert cards.count() == 3
    for card in cards.all():
        assert card.evaluate("(card) => card.scrollHeight <= card.clientHeight + 1")
    expect(page.locator(".top")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_puts_one_phone_in_service_and_shows_its_code(
    fiche: Fiche, browser: Browser, scripts: bool
) -> None:
    name = f"Double {scripts}"
    page, complaints = signed_in(fiche, browser, f"double{scripts}@osc.ml", java_script_enabled=scripts)
    page.goto(f"{fiche.address}/projects/1/phones")
    page.click("main summary")
    page.fill("main textarea", name)
    page.dblclick("main details button", no_wait_after=True)
    expect(page.locator(".phone-card")).to_have_count(1)
    page.goto(f"{fiche.address}/projects/1/phones?q={name}")
    expect(page.locator("table.phones tbody tr")).to_have_count(1)
    assert complaints == []
