"""Somebody at a browser: signed in, pressing buttons, and whether a page fits its window."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from server.base import clock
from server.identity import accounts, assignments, sessions
from server.store.database import Storage
from server.web.access import COOKIE
from tests.fiche_process import Fiche

PASSWORD = "Un mot de passe 9"


def signed_in(
    fiche: Fiche,
    browser: Browser,
    email: str,
    *,
    role: str = "coordinator",
    cso: str = "TAGNE",
    width: int = 1280,
    locale: str = "fr-FR",
    password: str | None = None,
    **more: Any,
) -> tuple[Page, list[str]]:
    """The browser of somebody new in the first project, and what it complains of.

    The session is begun in the database: test_account_pages.py proves invitations, passwords and signing in.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale, **more)
    token = new_session(fiche, email, role=role, cso=cso, password=password)
    context.add_cookies([{"name": COOKIE, "value": token, "url": fiche.address}])
    complaints = watched(context, fiche)
    return context.new_page(), complaints


def coordinator(fiche: Fiche, browser: Browser, email: str, **more: Any) -> tuple[Page, list[str]]:
    """The same, a coordinator at her inbox."""
    page, complaints = signed_in(fiche, browser, email, **more)
    page.goto(f"{fiche.address}/projects/1/sheets")
    return page, complaints


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


def new_session(
    fiche: Fiche, email: str, *, role: str = "coordinator", cso: str = "TAGNE", password: str | None = None
) -> str:
    """The token of a session of somebody new."""
    storage, now = Storage(fiche.database), clock.now()
    with storage.writing() as db:
        of_cso = cso if role in ("coordinator", "case-manager") else ""
        key = accounts.add_person(db, accounts.NewPerson(email, password=password, cso=of_cso), now=now)
        assignments.assign(db, key, role, project_id=None if role == "admin" else 1)
        token, _ = sessions.start_session(db, accounts.find_person(db, key), now=now)
    storage.close()
    return token


def press(page: Page, selector: str) -> None:
    """Click, and wait for the page that follows."""
    with page.expect_navigation():
        page.click(selector)


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
