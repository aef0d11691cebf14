"""The first page in a real browser, on a phone and on a desk, in both languages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.fiche_process import Fiche

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with a demonstration month."""
    fiche = Fiche(tmp_path_factory.mktemp("page"))
    fiche.init()
    fiche.run("demo", "--sheets", "60", "--month", "2020-03")
    fiche.start()
    yield fiche
    fiche.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    chromium = shutil.which("chromium")
    assert chromium, "the tests open pages in a browser: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


def open_page(browser: Browser, address: str, *, width: int, language: str) -> tuple[Page, list[str]]:
    """A page, and what the browser complained of or asked of other hosts."""
    page = browser.new_page(viewport={"width": width, "height": 900}, locale=language)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(address) else complaints.append(request.url),
    )
    page.goto(address)
    return page, complaints


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("language", "word"), [("fr-FR", "Femmes"), ("en-GB", "Women"), ("bm", "Femmes")])
def test_the_page_fits_its_width_and_speaks_the_readers_language(
    fiche: Fiche, browser: Browser, width: int, language: str, word: str
) -> None:
    page, complaints = open_page(browser, fiche.address, width=width, language=language)
    assert page.locator("html").get_attribute("lang") == ("en" if word == "Women" else "fr")
    assert page.get_by_text(word).first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    page.close()


def test_the_numbers_of_a_sheet_add_up_to_its_total(fiche: Fiche, browser: Browser) -> None:
    page, _ = open_page(browser, f"{fiche.address}/?lang=fr", width=1280, language="fr-FR")
    for table in page.locator("table").all():
        rows = [
            [int("".join(filter(str.isdigit, cell))) for cell in row.locator("td").all_inner_texts()]
            for row in table.locator("tbody tr").all()
        ]
        *cells, total = rows
        assert [sum(column) for column in zip(*cells, strict=True)] == total
    page.close()


def test_nothing_received_tells_the_next_step(tmp_path: Path, browser: Browser) -> None:
    fiche = Fiche(tmp_path / "new")
    fiche.init()
    fiche.start()
    try:
        page, _ = open_page(browser, fiche.address, width=360, language="fr-FR")
        assert page.get_by_text("fiche app-user add").is_visible()
        page.close()
    finally:
        fiche.kill()
