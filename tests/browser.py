"""Debian's chromium for tests of pages, and what it complains of."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

UNUSED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",  # the address bar's: a process more for each window
    # and what Playwright names itself, as the last list is the one that counts
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip
"""Parts of chromium that no page of ours can tell from outside: opening a window costs half without them."""
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--disable-features={','.join(UNUSED)}",
]  # fmt: skip


PATIENCE_MS = 20_000
"""Until something is expected to be seen: a busy machine takes longer for the same pages."""
expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str:
    """Where the browser is: the one without windows, where it is installed, opens a page at a fifth of the price."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "the tests open pages in a browser: apt-get install chromium-headless-shell"
    return path


@pytest.fixture(autouse=True)
def closed_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test opened is closed after it: a window that stays open goes on working."""
    if "browser" not in request.fixturenames:
        yield
        return
    browser: Browser = request.getfixturevalue("browser")
    before = set(browser.contexts)
    yield
    for context in browser.contexts:
        if context not in before:
            context.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
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
