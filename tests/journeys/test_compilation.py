"""A coordinator signs her month, the officer validates and reopens it: phone and desktop, both languages."""

import re
from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fiche_process import Fiche
from tests.journeys.accessible import kept_out
from tests.journeys.visitor import fits, signed_in


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with two demonstration months."""
    fiche = Fiche(tmp_path_factory.mktemp("compilation"))
    fiche.init(("2020-02", 60), ("2020-03", 60), ("2020-04", 60), ("2020-05", 60))
    fiche.start()
    yield fiche
    fiche.kill()


def sheet(fiche: Fiche, month: str, cso: str = "TAGNE") -> str:
    """The address of a compilation sheet."""
    return f"{fiche.address}/projects/1/compilations/{cso}/{month}"


def press(page: Page, text: str) -> None:
    """Press a button of the signing form, where sheets wait for a decision all the same, and wait for what follows."""
    for box in page.locator("#sign input[name=undecided]").all():
        box.check()
    with page.expect_navigation():
        page.locator("#sign button", has_text=text).click()


def state(page: Page) -> str:
    """The state that stands beside the title."""
    return page.locator("h1 .chip").inner_text()


@pytest.mark.parametrize(
    ("width", "locale", "month", "words"),
    [
        (
            360, "fr-FR", "2020-03",
            ("brouillon", "soumise", "validée", "Soumettre", "Valider", "Rouvrir", "Reprendre"),
        ),
        (
            1280, "en-GB", "2020-02",
            ("draft", "submitted", "validated", "Submit", "Validate", "Reopen", "Take back"),
        ),
    ],
)  # fmt: skip
def test_a_month_is_signed_validated_and_reopened(
    fiche: Fiche, browser: Browser, width: int, locale: str, month: str, words: tuple[str, ...]
) -> None:
    draft, submitted, validated, submit, validate, reopen, take_back = words
    awa, complaints = signed_in(fiche, browser, f"awa{width}@osc.ml", width=width, locale=locale)
    officer, _ = signed_in(
        fiche, browser, f"officer{width}@osc.ml", role="manager", width=width, locale=locale
    )
    awa.goto(f"{fiche.address}/projects/1/compilations")
    assert fits(awa)
    assert kept_out(awa) == []
    awa.locator(f"a[href$='/TAGNE/{month}']").first.click()
    assert state(awa) == draft
    assert fits(awa)
    assert kept_out(awa) == []
    assert awa.locator("#sign button").count() == 1
    press(awa, submit)
    assert state(awa) == submitted
    press(awa, take_back)
    assert state(awa) == draft
    awa.fill("#sign textarea", "Une séance n’est pas encore reçue.")
    press(awa, submit)

    officer.goto(sheet(fiche, month))
    expect(officer.locator(".history")).to_contain_text("Une séance n’est pas encore reçue.")
    press(officer, validate)
    assert state(officer) == validated
    digest = officer.locator(".history small").first.inner_text()
    assert re.fullmatch(r"[0-9a-f]{16}", digest)
    assert kept_out(officer) == []
    awa.reload()
    assert awa.locator("#sign").count() == 0
    officer.locator("#sign textarea").last.fill("Une fiche manque.")
    press(officer, reopen)
    assert state(officer) == draft
    awa.reload()
    expect(awa.locator(".history")).to_contain_text("Une fiche manque.")
    assert complaints == []


def digits(text: str) -> int:
    """A number as a page writes it."""
    return int(re.sub(r"\D", "", text))


def test_each_number_leads_to_sheets_that_add_up_to_it(fiche: Fiche, browser: Browser) -> None:
    page, _ = signed_in(fiche, browser, "compteuse@osc.ml", java_script_enabled=False)
    page.goto(sheet(fiche, "2020-04"))
    links = page.locator(".compilation td a")
    assert links.count() > 50
    for number in range(0, links.count(), links.count() // 8):
        link = links.nth(number)
        told = link.inner_text()
        page.goto(f"{fiche.address}{link.get_attribute('href')}")
        assert page.locator(".behind .total .count").inner_text() == told
        digits = [
            int(re.sub(r"\D", "", text))
            for text in page.locator("tbody tr:not(.total) .count").all_inner_texts()
        ]
        assert sum(digits) == int(re.sub(r"\D", "", told))
        page.goto(sheet(fiche, "2020-04"))


def test_of_two_officers_one_is_told(fiche: Fiche, browser: Browser) -> None:
    awa, _ = signed_in(fiche, browser, "awa-deux@osc.ml")
    awa.goto(sheet(fiche, "2020-05"))
    press(awa, "Soumettre")
    first, _ = signed_in(fiche, browser, "chef1@osc.ml", role="manager")
    second, _ = signed_in(fiche, browser, "chef2@osc.ml", role="manager")
    for page in (first, second):
        page.goto(sheet(fiche, "2020-05"))
    press(first, "Valider")
    second.locator("#sign textarea").last.fill("Je ne suis pas d’accord.")
    press(second, "Rouvrir")
    expect(second.locator("[role=alert]")).to_contain_text("entre-temps")
    assert state(second) == "validée"


def test_the_months_of_another_cso_do_not_exist(fiche: Fiche, browser: Browser) -> None:
    theirs, _ = signed_in(fiche, browser, "ali@osc.ml", cso="APSEF")
    theirs.goto(f"{fiche.address}/projects/1/compilations")
    assert "TAGNE" not in theirs.locator("main").inner_text()
    mine = sheet(fiche, "2020-04")
    for address in (
        mine,
        f"{mine}/sheets?block=sessions&column=h",
        f"{mine}?format=xlsx",
        f"{mine}?format=pdf",
    ):
        answer = theirs.context.request.get(address)
        assert answer.status == 404, address


def test_a_viewer_reads_and_has_nothing_to_sign_with(fiche: Fiche, browser: Browser) -> None:
    page, _ = signed_in(fiche, browser, "lectrice@osc.ml", role="viewer")
    page.goto(sheet(fiche, "2020-04"))
    assert page.locator(".compilation").count() > 3
    assert page.locator("#sign, main form button").count() == 0
    csrf = page.locator("header input[name=csrf]").get_attribute("value") or ""
    answer = page.context.request.post(
        f"{sheet(fiche, '2020-04')}/submit", form={"csrf": csrf, "steps": "0", "undecided": "accepted"}
    )
    assert answer.status == 403


def test_the_workbook_has_a_sheet_for_each_block_with_numbers_in_it(fiche: Fiche, browser: Browser) -> None:
    page, _ = signed_in(fiche, browser, "imprimeuse@osc.ml")
    page.goto(sheet(fiche, "2020-04"))
    shown = page.locator("#sessions tr.total td").nth(8).inner_text()
    book = openpyxl.load_workbook(
        BytesIO(page.context.request.get(f"{sheet(fiche, '2020-04')}?format=xlsx").body())
    )
    assert book.sheetnames[1:] == [
        "1 Lieux", "1 Activités", "1 États", "1 Formations", "5 Changements", "6 Manquantes", "7 Contrôles",
    ]  # fmt: skip
    places = book["1 Lieux"]
    headings = [cell.value for cell in places[4]]
    column = headings.index("Total")
    [total] = [row for row in places.iter_rows(min_row=5, values_only=True) if row[0] == "Total"]
    assert total[column] == digits(shown)
    assert places.page_setup.orientation == "landscape"
    assert places.page_setup.paperSize == 9
    paper = page.context.request.get(f"{sheet(fiche, '2020-04')}?format=pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF-")


def test_what_arrived_since_the_last_calculation_is_said_and_counted_at_a_press(
    fiche: Fiche, browser: Browser
) -> None:
    page, _ = signed_in(fiche, browser, "presseuse@osc.ml")
    page.goto(sheet(fiche, "2020-04"))
    address = f"{fiche.address}/projects/1/sheets"
    page.goto(address)
    page.locator("input[name=sheet]").first.check()
    with page.expect_navigation():
        page.click("button[value=approved]")
    page.goto(sheet(fiche, "2020-04"))
    expect(page.locator(".notice").first).to_contain_text("depuis le dernier calcul")
    with page.expect_navigation():
        page.locator(".notice button").click()
    expect(page.locator("[role=status]")).to_contain_text("compté")
    assert page.locator("form.notice").count() == 0
