"""`fiche plan` and `fiche reminders` on a terminal."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fiche_process import Fiche


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """An installation with a demonstration month."""
    fiche = Fiche(tmp_path_factory.mktemp("plans"))
    fiche.init(("2020-03", 60))
    yield fiche


def written(folder: Path, text: str) -> str:
    file = folder / "plan.csv"
    file.write_text(text, "utf-8")
    return str(file)


def test_a_plan_is_looked_at_taken_in_listed_and_taken_back(fiche: Fiche, tmp_path: Path) -> None:
    file = written(tmp_path, "osc;lieu;mois;séances\ntagne;T-NON1;2020-05;4\ntagne;T-NON2;2020-05;2\n")
    before = fiche.json("plan", "list", "--json")
    dry = fiche.run("plan", "import", file, "--dry-run").stdout
    assert "TAGNE" in dry
    assert fiche.json("plan", "list", "--json") == before
    assert "2 lignes importées" in fiche.run("plan", "import", file).stdout
    newest = fiche.json("plan", "list", "--json")[0]
    assert (newest["lines"], newest["csos"], newest["months"]) == (2, ["tagne"], ["2020-05"])
    assert "annulé" in fiche.run("plan", "undo").stdout
    assert "annulé" in fiche.run("plan", "list").stdout
    assert "compte de nouveau" in fiche.run("plan", "undo", str(newest["id"]), "--redo").stdout
    fiche.run("plan", "undo")


def test_wrong_lines_are_told_and_nothing_is_taken_in_unless_asked(fiche: Fiche, tmp_path: Path) -> None:
    file = written(tmp_path, "osc;lieu;mois;séances\ntagne;T-NON1;2020-05;4\ntagne;Nulle part;mai;x\n")
    before = fiche.json("plan", "list", "--json")
    refused = fiche.run("plan", "import", file, check=False)
    assert refused.returncode == 1
    assert refused.stderr.count("Ligne 3") == 3
    assert "Rien n’a été importé" in refused.stderr
    assert fiche.json("plan", "list", "--json") == before
    assert "1 ligne importée" in fiche.run("plan", "import", file, "--only-good").stdout
    fiche.run("plan", "undo")


def test_a_file_that_is_no_plan_is_told_in_one_sentence(fiche: Fiche, tmp_path: Path) -> None:
    refused = fiche.run("plan", "import", written(tmp_path, "nom;age\nAwa;3\n"), check=False)
    assert refused.returncode == 1
    assert "lieu / commune" in refused.stderr
    assert fiche.run("plan", "undo", "999", check=False).returncode == 1


def test_the_demonstration_lays_the_same_plan_again_and_again(fiche: Fiche) -> None:
    fiche.run("demo", "--sheets", "60", "--month", "2020-03")
    names = [file["file_name"] for file in fiche.json("plan", "list", "--json")]
    assert names.count("plan-demo-2020-03.csv") == 1


def test_reminders_are_told_as_messages_and_as_files(fiche: Fiche, tmp_path: Path) -> None:
    asked = ("reminders", "--cso", "tagne", "--month", "2020-03")
    assert "Bonjour " in fiche.run(*asked).stdout
    rows = list(csv.reader(io.StringIO(fiche.run(*asked, "--format", "csv").stdout), delimiter=";"))
    told = json.loads(fiche.run(*asked, "--format", "json").stdout)
    assert len(rows) > len(told["missing"]) > 0
    fiche.run(*asked, "--format", "xlsx", "--output", str(tmp_path / "r.xlsx"))
    assert (tmp_path / "r.xlsx").read_bytes().startswith(b"PK")
    refused = fiche.run(*asked, "--send", check=False)
    assert refused.returncode == 1
    assert "[smtp]" in refused.stderr
