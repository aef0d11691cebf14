"""A fixed cast for tests of access: one of each role, two CSOs, somebody without any right, a phone, and nobody."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms.base.blobs import BlobStore
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso, find_cso, replace_zones
from forms.places.projects import create_project
from forms.places.zone import Zone
from server.app import create_app
from server.base import clock
from server.identity import accounts, app_users, assignments, public_links, sessions
from server.settings.settings import Settings
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake import submissions
from sync.intake.receive import receive
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, Station, new_storage

CLUB = """
| survey   |                        |          |          |                       |
|          | type                   | name     | label    | bind::fiche:dimension |
|          | select_one csos        | osc      | OSC      | cso                   |
|          | select_one_from_file villages.csv | village | Village |             |
|          | integer                | presents | Présents |                       |
|          | image                  | photo    | Photo    |                       |
|          | begin repeat           | membre   | Membre   |                       |
|          | text                   | nom      | Nom      |                       |
|          | end repeat             |          |          |                       |
| choices  |                        |          |          |                       |
|          | list_name              | name     | label    |                       |
|          | csos                   | tagne    | TAGNE    |                       |
|          | csos                   | apdf     | APDF     |                       |
| settings |                        |          |          |                       |
|          | form_id                | version  | namespaces |                     |
|          | club                   | 1        | fiche="https://fiche.ong/xforms" |  |
"""
REFERRAL = """
| survey   |                        |          |          |                       |
|          | type                   | name     | label    | bind::fiche:dimension |
|          | select_one csos        | osc      | OSC      | cso                   |
|          | text                   | cas      | Cas      |                       |
| choices  |                        |          |          |                       |
|          | list_name              | name     | label    |                       |
|          | csos                   | tagne    | TAGNE    |                       |
| settings |                        |          |          |                       |
|          | form_id  | version | namespaces                       | attribute::fiche:confidential |
|          | orientation | 1    | fiche="https://fiche.ong/xforms" | yes                           |
"""
PEOPLE = {
    "admin": ("admin", ""),
    "officer": ("manager", ""),
    "team": ("viewer", ""),
    "entry": ("formfill", ""),
    "coordinator": ("coordinator", "TAGNE"),
    "other coordinator": ("coordinator", "APDF"),
    "case manager": ("case-manager", "TAGNE"),
    "stranger": ("", ""),
}
PASSWORD = "Un mot de passe 9"


@dataclass
class Stage:
    """A server in this process with the whole cast; `reset()` puts the database back to the beginning."""

    folder: Path
    app: Flask
    station: Station
    beginning: str = "beginning.db"
    """The file, in the folder, that holds the database as it was in the beginning."""
    begun: tuple[int, int] = (0, 0)
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def client(self) -> FlaskClient:
        """A browser or a program without cookies."""
        return self.app.test_client(use_cookies=False)

    def call(self, who: str, method: str, path: str, **more: Any) -> Any:
        """A request of one of the cast; "nobody" sends no credentials, "phone" and "link" a token in the path."""
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        if who in ("phone", "link"):
            path = path.replace("/v1/", f"/v1/key/{self.tokens[who]}/", 1)
        elif who != "nobody":
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        answer = self.client.open(path, method=method, headers=headers, **more)
        answer.get_data()
        answer.close()
        return answer

    def get(self, who: str, path: str, **more: Any) -> Any:
        """The same, reading."""
        return self.call(who, "GET", path, **more)

    @property
    def _written(self) -> tuple[int, int]:
        """Another pair after whatever is written: it goes to the log first, and from there to the file."""
        log = self.folder / "fiche.db-wal"
        return (log.stat().st_size if log.exists() else 0), (self.folder / "fiche.db").stat().st_mtime_ns

    def is_changed(self) -> bool:
        """Whether anything was written since the beginning."""
        return self._written != self.begun

    def reset(self) -> None:
        """Forget what a request changed."""
        if self.is_changed():
            self.station.storage.close()
            for ending in ("", "-wal", "-shm"):
                (self.folder / f"fiche.db{ending}").unlink(missing_ok=True)
            shutil.copy(self.folder / self.beginning, self.folder / "fiche.db")
            self.begun = self._written

    def begin_here(self, name: str) -> None:
        """Take the database as it is now for the beginning, and keep it in a file of this name."""
        self.station.storage.close()
        self.station.storage.connection().execute("VACUUM INTO ?", [str(self.folder / name)])
        self.station.storage.close()
        self.beginning, self.begun = name, self._written


def write(storage: Storage, work: Any) -> Any:
    """One piece of work as a writer."""
    with storage.writing() as db:
        return work(db)


def send(db: Database, xml: bytes, *, submitter_id: int = 1, cso: str = "", project_id: int = 1) -> str:
    """A submission as it comes from a phone; gives its instanceID."""
    receipt = receive(
        db,
        project_id,
        Envelope(xml, device_id="collect:x", submitter_id=submitter_id, cso=CsoCode(cso)),
        now=BEGINNING,
    )
    return receipt.instance_id


def make_stage(folder: Path) -> Stage:
    """The cast, two forms, and three sheets: one of each CSO, and a referral."""
    storage, blobs = new_storage(folder / "fiche.db"), BlobStore(folder / "blobs")
    with storage.writing() as db:
        create_project(db, "Initiative Spotlight", now=BEGINNING)
        for code in ("TAGNE", "APDF"):
            create_cso(db, code, f"Association {code}", projects=[1], now=BEGINNING)
        replace_zones(db, find_cso(db, "TAGNE"), [Zone("T-YEL1", "2020-01-01")])
    station = Station(storage, blobs, 1)
    station.publish(CLUB, {"villages.csv": b"name,label\nT-YEL1,Yelimane\n"})
    station.publish(REFERRAL)
    settings = Settings(file=folder / "fiche.toml", data_directory=folder, languages=("fr", "en"))
    stage = Stage(folder, create_app(settings, storage, blobs), station)
    now = clock.now()
    with storage.writing() as db:
        for name, (role, cso) in PEOPLE.items():
            email = f"{name.replace(' ', '.')}@osc.ml"
            account_id = accounts.add_person(
                db, accounts.NewPerson(email, display_name=name, cso=cso), now=now
            )
            if role:
                assignments.assign(db, account_id, role, project_id=None if role == "admin" else 1)
            account = accounts.find_person(db, account_id)
            stage.tokens[name] = sessions.start_session(db, account, now=now)[0]
            stage.ids[name] = account_id
        phone_id, token = app_users.add_app_user(
            db, 1, app_users.NewPhone(display_name="Awa", cso="TAGNE"), now=now
        )
        stage.tokens["phone"], stage.ids["phone"] = token, phone_id
        club = definitions.find_form(db, 1, "club")
        assert club
        stage.ids["link"], stage.tokens["link"] = public_links.add_link(
            db,
            club,
            public_links.NewLink(display_name="Mairie", cso="TAGNE", language="", is_once=False),
            creator_id=1,
            now=now,
        )
        for osc in ("tagne", "apdf"):
            xml = instance_xml(
                "club", "1", {"/osc": osc, "/presents": 3, "/photo": "p.jpg", "/membre": [{"nom": "Awa"}]},
                instance_id=f"uuid:{osc}",
            )  # fmt: skip
            send(db, xml, submitter_id=phone_id)
        send(db, instance_xml("orientation", "1", {"/osc": "tagne", "/cas": "T-1"}, instance_id="uuid:cas"))
        xml = instance_xml("club", "1", {"/osc": "tagne"}, instance_id="uuid:gone")
        send(db, xml)
        gone = submissions.find_version(db, 1, "uuid:gone")
        assert gone
        submissions.set_deleted(db, [gone.submission_id], is_deleted=True, now=BEGINNING, actor_id=1)
    stage.begin_here("beginning.db")
    return stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for a file of tests; a test that changes something calls `reset()`."""
    made = make_stage(tmp_path_factory.mktemp("stage"))
    yield made
    made.station.storage.close()
