"""The cast before the pages of counts, and what they read there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import html

from server.identity import assignments
from server.store.database import Storage
from tests.fiche_process import Fiche
from tests.journeys.visitor import PASSWORD
from tests.phone import Phone
from tests.sheet_writer import instance_xml
from tests.station import converted

COUNTS = "/projects/1/counts"
BEHIND = "//table[contains(@class,'behind')]/tbody/tr"
CAST = {
    "officer": ("manager", "", 1),
    "team": ("viewer", "", 1),
    "tagne": ("coordinator", "TAGNE", 1),
    "apsef": ("coordinator", "APSEF", 1),
    "case": ("case-manager", "TAGNE", 1),
    "stranger": ("manager", "", 2),
}

REFERRAL = """
| survey   |           |       |       |                       |                   |
|          | type      | name  | label | bind::fiche:dimension | bind::fiche:event | calculation |
|          | date      | jour  | Jour  | date                  |                   |             |
|          | text      | lieu  | Lieu  | place                 |                   |             |
|          | text      | cas   | Cas   |                       |                   |             |
|          | calculate | un    |       |                       | referrals         | 1           |
| settings |           |       |       |                       |                   |             |
|          | form_id   | version | namespaces                     | attribute::fiche:confidential | |
|          | reference | 1       | fiche="https://fiche.ong/xforms" | yes                         | |
"""
REFERRED = {"KAY-KAY": 12, "KAY-YEL": 1, "KOU": 9, "SEG": 1}
"""Referrals by place: those of one region are too few to be told."""


class Readers:
    """A server with two demonstration months, and a program's session for each of the cast."""

    def __init__(self, fiche: Fiche, first: dict[str, Any]) -> None:
        self.fiche = fiche
        self.sessions = {"admin": self.sign_in(first["email"], first["password"])}
        admin = self.sessions["admin"]
        admin.post(f"{fiche.address}/v1/projects", json={"name": "Autre projet"}).raise_for_status()
        for name, (role, cso, project) in CAST.items():
            told = {"email": f"{name}@osc.ml", "password": PASSWORD, "cso": cso}
            made = admin.post(f"{fiche.address}/v1/users", json=told)
            made.raise_for_status()
            self.appoint(made.json()["id"], role, project)
            self.sessions[name] = self.sign_in(f"{name}@osc.ml", PASSWORD)

    def appoint(self, account_id: int, role: str, project_id: int) -> None:
        """Give a role as if whoever must agree had agreed: two people make a case manager (test_agreements.py)."""
        storage = Storage(self.fiche.database)
        with storage.writing() as db:
            assignments.assign(db, account_id, role, project_id=project_id)
        storage.close()

    def sign_in(self, email: str, password: str) -> requests.Session:
        """A program's session."""
        session = requests.Session()
        session.trust_env = False
        token = session.post(
            f"{self.fiche.address}/v1/sessions", json={"email": email, "password": password}
        ).json()["token"]
        session.headers.update({"Authorization": f"Bearer {token}", "Accept-Language": "en"})
        return session

    def get(self, who: str, path: str) -> requests.Response:
        """What somebody is answered."""
        return self.sessions[who].get(f"{self.fiche.address}{path}")

    def page(self, who: str, path: str) -> Any:
        """A page, parsed."""
        answer = self.get(who, path)
        assert answer.status_code == 200, (who, path, answer.status_code)
        return html.fromstring(answer.content.decode())


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    fiche = Fiche(tmp_path_factory.mktemp("counts"))
    first = fiche.init(("2020-01", 70), ("2020-03", 150))
    fiche.run("rollup")
    fiche.start()
    readers = Readers(fiche, first)
    refer(readers, tmp_path_factory.mktemp("phone"))
    yield readers
    fiche.kill()


def refer(readers: Readers, storage: Path) -> None:
    """A confidential form, and the sheets that a phone sends of it."""
    published = readers.sessions["admin"].post(
        f"{readers.fiche.address}/v1/projects/1/forms?publish=true",
        data=converted(REFERRAL).xml,
        headers={"Content-Type": "application/xml"},
    )
    assert published.status_code == 200, published.text
    phone = Phone(readers.fiche.phone_address(), storage)
    for place, count in REFERRED.items():
        for _ in range(count):
            phone.send(instance_xml("reference", "1", {"/jour": "2020-03-10", "/lieu": place, "/un": "1"}))
    readers.fiche.run("rollup")


def whole(text: str) -> int:
    """A number as it is written for people."""
    digits = "".join(re.findall(r"\d", text))
    return int(digits)


def figures(page: Any) -> dict[str, list[tuple[int, int]]]:
    """Of each line of the table, its (provisional, verified) numbers, the total last."""
    found = {}
    for row in page.xpath("//table[contains(@class, 'counts')]/tbody/tr"):
        cells = row.xpath("td")[:-1]
        pairs = []
        for cell in cells:
            verified = cell.xpath("small")[0]
            text, below = cell.text_content(), verified.text_content()
            pairs.append((whole(text.replace(below, "")), whole(below)))
        found[row.xpath("th")[0].text_content().strip()] = pairs
    return found


def sheets_listed(readers: Readers, who: str, path: str) -> tuple[int, list[tuple[int, str]], int]:
    """The number, every sheet behind it over all pages with its part, and how many sheets the page tells."""
    told, listed, count = 0, [], 0
    while path:
        page = readers.page(who, path)
        told = whole(page.xpath("//p[@class='what']/strong")[0].text_content())
        count = whole(re.search(r"([\d,]+) sheets? makes? this", page.text_content())[1])  # type: ignore[index]
        for row in page.xpath(BEHIND):
            links = row.xpath("th/a/@href")
            listed.append((whole(row.xpath("td")[0].text_content()), links[0] if links else ""))
        older = page.xpath("//a[@rel='next']/@href")
        path = f"{COUNTS}/sheets{older[0]}" if older else ""
    return told, listed, count
