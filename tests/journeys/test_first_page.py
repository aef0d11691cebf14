"""The first page in a real browser, on a phone and on a desk, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import open_page
from tests.fiche_process import Fiche


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with a demonstration month."""
    fiche = Fiche(tmp_path_factory.mktemp("page"), settings="[pages]\npublic_counts = true")
    fiche.init(("2020-03", 60))
    fiche.start()
    yield fiche
    fiche.kill()


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
    fiche = Fiche(tmp_path / "new", settings="[pages]\npublic_counts = true")
    fiche.init()
    fiche.start()
    try:
        page, _ = open_page(browser, fiche.address, width=360, language="fr-FR")
        assert page.get_by_text("fiche app-user add").is_visible()
        page.close()
    finally:
        fiche.kill()
