"""The command line as an operator meets it; what needs a process of its own has one."""

import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.types import BoolParamType, StringParamType

from server.cli import main
from server.store.database import connect
from server.terminal.value import MonthOfYear, WholeNumber
from tests.fiche_process import FICHE, Fiche

ENGLISH = {"LC_ALL": "C.UTF-8"}
COMMANDS = ["people", "cso",
    "init", "start", "serve", "forms", "projects", "app-user", "places", "rollup", "tally", "rebuild",
    "backup", "restore", "demo", "doctor", "plan", "reminders", "compile", "changes",
]  # fmt: skip


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """An installation with a demonstration month."""
    fiche = Fiche(tmp_path_factory.mktemp("cli"))
    fiche.init(("2020-03", 60))
    yield fiche


def test_every_command_has_help_with_an_example() -> None:
    assert sorted(main.list_commands(click.Context(main))) == sorted(COMMANDS)
    for path, command in commands(main):
        assert command.help, path
        assert " ".join(("fiche", *path)) in (command.epilog or ""), path
        assert any("--config" in option.opts for option in command.params), path


def test_a_command_reads_no_more_of_fiche_than_it_needs() -> None:
    """On an old laptop every word at the terminal would else wait for web pages that nobody asked for."""
    ask = "import sys, server.cli; server.cli.main.get_command(None, 'doctor'); print('flask' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def commands(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, name
            yield from commands(inner, (*path, name))


