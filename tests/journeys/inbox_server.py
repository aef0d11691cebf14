"""A server whose inbox has something of everything."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from forms.catalogue.definitions import find_form, load_definition
from forms.definition.definition import Definition
from forms.places.cso_code import CsoCode
from server.identity.app_users import NewPhone, add_app_user
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.fiche_process import Fiche
from tests.sheet_writer import filled

SESSION = {
    "osc": "tagne", "statut_seance": "oui", "village": "T-DID1", "commune": "KOU-KOL-DID", "milieu": "hors_ecole",
    "date_seance": "2020-02-12", "type_activite": "causerie", "programme": "non", "lieu": "place_publique",
    "role_animation": "animateur_osc", "theme": "vbg", "duree_min": 90, "n_hommes": 11, "n_femmes": 22,
    "n_garcons": 0, "n_filles": 4, "saisie_papier": "non", "gps": "13.90 -8.10 320 25",
}  # fmt: skip
WIDTHS = (360, 1280)


def send(storage: Storage, definition: Definition, name: str, phone: int, **answers: object) -> None:
    """A session sheet, with some answers of its own."""
    edited = str(answers.pop("edits", ""))
    xml = filled(definition, {**SESSION, **answers}, instance_id=f"uuid:{name}")
    if edited:
        xml = xml.replace(b"</instanceID>", f"</instanceID><deprecatedID>{edited}</deprecatedID>".encode())
    with storage.writing() as db:
        at = datetime(2020, 2, 13, 9, tzinfo=UTC) + timedelta(minutes=len(name))
        receive(db, 1, Envelope(xml, device_id="collect:x", submitter_id=phone, cso=CsoCode("TAGNE")), now=at)


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A month of a demonstration, and in the month before it: two sheets of one event, and a sheet with an edit."""
    fiche = Fiche(tmp_path_factory.mktemp("inbox"))
    fiche.init(("2020-03", 260))
    storage = Storage(next((fiche.folder / "data").glob("*.db")))
    with storage.writing() as db:
        form = find_form(db, 1, "seance_sensibilisation")
        assert form
        assert form.current_definition_id
        definition = load_definition(db, form.current_definition_id)
        now = datetime(2020, 2, 1, tzinfo=UTC)
        phone, _ = add_app_user(db, 1, NewPhone(display_name="=Kadia Traoré", cso="TAGNE"), now=now)
    send(storage, definition, "one", phone)
    send(storage, definition, "another", phone, n_femmes=25, lieu="ecole")
    send(
        storage,
        definition,
        "wrong total",
        phone,
        date_seance="2020-02-14",
        saisie_papier="oui",
        total_fiche=40,
    )
    send(
        storage,
        definition,
        "edited",
        phone,
        date_seance="2020-02-13",
        village="T-NON1",
        commune="KOU-KOL-NON",
    )
    send(
        storage, definition, "edited again", phone, date_seance="2020-02-13", village="T-NON1",
        commune="KOU-KOL-NON", n_filles=9, lieu="marche", edits="uuid:edited",
    )  # fmt: skip
    storage.close()
    fiche.run("rollup")
    fiche.start()
    yield fiche
    fiche.kill()


@pytest.fixture
def inbox(fiche: Fiche) -> str:
    """The address of the list."""
    return f"{fiche.address}/projects/1/sheets"


def sheet_address(inbox: str, name: str) -> str:
    """The address of one of the sheets that the fixture sent."""
    return f"{inbox}/seance_sensibilisation/uuid%3A{name.replace(' ', '%20')}"


def total(page: Page, position: int = 1) -> int:
    """The number on a tab of the list."""
    return int(re.sub(r"\D", "", page.locator(".tabs a strong").nth(position).inner_text()))
