"""The first page of who decides: what waits, in the order in which it is done, and the menu on a phone."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fiche_process import Fiche
from tests.journeys.accessible import kept_out
from tests.journeys.visitor import fits, press, signed_in


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with a demonstration month."""
    fiche = Fiche(tmp_path_factory.mktemp("desk"))
    fiche.init(("2020-03", 120))
    fiche.start()
    yield fiche
    fiche.kill()


def at_desk(fiche: Fiche, browser: Browser, email: str, **more: Any) -> Page:
    """The first page of somebody with a role."""
    page, _ = signed_in(fiche, browser, email, bypass_csp=True, reduced_motion="reduce", **more)
    page.goto(fiche.address)
    return page


@pytest.mark.parametrize(
    ("width", "locale", "heading"), [(360, "fr-FR", "À faire"), (1280, "en-GB", "To do")]
)
def test_a_coordinator_finds_the_four_steps_with_the_counts_of_the_inbox(
    fiche: Fiche, browser: Browser, width: int, locale: str, heading: str
) -> None:
    page = at_desk(fiche, browser, f"desk{width}{locale[:2]}@osc.ml", width=width, locale=locale)
    expect(page.locator("h1")).to_have_text(heading)
    assert page.locator(".desk .step").count() == 4
    assert fits(page)
    assert kept_out(page) == []
    undecided = page.locator(".big strong").inner_text()
    returned = page.locator(".lines a[href$='state=hasIssues']").inner_text().split()[0]
    press(page, ".big a")
    assert page.locator(".tabs a[aria-current] strong").inner_text() == undecided
    page.goto(f"{fiche.address}/projects/1/sheets?state=hasIssues")
    assert page.locator(".tabs a[aria-current] strong").inner_text() == returned
    page.goto(fiche.address)
    press(page, ".lines a[href$='compilations/TAGNE/2020-03']")
    assert "TAGNE" in page.title()
    assert "APSEF" not in page.content()


@pytest.mark.parametrize(("width", "locale"), [(360, "fr-FR"), (1280, "en-GB")])
def test_an_officer_finds_the_last_quarter_with_sheets_and_the_months_that_are_late(
    fiche: Fiche, browser: Browser, width: int, locale: str
) -> None:
    page = at_desk(
        fiche, browser, f"officer{width}{locale[:2]}@osc.ml", role="manager", width=width, locale=locale
    )
    assert "2020" in page.locator("h2").first.inner_text()
    assert fits(page)
    assert kept_out(page) == []
    figure = page.locator(".headline a").inner_text()
    assert page.locator(".lines a[href*='compilations/TAGNE/2020-03']").is_visible()
    press(page, ".headline a")
    assert page.locator(".headline dd a, .headline dd").first.inner_text().startswith(figure)


def test_the_menu_folds_on_a_phone_and_tells_the_page_also_below_it(fiche: Fiche, browser: Browser) -> None:
    page = at_desk(fiche, browser, "menu@osc.ml", width=360)
    assert not page.locator("nav.menu").is_visible()
    small = page.locator(".menu-small")
    assert not small.locator("a").first.is_visible()
    small.locator("summary").press("Enter")
    press(page, ".menu-small a:has-text('Fiches')")
    press(page, ".sheets a.open >> nth=0")
    assert "Fiches" in page.locator(".menu-small summary strong").inner_text()
    page.set_viewport_size({"width": 1280, "height": 900})
    current = page.locator("nav.menu a[aria-current]")
    assert (current.inner_text(), current.get_attribute("aria-current")) == ("Fiches", "true")
    assert not small.is_visible()


def test_the_desk_is_quick_and_small(fiche: Fiche, browser: Browser) -> None:
    page = at_desk(fiche, browser, "quick@osc.ml")
    page.context.request.get(fiche.address)
    began = time.perf_counter()
    answer = page.context.request.get(fiche.address, headers={"Accept-Encoding": "gzip"})
    assert time.perf_counter() - began < 1
    assert int(answer.headers["content-length"]) < 10_000


def test_an_empty_installation_tells_everybody_where_to_begin(tmp_path: Path, browser: Browser) -> None:
    fiche = Fiche(tmp_path / "new")
    fiche.init()
    fiche.run("cso", "add", "TAGNE", "Association Tagné", check=False)
    fiche.start()
    try:
        hers = at_desk(fiche, browser, "awa@osc.ml", width=360)
        assert hers.locator(".step a[href='/projects/1/phones']").first.is_visible()
        assert hers.locator(".step a[href='/projects/1/plan']").is_visible()
        officer = at_desk(fiche, browser, "officer@osc.ml", role="manager", width=360)
        assert officer.locator(".begin a[href='/projects/1/plan']").is_visible()
        assert kept_out(officer) == []
    finally:
        fiche.kill()


def test_the_style_sheet_closes_every_block_that_it_opens() -> None:
    text = (Path(__file__).parents[2] / "server/web/static/fiche.css").read_text()
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("/*", "@")):
            assert depth == 0, f"line {number}: a block before it is still open"
        depth += line.count("{") - line.count("}")
    assert depth == 0
