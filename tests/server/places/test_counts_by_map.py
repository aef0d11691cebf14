"""The two maps where people ask for counts: the page, its sheets, programs, the terminal's own query."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from forms.base.blobs import BlobStore
from forms.base.by import By
from forms.places.place import locate_all
from forms.places.places import all_places, replace_places
from server.app import create_app
from server.base import clock
from server.identity import accounts, assignments, sessions
from server.places.preview import preview_of
from server.places.take_in import Origin, take_in
from server.settings.settings import Settings
from tests.aggregates.sheets import SESSION, Office, session
from tests.server.places.test_both_maps import REGISTER


@dataclass
class Reader:
    """An administrator at their browser."""

    office: Office
    client: FlaskClient
    headers: dict[str, str]

    def json(self, address: str) -> Any:
        """What a program is told."""
        return self.client.get(address, headers=self.headers).get_json()

    def page(self, address: str) -> Any:
        """A page."""
        answer = self.client.get(address, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return html.fromstring(answer.text)

    def merge(self) -> None:
        """V2 becomes a part of V3, in another region."""
        with self.office.storage.writing() as db:
            places = [
                replace(place, valid_to="2021-12-31", successor="V3") if place.code == "V2" else place
                for place in REGISTER
            ]
            preview = preview_of(db, all_places(db), places)
            take_in(db, preview, Origin("lieux.csv", "2022-01"), by=By(None, clock.now()))


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Three sheets of two villages."""
    office = Office(tmp_path, SESSION)
    with office.storage.writing() as db:
        replace_places(db, locate_all(REGISTER)[0])
        account_id = accounts.add_person(
            db, accounts.NewPerson("o@osc.ml", display_name="O", cso=""), now=clock.now()
        )
        assignments.assign(db, account_id, "admin", project_id=None)
        token = sessions.start_session(db, accounts.find_person(db, account_id), now=clock.now())[0]
    for number, village in enumerate(("V1", "V2", "V3")):
        office.send("seance", session(n_femmes=10**number, village=village))
    office.night()
    settings = Settings(file=tmp_path / "fiche.toml", data_directory=tmp_path, languages=("fr", "en"))
    app = create_app(settings, office.storage, BlobStore(tmp_path / "blobs"))
    yield Reader(office, app.test_client(), {"Authorization": f"Bearer {token}", "Accept-Language": "fr"})
    office.storage.close()


def test_programs_choose_the_map(reader: Reader) -> None:
    reader.merge()
    told = {on: reader.json(f"/v1/tallies?by=region&project=1{on}") for on in ("", "&map=then", "&map=now")}
    regions = {on: {row["region"]: row["value"] for row in table["rows"]} for on, table in told.items()}
    assert regions[""] == regions["&map=then"] == {"R1": 11, "R2": 100}
    assert regions["&map=now"] == {"R1": 1, "R2": 110}
    assert [table["map"] for table in told.values()] == ["then", "then", "now"]
    refused = reader.client.get("/v1/tallies?map=demain", headers=reader.headers)
    assert refused.status_code == 400


def test_the_page_offers_the_map_once_there_are_two(reader: Reader) -> None:
    address = "/projects/1/counts?rows=village"
    assert not reader.page(address).xpath("//select[@name='map']")
    reader.merge()
    assert reader.page(address).xpath("//select[@name='map']/option[@selected]/text()") == [
        "la carte d’alors"
    ]
    today = reader.page(f"{address}&map=now")
    assert today.xpath("//select[@name='map']/option[@selected]/text()") == ["la carte d’aujourd’hui"]
    assert "la carte d’aujourd’hui" in today.xpath("string(//*[@class='what'])")
    links = [link for link in today.xpath("//table//a/@href") if "village=V3" in link and "=prov" in link]
    assert links
    assert all("map=now" in link for link in links)
    [link] = [link for link in links if "sex" not in link]
    behind = " ".join(reader.page(link).text_content().split())
    assert "110" in behind
    assert "la carte d’aujourd’hui" in behind
    assert "dans 2 fiches" in behind


def test_a_file_says_by_which_map_it_is(reader: Reader) -> None:
    reader.merge()
    answer = reader.client.get(
        "/projects/1/counts/file?rows=village&map=now&format=csv", headers=reader.headers
    )
    assert answer.status_code == 200
    rows = [line.split(";")[0].strip('"') for line in answer.get_data(as_text=True).splitlines()]
    assert "Dinguera" not in " ".join(rows)
