"""A sheet filled in the browser, as tests do it: questions are found by their words."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from forms.base.sqlite import sqlite3
from tests.fiche_process import Fiche


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
