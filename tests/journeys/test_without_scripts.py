"""With JavaScript switched off everything that is read is there, at a phone's width, and so is what decides."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.fiche_process import Fiche
from tests.journeys.visitor import coordinator

MONTH = "2020-03"
PAGES = {
    "": "main h1",
    "/projects/1/sheets?state=": ".sheets li a.open strong",
    "/projects/1/counts": "main table td a, main table td",
    f"/projects/1/plan?month={MONTH}": "table.months tbody td",
    f"/projects/1/reminders?month={MONTH}": "section[aria-labelledby=missing] tbody tr, textarea.message",
    "/projects/1/compilations": "table.grid td a",
    f"/projects/1/compilations/TAGNE/{MONTH}": ".compilation td a",
    f"/projects/1/compilations/TAGNE/{MONTH}/sheets?block=sessions&column=total": "main h1",
    "/projects/1/phones": "main li, main tbody tr",
    "/projects/1/links": "main form",
    "/projects/1/sheet-views": "main h1",
}
"""Addresses, and what must be read there."""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Fiche, Page]]:
    """A coordinator whose browser runs no scripts."""
    fiche = Fiche(tmp_path_factory.mktemp("scripts"))
    fiche.init((MONTH, 150))
    fiche.start()
    page, _ = coordinator(fiche, browser, "lente@osc.ml", width=360, java_script_enabled=False)
    yield fiche, page
    fiche.kill()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_read(reader: tuple[Fiche, Page], address: str) -> None:
    fiche, page = reader
    answer = page.goto(f"{fiche.address}{address}")
    assert answer is not None
    assert answer.status == 200
    read = page.locator(PAGES[address])
    assert read.count() > 0
    assert any(text.strip() for text in read.all_inner_texts())
    assert page.locator("nav.menu a").count() > 4
    for called in page.locator("main [onclick], main button[type=button]").all():
        assert not called.is_visible(), "a button that only a script would answer"


def test_a_sheet_is_read_and_decided_on(reader: tuple[Fiche, Page]) -> None:
    fiche, page = reader
    page.goto(f"{fiche.address}/projects/1/sheets?flag=any&state=")
    page.locator("a.open").first.click()
    assert page.locator("dl.answers dd").count() > 5
    page.locator(".flag-box summary").first.click()
    assert page.locator(".flag-box textarea").first.is_visible()
    page.fill("#decide textarea[name=reason]", "Vu sans script")
    page.locator("#decide button[value=hasIssues]").click()
    assert "Vu sans script" in page.locator(".timeline").inner_text()


def test_two_sheets_are_read_side_by_side(reader: tuple[Fiche, Page]) -> None:
    fiche, page = reader
    page.goto(f"{fiche.address}/projects/1/sheets?state=&form=seance_sensibilisation")
    address = page.locator("a.open").first.get_attribute("href") or ""
    other = (page.locator("input[name=sheet]").nth(1).get_attribute("value") or "").partition(".")[0]
    page.goto(f"{fiche.address}{address.partition('?')[0]}/beside/{other}")
    assert page.locator("table.compared td").count() > 5
    assert page.locator("button[value=both]").is_visible()


def test_a_form_that_needs_scripts_says_so(reader: tuple[Fiche, Page]) -> None:
    fiche, page = reader
    page.goto(f"{fiche.address}/projects/1/fill/seance_sensibilisation")
    assert page.locator("noscript").count() > 0
    assert page.locator("main").inner_text().strip()
