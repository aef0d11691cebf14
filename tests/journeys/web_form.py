"""A sheet filled in the browser, as tests do it: questions are found by their words."""

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from forms.sqlite import sqlite3
from tests.fiche_process import Fiche

PASSWORD = "Un mot de passe 9"


def watched(context: BrowserContext, fiche: Fiche) -> list[str]:
    """What pages complain of, or ask of other hosts. A server that is stopped is no complaint."""
    complaints: list[str] = []
    context.on(
        "console",
        lambda said: None if "ERR_CONNECTION" in said.text else complaints.append(said.text),
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((fiche.address, "data:", "blob:")) else complaints.append(asked.url)
        ),
    )
    return complaints


def signed_in(
    fiche: Fiche,
    browser: Browser,
    email: str,
    *,
    cso: str = "TAGNE",
    role: str = "coordinator",
    width: int = 1280,
    locale: str = "fr-FR",
) -> tuple[Page, list[str]]:
    """Somebody's browser, signed in; and what it complains of."""
    invited = fiche.json("people", "add", email, "--cso", cso, "--role", role, "--json")
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale)
    complaints = watched(context, fiche)
    page = context.new_page()
    page.goto(invited["invitation_url"])
    page.fill("input[name=new]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    with page.expect_navigation():
        page.click("main button")
    return page, complaints


def opened(page: Page, address: str) -> None:
    """Go to a page and wait for its form."""
    page.goto(address)
    expect(page.locator(".odk-form")).to_be_visible(timeout=30_000)


def question(page: Page, words: str) -> Locator:
    """One question of the form."""
    return page.locator(".question-container", has_text=words).first


def choose(page: Page, words: str, answer: str) -> None:
    """Choose an answer, from a list that opens or from one that is there."""
    asked = question(page, words)
    if asked.locator(".p-select").count():
        asked.locator(".p-select").click()
        page.locator(".p-select-option", has_text=answer).first.click()
        expect(page.locator(".p-select-overlay")).to_have_count(0)
    else:
        asked.locator("label", has_text=answer).first.click()


def write(page: Page, words: str, answer: str) -> None:
    """Type an answer, and go on to the next."""
    field = question(page, words).locator("input, textarea").first
    field.click()
    field.press("Control+a")
    field.press("Delete")
    field.press_sequentially(answer)
    field.press("Tab")


def fill_cancelled(page: Page, *, day: str = "08/03/2020") -> None:
    """The shortest session sheet: one that was cancelled."""
    choose(page, "Organisation (OSC)", "TAGNE")
    for words in ("Région", "Cercle", "Commune", "Village ou secteur"):
        choose(page, words, "")  # the first
    write(page, "Nom du village", "Banankoro")
    choose(page, "La séance a-t-elle eu lieu", "Annulée")
    choose(page, "Raison", "Pluie")
    write(page, "Date de la séance", day)
    choose(page, "Type d'activité", "Causerie éducative")


def press_send(page: Page) -> None:
    """The engine's own button."""
    page.locator(".odk-form .footer button").click()


def rows(fiche: Fiche, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What stands in the server's database."""
    connection = sqlite3.connect(str(Path(fiche.folder) / "data" / "fiche.db"))
    try:
        return list(connection.execute(statement, values).fetchall())
    finally:
        connection.close()
