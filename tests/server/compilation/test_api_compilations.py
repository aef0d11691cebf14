"""Compilation sheets for programs, on the command line, and as a workbook that starts no formula."""

import json
from pathlib import Path

import pytest

from forms.base.formula import harmless
from tests.aggregates.months import SEANCE
from tests.fiche_process import Fiche
from tests.server.cast import Stage, send, stage, write
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
BASE = "/v1/projects/1/compilations"


def test_a_month_is_read_signed_validated_and_reopened(stage: Stage) -> None:
    stage.reset()
    read = stage.get("coordinator", f"{BASE}/TAGNE/2020-03").get_json()
    assert (read["state"], read["steps"], read["header"]["cso"]) == ("draft", 0, "TAGNE")
    assert not [name for name in (*read, *read["header"], *read["blocks"][0]["columns"][0]) if "_" in name]
    seen = {"steps": 0, "seen": read["seen"], "remark": "Complet", "acceptsUndecided": True}
    taken = stage.call("coordinator", "POST", f"{BASE}/TAGNE/2020-03/submit", json=seen)
    assert taken.get_json() == {"cso": "TAGNE", "month": "2020-03", "state": "submitted"}
    late = stage.call("coordinator", "POST", f"{BASE}/TAGNE/2020-03/submit", json=seen)
    assert late.status_code == 409
    stage.call("officer", "POST", f"{BASE}/TAGNE/2020-03/validate", json={"acceptsUndecided": True})
    assert stage.get("team", f"{BASE}/TAGNE/2020-03").get_json()["state"] == "validated"
    without = stage.call("officer", "POST", f"{BASE}/TAGNE/2020-03/reopen", json={})
    assert without.status_code == 400
    stage.call("officer", "POST", f"{BASE}/TAGNE/2020-03/reopen", json={"remark": "Une fiche manque"})
    read = stage.get("officer", f"{BASE}/TAGNE/2020-03").get_json()
    assert [step["action"] for step in read["history"]] == ["submit", "validate", "reopen"]
    assert [step["actorRole"] for step in read["history"]] == ["coordinator", "manager", "manager"]
    assert stage.get("officer", BASE).get_json()[0]["state"] == "draft"


def test_who_signs_while_sheets_wait_for_a_decision_says_so(stage: Stage) -> None:
    stage.reset()
    stage.station.publish(SEANCE)
    told = {"osc": "tagne", "jour": "2020-03-08", "statut": "oui", "h": 3, "seance": 1}
    sheet = instance_xml("seance", "1", told, instance_id="uuid:waiting")
    write(stage.station.storage, lambda db: send(db, sheet))
    asked = stage.call("coordinator", "POST", f"{BASE}/TAGNE/2020-03/submit", json={})
    assert (asked.status_code, asked.get_json()["code"]) == (409, 409.1)
    page = stage.get("coordinator", f"{BASE.removeprefix('/v1')}/TAGNE/2020-03").text
    assert 'name="undecided" value="accepted" required' in page
    stage.call("coordinator", "POST", f"{BASE}/TAGNE/2020-03/submit", json={"acceptsUndecided": True})
    assert stage.call("officer", "POST", f"{BASE}/TAGNE/2020-03/validate", json={}).status_code == 409
    page = stage.get("officer", f"{BASE.removeprefix('/v1')}/TAGNE/2020-03").text
    assert 'name="undecided" value="accepted" required' in page


def test_only_the_right_roles_take_a_step(stage: Stage) -> None:
    stage.reset()
    for who, step in (
        ("officer", "submit"),
        ("coordinator", "validate"),
        ("team", "submit"),
        ("team", "reopen"),
    ):
        answer = stage.call(who, "POST", f"{BASE}/TAGNE/2020-03/{step}", json={"remark": "x"})
        assert answer.status_code == 403, (who, step)


def test_another_csos_month_is_nowhere(stage: Stage) -> None:
    stage.reset()
    stage.call("coordinator", "POST", f"{BASE}/TAGNE/2020-03/submit", json={"acceptsUndecided": True})
    assert stage.get("other coordinator", BASE).get_json() == []
    for address in ("TAGNE/2020-03", "tagne/2020-03", "TAGNE/2020-03?format=xlsx"):
        assert stage.get("other coordinator", f"{BASE}/{address}").status_code == 404
    for step in ("submit", "take-back"):
        answer = stage.call("other coordinator", "POST", f"{BASE}/TAGNE/2020-03/{step}", json={})
        assert answer.status_code == 404


@pytest.mark.parametrize("address", ["TAGNE/2020-13", "TAGNE/mars", "NOBODY/2020-03", "TAGNE/2020-3"])
def test_a_month_or_a_cso_that_is_none_is_404(stage: Stage, address: str) -> None:
    assert stage.get("officer", f"{BASE}/{address}").status_code == 404


def test_a_format_that_is_none_is_400(stage: Stage) -> None:
    assert stage.get("officer", f"{BASE}/TAGNE/2020-03?format=doc").status_code == 400
    assert stage.get("officer", f"{BASE}/TAGNE/2020-03?status=x").status_code == 400


def test_without_typst_there_is_no_pdf_and_the_page_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.compilation.download.can_print", lambda: False)
    monkeypatch.setattr("server.compilation.pages.can_print", lambda: False)
    assert stage.get("officer", f"{BASE}/TAGNE/2020-03?format=pdf").status_code == 406
    page = stage.get("officer", "/projects/1/compilations/TAGNE/2020-03").text
    assert "typst is not installed" in page
    assert "format=pdf" not in page


@pytest.mark.parametrize("text", ["=1+1", "+22370000000", "@x", "-3"])
def test_no_text_starts_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("–") == "–"


def test_the_command_writes_every_format(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "here")
    fiche.init(("2020-03", 30))
    told = json.loads(fiche.run("compile", "--cso", "tagne", "--month", "2020-03", "--format", "json").stdout)
    assert told["header"]["cso"] == "TAGNE"
    table = fiche.run("compile", "--cso", "TAGNE", "--month", "2020-03").stdout
    assert "Séances et participations" in table
    [heading] = [line for line in table.splitlines() if line.startswith("Lieu") and "Prévues" in line][:1]
    assert heading.count(" Hommes") == 2  # of participations and of new persons: told apart
    assert "Nouvelles personnes\N{NO-BREAK SPACE}: Hommes" in heading
    assert "Fiches reçues\N{NO-BREAK SPACE}: " in table
    for kind, start in (("xlsx", b"PK"), ("pdf", b"%PDF-")):
        output = tmp_path / f"x.{kind}"
        fiche.run(
            "compile", "--cso", "TAGNE", "--month", "2020-03", "--format", kind, "--output", str(output)
        )
        assert output.read_bytes().startswith(start)
    unknown = fiche.run("compile", "--cso", "nobody", "--month", "2020-03", check=False)
    assert unknown.returncode == 1
    assert "nobody" in unknown.stderr
