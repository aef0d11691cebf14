"""The whole way of a number: sheets out to a phone, filled by Collect's own engine, counted, read."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from openpyxl import load_workbook

from tests.engine.javarosa import JavaRosa
from tests.fiche_process import Fiche
from tests.phone import BlankForm, Phone
from tests.sheets.answers import POSTPONED, TRAINING
from tests.sheets.answers import SESSION as PLAIN_SESSION

PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 800

SESSION: dict[str, Any] = {**PLAIN_SESSION, "nv_femmes": "5", "photo": "groupe.jpg"}


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A new installation with its two sheets and its notice, serving."""
    fiche = Fiche(tmp_path_factory.mktemp("fiche"), settings="[pages]\npublic_counts = true")
    fiche.first = fiche.init()  # type: ignore[attr-defined]
    fiche.start()
    yield fiche
    fiche.kill()


@pytest.fixture(scope="module")
def phone(fiche: Fiche, tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """An animator's phone, just configured."""
    return Phone(fiche.phone_address("Awa"), tmp_path_factory.mktemp("phone"))


@pytest.fixture(scope="module")
def forms(phone: Phone) -> dict[str, BlankForm]:
    """The sheets on the phone."""
    return phone.download()


@pytest.fixture(scope="module")
def sent(javarosa: JavaRosa, phone: Phone, forms: dict[str, BlankForm]) -> None:
    """A session with a picture, a postponed one, and a paper copy whose total is wrong."""
    session = forms["seance_sensibilisation"]
    filled = javarosa.fill(session.path, SESSION, media=session.media)
    phone.send(filled.xml, {"groupe.jpg": PICTURE})
    phone.send(javarosa.fill(session.path, POSTPONED, media=session.media).xml)
    paper = {
        **SESSION,
        "village": "T-NON2",
        "saisie_papier": "oui",
        "total_fiche": "61",
        "ecart_confirme": "OK",
        "photo": None,
    }
    phone.send(javarosa.fill(session.path, paper, media=session.media).xml)
    training = forms["formation"]
    phone.send(javarosa.fill(training.path, TRAINING, media=training.media).xml)


def test_a_phone_lists_and_downloads_both_sheets_with_their_lists(forms: dict[str, BlankForm]) -> None:
    assert set(forms) == {"seance_sensibilisation", "formation", "fiches_a_corriger"}
    villages = (forms["seance_sensibilisation"].media / "villages.csv").read_text().splitlines()
    assert villages[0].split(",")[:2] == ["name", "label"]
    assert any(line.startswith("T-NON1,") for line in villages)


def test_the_counts_are_what_was_filled(fiche: Fiche, sent: None) -> None:
    run = fiche.json("rollup", "--json")
    assert run["error"] is None
    rows = fiche.json(
        "tally", "--by", "region,sex,age_band", "--from", "2020-01", "--to", "2020-12", "--format", "json"
    )
    assert [(row["region"], row["sex"], row["age_band"], row["value"]) for row in rows] == [
        ("KOU", "M", "18+", 24),
        ("KOU", "F", "18+", 50),
        ("KOU", "M", "5-17", 18),
        ("KOU", "F", "5-17", 28),
    ]


def test_a_training_counts_its_people_by_category(fiche: Fiche, sent: None) -> None:
    fiche.run("rollup")
    rows = fiche.json(
        "tally", "--by", "category,sex,age_band", "--measure", "trainees",
        "--from", "2020-06", "--to", "2020-06",
        "--format", "json",
    )  # fmt: skip
    assert [(row["category"], row["sex"], row["age_band"], row["value"]) for row in rows] == [
        ("points_focaux", "M", "18+", 3),
        ("points_focaux", "F", "18+", 4),
        ("points_focaux", "M", "5-17", 1),
        ("points_focaux", "F", "5-17", 2),
        ("prestataires_services", "M", "18+", 10),
        ("prestataires_services", "F", "18+", 15),
        ("prestataires_services", "M", "5-17", 0),
        ("prestataires_services", "F", "5-17", 0),
    ]


def test_first_timers_are_a_unit_of_their_own(fiche: Fiche, sent: None) -> None:
    fiche.run("rollup")
    rows = fiche.json(
        "tally", "--by", "sex,age_band", "--unit", "first_time", "--from", "2020-03", "--to", "2020-03",
        "--format", "json",
    )  # fmt: skip
    assert [(row["sex"], row["age_band"], row["value"]) for row in rows] == [("F", "18+", 10)]


def test_the_api_the_file_and_the_page_say_the_same(fiche: Fiche, sent: None) -> None:
    fiche.run("rollup")
    first = fiche.first  # type: ignore[attr-defined]
    session = requests.post(
        f"{fiche.address}/v1/sessions",
        json={"email": first["email"], "password": first["password"]},
        timeout=30,
    ).json()
    answer = requests.get(
        f"{fiche.address}/v1/tallies",
        params={"by": "village,sex,age_band", "from": "2020-01", "to": "2020-12"},
        headers={"Authorization": f"Bearer {session['token']}"},
        timeout=30,
    ).json()
    assert answer["total"] == 120
    assert sum(row["value"] for row in answer["rows"]) == 120
    text = fiche.run(
        "tally", "--by", "village", "--from", "2020-01", "--to", "2020-12", "--format", "csv"
    ).stdout
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert any("Nonkon village test 1" in row for row in rows)
    path = fiche.folder / "counts.xlsx"
    fiche.run("tally", "--by", "sex,age_band", "--format", "xlsx", "--output", str(path))
    values = [cell.value for row in load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert {24, 50, 18, 28} <= set(values)
    page = requests.get(f"{fiche.address}/", headers={"Accept-Language": "fr"}, timeout=30).text
    assert "Fiche de séance de sensibilisation" in page
    assert "120" in page


def test_nobody_reads_the_counts_without_signing_in(fiche: Fiche) -> None:
    assert requests.get(f"{fiche.address}/v1/tallies", timeout=30).status_code == 401


def test_the_wrong_paper_total_is_kept_and_never_counted(fiche: Fiche, sent: None) -> None:
    fiche.run("rollup")
    rows = query(fiche, "SELECT rule, details FROM finding WHERE rule = 'stated_total_mismatch'")
    assert [(rule, json.loads(details)["difference"]) for rule, details in rows] == [
        ("stated_total_mismatch", 1)
    ]


def test_the_picture_is_on_the_disk_byte_for_byte(fiche: Fiche, sent: None) -> None:
    [(sha256,)] = query(fiche, "SELECT sha256 FROM submission_attachment WHERE name = 'groupe.jpg'")
    [path] = (fiche.folder / "data").rglob(sha256)
    assert path.read_bytes() == PICTURE


def test_a_full_roll_up_changes_nothing(fiche: Fiche, sent: None) -> None:
    fiche.run("rollup")
    before = derived(fiche)
    fiche.run("rollup", "--full")
    assert derived(fiche) == before
    fiche.run("rebuild")
    assert derived(fiche) == before


def test_stopping_is_clean_and_starting_again_loses_nothing(fiche: Fiche, sent: None, phone: Phone) -> None:
    before = query(fiche, "SELECT COUNT(*) FROM submission")
    assert fiche.stop() == 0
    fiche.start()
    assert query(fiche, "SELECT COUNT(*) FROM submission") == before
    assert len(phone.form_list()) == 3


def derived(fiche: Fiche) -> list[list[tuple[Any, ...]]]:
    """Everything that the roll-up makes, in a fixed order."""
    tables = ("cell", "grain", "record", "fact", "tally", "finding")
    return [sorted(query(fiche, f"SELECT * FROM {table}"), key=repr) for table in tables]


def query(fiche: Fiche, sql: str) -> list[tuple[Any, ...]]:
    """Look into the database beside the running server."""
    from forms.base.sqlite import sqlite3

    connection = sqlite3.connect(str(next((fiche.folder / "data").glob("*.db"))))
    try:
        return list(connection.execute(sql))
    finally:
        connection.close()


def test_help_has_examples(fiche: Fiche) -> None:
    assert "fiche tally --by" in fiche.run("tally", "--help").stdout
