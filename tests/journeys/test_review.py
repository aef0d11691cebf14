"""A coordinator goes through her inbox: she decides, takes back, searches, and is told when somebody was faster."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fiche_process import Fiche
from tests.journeys.visitor import coordinator, fits, press


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with a demonstration month."""
    fiche = Fiche(tmp_path_factory.mktemp("review"))
    fiche.init(("2020-03", 150))
    fiche.start()
    yield fiche
    fiche.kill()


def waiting(page: Page) -> int:
    """How many sheets are to be decided."""
    return int(page.locator(".tabs a").first.locator("strong").inner_text())


def test_sheets_are_decided_on_one_by_one_and_together_and_taken_back(fiche: Fiche, browser: Browser) -> None:
    page, complaints = coordinator(fiche, browser, "awa@osc.ml", width=360)
    assert fits(page)
    before = waiting(page)
    assert before > 4
    for box in page.locator("input[name=sheet]").all()[:2]:
        box.check()
    press(page, "button[value=approved]")
    expect(page.locator("[role=status]")).to_contain_text("2 fiches")
    assert waiting(page) == before - 2
    press(page, "[role=status] button")
    assert waiting(page) == before

    press(page, ".sheets a >> nth=0")
    assert fits(page)
    assert page.locator("dl.answers").count() > 1
    press(page, "button[value=hasIssues]")  # without a reason nothing is decided
    expect(page.locator("[role=alert]")).to_be_visible()
    page.fill("textarea[name=reason]", "Vérifiez le nombre de filles.")
    press(page, "button[value=hasIssues]")
    expect(page.locator(".history").first).to_contain_text("Vérifiez le nombre de filles.")
    expect(page.locator("main .chip").first).to_contain_text("à corriger")
    press(page, "[role=status] button")
    page.goto(f"{fiche.address}/projects/1/sheets")
    assert waiting(page) == before
    assert complaints == []


def test_two_coordinators_decide_on_the_same_sheet_and_one_is_told(fiche: Fiche, browser: Browser) -> None:
    first, _ = coordinator(fiche, browser, "premiere@osc.ml")
    second, _ = coordinator(fiche, browser, "seconde@osc.ml")
    for page in (first, second):
        page.locator("input[name=sheet]").first.check()
    press(first, "button[value=approved]")
    second.fill("textarea[name=reason]", "Non")
    press(second, "button[value=rejected]")
    expect(second.locator("[role=status]")).to_contain_text("entre-temps")
    press(first, "[role=status] button")


def test_another_csos_sheets_are_in_no_list_and_at_no_address(fiche: Fiche, browser: Browser) -> None:
    mine, _ = coordinator(fiche, browser, "tagne@osc.ml")
    theirs, _ = coordinator(fiche, browser, "apsef@osc.ml", cso="APSEF")
    address = mine.locator(".sheets a").first.get_attribute("href") or ""
    seen = mine.goto(f"{fiche.address}{address}")
    refused = theirs.goto(f"{fiche.address}{address}")
    assert seen is not None
    assert refused is not None
    assert (seen.status, refused.status) == (200, 404)
    theirs.goto(f"{fiche.address}/projects/1/sheets?state=")
    assert "TAGNE" not in theirs.locator("main").inner_text()


def test_a_search_by_village_state_and_animator_combines_and_pages_go_on(
    fiche: Fiche, browser: Browser
) -> None:
    page, _ = coordinator(fiche, browser, "chercheuse@osc.ml", locale="en-GB")
    base = f"{fiche.address}/projects/1/sheets"
    page.goto(f"{base}?state=")
    village = page.locator(".sheets strong").first.inner_text()
    page.goto(f"{base}?state=&q={village}")
    assert set(page.locator(".sheets strong").all_inner_texts()) == {village}
    animator = page.locator(".sheets .fine").first.inner_text().partition(" · ")[0]
    page.goto(f"{base}?state=approved&q={village}&animator={animator.split()[0]}")
    for text in page.locator(".sheets .fine").all_inner_texts():
        assert text.startswith(animator)
    page.goto(f"{base}?state=&q=nowhere")
    expect(page.locator(".empty")).to_be_visible()


def test_the_inbox_is_read_without_scripts_and_small(fiche: Fiche, browser: Browser) -> None:
    page, _ = coordinator(fiche, browser, "lente@osc.ml", java_script_enabled=False)
    assert page.locator(".sheets li").count() > 0
    sizes = page.context.request.get(
        f"{fiche.address}/projects/1/sheets?state=", headers={"Accept-Encoding": "gzip"}
    )
    assert int(sizes.headers["content-length"]) < 30_000