def test_init_creates_a_folder_that_nobody_else_reads_and_again_keeps_everything(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    first = json.loads(fiche.run("init", "--json").stdout)
    assert set(first) == {"email", "password", "project_id", "project", "config", "database"}
    assert first["config"] == str(fiche.config)
    assert len(first["password"]) >= 14
    assert stat.S_IMODE((fiche.folder / "data").stat().st_mode) == 0o700
    written = fiche.config.read_text() + "# of the operator\n"
    fiche.config.write_text(written)
    assert json.loads(fiche.run("init", "--json").stdout) == first | {"password": ""}
    assert fiche.config.read_text() == written


def test_the_demonstration_fills_both_sheets_and_again_changes_nothing(fiche: Fiche) -> None:
    sessions = fiche.json("tally", "--measure", "sessions", "--format", "json")
    trainees = fiche.json("tally", "--measure", "trainees", "--by", "category", "--format", "json")
    assert 40 < sessions[0]["value"] < 60
    assert sum(row["value"] for row in trainees) > 0
    before = fiche.run("tally", "--by", "village,sex,age_band", "--format", "csv").stdout
    fiche.run("demo", "--sheets", "60", "--month", "2020-03")
    assert fiche.run("tally", "--by", "village,sex,age_band", "--format", "csv").stdout == before


def test_the_demonstration_waits_for_a_month_to_begin(fiche: Fiche) -> None:
    assert fiche.run("demo", "--month", "2999-01", check=False).returncode == 2
    assert fiche.run("demo", "--month", "2020-13", check=False).returncode == 2


def test_roll_up_reports_its_run(fiche: Fiche) -> None:
    run = fiche.json("rollup", "--full", "--json")
    assert set(run) == {"id", "kind", "started_at", "ended_at", "submissions", "facts", "tallies", "error"}
    assert (run["kind"], run["submissions"], run["error"]) == ("full", 60, None)


def test_a_second_roll_up_is_told_to_wait(fiche: Fiche) -> None:
    from server.store.locks import exclusive

    with exclusive(fiche.folder / "data" / "rollup.lock", what="test"):
        busy = fiche.run("rollup", check=False)
    assert busy.returncode == 1
    assert "fiche rollup" in busy.stderr
    assert "Traceback" not in busy.stderr


def test_filters_take_codes_with_commas_and_projects_by_name(fiche: Fiche) -> None:
    def total(*options: str) -> int:
        return sum(
            row["value"] for row in fiche.json("tally", "--by", "region", "--format", "json", *options)
        )

    assert total("--region", "KOU,KAY") == total("--region", "KOU", "--region", "KAY")
    assert 0 < total("--region", "KOU") < total()
    assert total("--project", "Initiative Spotlight") == total("--project", "1") == total()
    assert total("--sex", "F") + total("--sex", "M") == total()


def test_a_workbook_and_a_csv_are_written_where_one_says(fiche: Fiche) -> None:
    workbook, text = fiche.folder / "a.xlsx", fiche.folder / "a.csv"
    fiche.run("tally", "--by", "sex", "--format", "xlsx", "--output", str(workbook))
    fiche.run("tally", "--by", "sex", "--format", "csv", "--output", str(text))
    assert workbook.read_bytes()[:2] == b"PK"
    assert text.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_refusal_is_a_sentence_and_exit_code_1(fiche: Fiche, tmp_path: Path) -> None:
    refused = [
        fiche.run("tally", "--by", "colour", check=False),
        fiche.run("app-user", "revoke", "999", check=False),
        fiche.run("app-user", "list", "--project", "Inconnu", check=False),
        Fiche(tmp_path / "nothing").run("rollup", check=False),
    ]
    for form in refused:
        assert form.returncode == 1
        assert form.stderr.strip()
        assert "Traceback" not in form.stderr
        assert not form.stdout


def test_a_wrong_option_is_exit_code_2_with_the_nearest_one(fiche: Fiche) -> None:
    wrong = fiche.run("tally", "--regoin", "KOU", check=False, **ENGLISH)
    assert wrong.returncode == 2
    assert "--region" in wrong.stderr


def test_a_configuration_without_a_database_says_what_to_do(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.configure()
    refused = fiche.run("rollup", check=False)
    assert refused.returncode == 1
    assert "fiche init" in refused.stderr


def test_a_phone_is_added_listed_and_withdrawn(fiche: Fiche) -> None:
    picture = fiche.folder / "awa.png"
    added = fiche.json("app-user", "add", "Awa", "--json", "--qr", str(picture))
    assert set(added) == {"id", "display_name", "project_id", "token", "server_url"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{64}", added["token"])
    assert added["server_url"] == f"{fiche.address}/v1/key/{added['token']}/projects/{added['project_id']}"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600
    assert added["token"] not in fiche.run("app-user", "list").stdout
    fiche.run("app-user", "revoke", str(added["id"]))
    [listed] = [phone for phone in fiche.json("app-user", "list", "--json") if phone["id"] == added["id"]]
    assert listed["revoked"]


def test_the_token_of_a_phone_is_kept_nowhere(fiche: Fiche) -> None:
    token = fiche.json("app-user", "add", "Bintou", "--json")["token"].encode()
    for path in (fiche.folder / "data").rglob("*"):
        assert path.is_dir() or token not in path.read_bytes()


def test_another_project_has_forms_of_its_own(fiche: Fiche) -> None:
    project_id = fiche.json("projects", "add", "Espaces sûrs", "--json")["id"]
    sheet = Path(__file__).parent.parent.parent / "forms" / "sheets" / "formation.xlsx"
    published = fiche.json("forms", "publish", str(sheet), "--project", "Espaces sûrs", "--json")
    assert [(form["form_id"], form["project_id"], form["new"]) for form in published] == [
        ("formation", project_id, True)
    ]
    again = fiche.json("forms", "publish", str(sheet), "--project", str(project_id), "--json")
    assert not again[0]["new"]
    assert "Espaces sûrs" in fiche.run("projects").stdout


def test_checking_names_the_row_and_changes_nothing(fiche: Fiche, tmp_path: Path) -> None:
    table = tmp_path / "sheet.md"
    table.write_text(
        """
| survey |
| | type | name | label | bind::fiche:count |
| | integer | n | Nombre | people |
| settings |
| | form_id | version | namespaces |
| | essai | 1 | fiche="https://fiche.ong/xforms" |
"""
    )
    checked = fiche.run("forms", "check", str(table), check=False)
    assert checked.returncode == 1
    assert "people" in checked.stderr
    assert fiche.run("forms", "check", str(tmp_path / "absent.xlsx"), check=False).returncode == 2


def test_another_list_of_places_replaces_the_register_whole_or_not_at_all(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    before = fiche.json("places", "--json")
    gazetteer = tmp_path / "places.csv"
    gazetteer.write_text("code,level,name,parent\nR1,region,Région,ML\nR1,region,Encore,ML\n")
    assert fiche.run("places", "import", str(gazetteer), check=False).returncode == 1
    assert fiche.json("places", "--json") == before
    gazetteer.write_text("code,level,name,parent\nR1,region,Région,ML\nV1,village,Perdu,R1\n")
    refused = fiche.run("places", "import", str(gazetteer), "--yes", check=False)
    assert refused.returncode == 1
    assert "3, parent" in refused.stderr
    gazetteer.write_text("code,level,name,parent\nR1,region,Région,ML\n")
    assert "66" in fiche.run("places", "import", str(gazetteer), "--dry-run").stdout
    assert fiche.json("places", "--json") == before
    fiche.run("places", "import", str(gazetteer), "--yes")
    assert fiche.json("places", "--json") == {"region": 1, "cercle": 0, "commune": 0, "village": 0}
    fiche.run("places", "undo", "--yes")
    assert fiche.json("places", "--json") == before


def test_the_register_comes_back_as_it_was_written(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    for language in ({}, ENGLISH):
        fiche.run("places", "export", str(tmp_path / "lieux.csv"), **language)
        again = fiche.run("places", "import", str(tmp_path / "lieux.csv"), "--yes")
        assert "rien à importer" in again.stdout


def test_a_place_with_sheets_is_dropped_only_where_its_successor_is_named(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init(("2020-03", 12))
    exported = tmp_path / "lieux.csv"
    fiche.run("places", "export", str(exported))
    heading, *lines = exported.read_text("utf-8-sig").splitlines()
    code = fiche.json("tally", "--by", "village", "--format", "json")[0]["village"]
    other = next(
        line.split(";")[0] for line in lines if ";village;" in line and not line.startswith(f"{code};")
    )
    exported.write_text("\n".join([heading, *(line for line in lines if not line.startswith(f"{code};"))]))
    refused = fiche.run("places", "import", str(exported), "--yes", check=False)
    assert refused.returncode == 1
    assert code in refused.stdout
    before = fiche.json("tally", "--format", "json")
    fiche.run("places", "import", str(exported), "--yes", "--successor", f"{code}={other}")
    assert fiche.json("tally", "--format", "json") == before


def test_a_backup_is_restored_beside_what_was_there(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init(("2020-03", 5))
    fiche.run("backup", str(tmp_path / "usb"))
    [made] = (tmp_path / "usb").iterdir()
    fiche.run("demo", "--sheets", "5", "--month", "2020-04")
    assert fiche.run("restore", str(made), check=False).returncode == 1
    fiche.run("restore", str(made), "--force")
    assert fiche.json("rollup", "--full", "--json")["submissions"] == 5


def test_the_doctor_looks_at_everything(fiche: Fiche) -> None:
    checks = {check["name"]: check["is_well"] for check in fiche.json("doctor", "--json")}
    assert checks["sqlite"]
    assert checks["integrity"]
    assert checks["open_files"]


def test_the_words_follow_the_locale(fiche: Fiche) -> None:
    english = fiche.run("tally", "--help", **ENGLISH).stdout
    french = fiche.run("tally", "--help", LC_ALL="", LC_MESSAGES="fr_FR.UTF-8", LANG="C").stdout
    assert "Show the counts" in english
    assert "Usage:" in english
    assert french != english


READ_AS = (WholeNumber, MonthOfYear, click.Choice, click.Path, StringParamType, BoolParamType)
"""Types whose errors are whole sentences in every language of the terminal."""


def test_whatever_is_written_behind_an_option_is_refused_in_words(fiche: Fiche) -> None:
    types = {type(param.type) for _, command in commands(main) for param in command.params}
    assert types <= set(READ_AS), "its errors name types as programmers do"
    told = {
        ("app-user", "revoke", "douze"): "douze n’est pas un nombre entier",
        ("app-user", "revoke", "9" * 30): "n’est pas un nombre entier",
        ("demo", "--sheets", "0"): "0 n’est pas un nombre entier de 1 à 100000.",
        ("reminders", "--month", "mars"): "mars n’est pas un mois. Écrivez par exemple 2020-03.",
        ("tally", "--format", "pdf"): "'pdf' n’est pas parmi",
        ("places", "import", "/"): "est un dossier",
    }
    for words, sentence in told.items():
        refused = fiche.run(*words, check=False, LC_ALL="fr_FR.UTF-8")
        assert refused.returncode == 2
        assert sentence in refused.stderr
        assert not re.search("integer|range|valid |format '%|Traceback", refused.stderr)


def test_a_reader_who_goes_away_is_no_error(fiche: Fiche) -> None:
    words = ["tally", "--by", "village,sex,age_band", "--format", "csv", "--config", str(fiche.config)]
    with subprocess.Popen(
        [str(FICHE), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
    assert process.returncode in (0, 1)


@pytest.mark.parametrize("command", [("serve",), ("doctor",), ("tally",)], ids=lambda command: command[0])
def test_data_of_a_newer_version_are_refused_in_words(tmp_path: Path, command: tuple[str, ...]) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    db = connect(fiche.database)
    with db.atomic():
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('sync', 'm999_clubs', '2030')"
        )
    db.close()
    refused = fiche.run(*command, check=False)
    assert refused.returncode == 1
    assert "Une version plus récente de fiche" in refused.stderr
    assert "m999_clubs" in refused.stderr
    assert "Traceback" not in refused.stderr
