"""A bad sheet's way: sent by a phone, flagged within seconds, held out of the counts, and counted once accepted."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from forms.catalogue.definitions import find_form, load_definition
from forms.definition.definition import Definition
from server.store.database import Storage
from tests.fiche_process import Fiche
from tests.phone import Phone
from tests.sheet_writer import filled
from tests.sheets.answers import SESSION

NOBODY = {**SESSION, "n_hommes": 0, "n_femmes": 0, "n_garcons": 0, "n_filles": 0, "compte_seance": 1}
SOMEBODY = {**SESSION, "saisie_papier": "oui", "total_fiche": 63, "compte_seance": 1}
FORM = "/v1/projects/1/forms/seance_sensibilisation/submissions"


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A new installation, serving, whose project takes any date."""
    fiche = Fiche(tmp_path_factory.mktemp("fiche"), settings="[quality]\nlate_days = 100000")
    fiche.first = fiche.init()  # type: ignore[attr-defined]
    fiche.start()
    yield fiche
    fiche.kill()


def the_definition(fiche: Fiche) -> Definition:
    """The session sheet as published."""
    storage = Storage(fiche.folder / "data" / "fiche.db")
    with storage.reading() as db:
        form = find_form(db, 1, "seance_sensibilisation")
        assert form and form.current_definition_id
        definition = load_definition(db, form.current_definition_id)
    storage.close()
    return definition


def api(fiche: Fiche, method: str, path: str, **more: Any) -> Any:
    """A request of the administrator."""
    first = fiche.first  # type: ignore[attr-defined]
    answer = requests.request(
        method,
        f"{fiche.address}{path}",
        auth=(first["email"], first["password"]),
        headers={"Accept-Language": "fr"},
        timeout=30,
        **more,
    )
    assert answer.ok, answer.text
    return answer.json()


def flags_when_they_come(fiche: Fiche, instance_id: str) -> list[dict[str, Any]]:
    """The flags of a sheet, waited for."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found: list[dict[str, Any]] = api(fiche, "GET", f"{FORM}/{instance_id}/flags")
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError((fiche.folder / "serve.log").read_text())


def sessions(fiche: Fiche) -> int:
    """The sessions counted, after a roll-up."""
    fiche.run("rollup")
    rows = fiche.json("tally", "--by", "month", "--measure", "sessions", "--format", "json")
    return sum(row["value"] for row in rows)


def test_a_bad_sheet_is_flagged_soon_and_held_until_somebody_accepts_it(fiche: Fiche, tmp_path: Any) -> None:
    phone = Phone(fiche.phone_address("Awa"), tmp_path)
    definition = the_definition(fiche)
    phone.send(filled(definition, SOMEBODY, instance_id="uuid:plain"))
    phone.send(filled(definition, NOBODY, instance_id="uuid:nobody"))
    found = {flag["rule"]: flag for flag in flags_when_they_come(fiche, "uuid:nobody")}
    assert found["no_participants"]["title"] == "Séance tenue sans participant"
    assert found["no_participants"]["severity"] == "hold"
    assert found["duplicate"]["details"]["other_instance"] == "uuid:plain"
    [mismatch] = flags_when_they_come(fiche, "uuid:plain")
    assert mismatch["reasonFound"] == "Le total écrit (63) dépasse de 3 la somme des cases (60)."
    assert sessions(fiche) == 1
    decision = {
        "seen": found["no_participants"]["seen"],
        "decision": "accepted",
        "reason": "Personne n'est venu, la pluie",
    }
    api(fiche, "POST", f"{FORM}/uuid:nobody/flags", json=decision)
    assert sessions(fiche) == 2
    fiche.run("rebuild")
    assert sessions(fiche) == 2
