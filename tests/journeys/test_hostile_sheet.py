"""Whoever has a link or makes forms sends a script; whoever opens what they sent runs nothing of it.

Each script would make an administrator of the sender, with the rights of the person who opens the address.
"""

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Error, Page

from tests.fiche_process import Fiche
from tests.journeys.visitor import signed_in
from tests.journeys.web_form import rows

FORM = "/v1/projects/1/forms/seance_sensibilisation"
SHEET = f"{FORM}/submissions/uuid:hostile"
ATTACK = """
fetch('/account').then((answer) => answer.text()).then((page) => {
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)[1];
  const headers = { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' };
  return fetch('/v1/users', { method: 'POST', headers, body: '{"email": "intruder@example.org"}' });
});
"""


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with its sheets."""
    fiche = Fiche(tmp_path_factory.mktemp("hostile"))
    fiche.init()
    fiche.start()
    yield fiche
    fiche.kill()


@pytest.fixture(scope="module")
def administrator(fiche: Fiche, browser: Browser) -> Page:
    """Somebody who may do everything, in a browser."""
    return signed_in(fiche, browser, "chef@osc.ml", role="admin")[0]


def call(page: Page, fiche: Fiche, method: str, path: str, **more: object) -> requests.Response:
    """A request of the administrator's, from a program."""
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"].endswith("fiche_session")]
    headers = {"Authorization": f"Bearer {cookie['value']}", **more.pop("headers", {})}  # type: ignore[dict-item]
    answer = requests.request(method, f"{fiche.address}{path}", headers=headers, timeout=30, **more)  # type: ignore[arg-type]
    assert answer.status_code < 400, answer.text
    return answer


def visit(page: Page, address: str) -> None:
    """Open an address as somebody does who follows a link; a file that is saved is no page."""
    with suppress(Error):  # "Download is starting"
        page.goto(address, wait_until="load")
    page.wait_for_timeout(500)  # a script that ran would be done


def is_taken_over(fiche: Fiche) -> bool:
    """Whether the script made its account."""
    return bool(rows(fiche, "SELECT 1 FROM account WHERE email = 'intruder@example.org'"))


def test_a_sheet_sent_with_a_link_takes_nobody_over(fiche: Fiche, administrator: Page) -> None:
    link = call(administrator, fiche, "POST", f"{FORM}/public-links", json={"displayName": "Mairie"}).json()
    version = call(administrator, fiche, "GET", FORM).json()["version"]
    script = f'<script xmlns="http://www.w3.org/1999/xhtml" src="{SHEET}/attachments/a.js"/>'
    xml = (
        f'<data id="seance_sensibilisation" version="{version}"><zz>{script}</zz>'
        "<suites><photo>a.js</photo></suites>"
        "<meta><instanceID>uuid:hostile</instanceID></meta></data>"
    )
    sent = requests.post(
        f"{fiche.address}/v1/key/{link['token']}/projects/1/submission",
        files={
            "xml_submission_file": ("x.xml", xml, "text/xml"),
            "a.js": ("a.js", ATTACK, "text/javascript"),
        },
        headers={"X-OpenRosa-Version": "1.0"},
        timeout=30,
    )
    assert sent.status_code == 201, sent.text
    for path in (f"{SHEET}.xml", f"{SHEET}/versions/uuid:hostile.xml", f"{SHEET}/attachments/a.js"):
        visit(administrator, fiche.address + path)
    assert not is_taken_over(fiche)


def test_a_page_of_ours_loads_no_script_that_somebody_sent(fiche: Fiche, administrator: Page) -> None:
    """Even where somebody found a way to write into a page: the policy and the server both refuse."""
    administrator.goto(f"{fiche.address}/account")
    administrator.evaluate(
        """(address) => new Promise((resolve) => {
            const script = document.createElement('script');
            script.onload = script.onerror = resolve;
            script.src = address;
            document.body.append(script);
        })""",
        f"{SHEET}/attachments/a.js",
    )
    administrator.wait_for_timeout(500)
    assert not is_taken_over(fiche)


def test_a_form_with_a_script_in_its_head_takes_nobody_over(fiche: Fiche, administrator: Page) -> None:
    call(administrator, fiche, "POST", f"{FORM}/draft?ignoreWarnings=true")
    draft = call(administrator, fiche, "GET", f"{FORM}/draft").json()
    xform = call(administrator, fiche, "GET", f"{FORM}/draft.xml").text
    hostile = xform.replace("<h:title>", f"<h:script><![CDATA[{ATTACK}]]></h:script><h:title>", 1)
    assert hostile != xform
    call(
        administrator,
        fiche,
        "POST",
        f"{FORM}/draft?ignoreWarnings=true",
        data=hostile.encode(),
        headers={"Content-Type": "application/xml"},
    )
    draft = call(administrator, fiche, "GET", f"{FORM}/draft").json()
    trial = f"/v1/test/{draft['draftToken']}/projects/1/forms/seance_sensibilisation/draft.xml"
    for path in (f"{FORM}/draft.xml", trial):
        assert urlsplit(path).path == path
        visit(administrator, fiche.address + path)
    assert not is_taken_over(fiche)
