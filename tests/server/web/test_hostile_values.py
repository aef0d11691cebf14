"""Texts that people and phones write are shown as they are written, and run nowhere: every page, in a real browser."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from aggregates.quality import findings
from aggregates.tallies.roll_up import roll_up
from forms.base.by import By
from forms.catalogue import definitions
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso
from forms.places.place import Place, locate_all
from forms.places.places import replace_places
from server.base import clock
from server.identity import accounts, app_users, assignments, public_links, sessions
from server.inbox import saved_views
from server.plan.reading import read_file
from server.plan.take_in import take_in
from server.web.access import COOKIE
from sync.counting.derivation import Finding
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from sync.review import comments
from tests.server.cast import Stage, make_stage
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

EVIL = "\"'><script>hacked=1</script><img src=x onerror=hacked=1>{{7*7}}&lt;"
CELL = f'=HYPERLINK("https://elsewhere.example";"x") {EVIL}'
FORM = f"""
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:count | bind::fiche:sex | bind::fiche:age |
| | text | osc | OSC {EVIL} | cso | | | |
| | text | village | Village {EVIL} | place | | | |
| | date | jour | Jour {EVIL} | date | | | |
| | select_one quoi | quoi | Quoi {EVIL} | activity | | | |
| | integer | femmes | Femmes {EVIL} | | participants | F | 18+ |
| | text | changement | Changement {EVIL} | | | | |
| | begin repeat | membre | Membre {EVIL} | | | | |
| | text | nom | Nom {EVIL} | | | | |
| | end repeat | | | | | | |
| choices |
| | list_name | name | label |
| | quoi | causerie | {EVIL} |
| settings |
| | form_id | form_title | version | instance_name | namespaces |
| | hostile | Titre {EVIL} | 1 | ${{changement}} | fiche="https://fiche.ong/xforms" |
"""
PAGES = (
    "", "sheets?state=", f"sheets?state=&q={quote(EVIL)}",
    "sheets/hostile/uuid%3Ah1", "sheets/hostile/uuid%3Ah1?missing=1",
    "sheets/hostile/uuid%3Ah1/beside/{second}", "sheets/all?state=", "sheet-views", "counts",
    "counts?rows=village&columns=activity", f"counts?village={quote(EVIL)}", "counts/sheets?village=T-EVIL",
    "compilations", "compilations/TAGNE/2020-03", "compilations/TAGNE/2020-03/sheets?block=sessions&column=f",
    "plan?month=2020-03", "reminders?month=2020-03", "phones", "links", "fill", "phone-edits",
    "sheets/hostile/uuid%3Ah1/phone-edits", "sheets/hostile/uuid%3Ah1/correct", "fill/hostile",
)  # fmt: skip


def send(db: Any, stage: Stage, instance_id: str, presents: int) -> int:
    """A sheet full of hostile answers."""
    answers: dict[str, Any] = {
        "osc": "tagne", "village": "T-EVIL", "jour": "2020-03-08", "quoi": "causerie", "femmes": presents,
        "changement": CELL, "membre": [{"nom": CELL}],
    }  # fmt: skip
    xml = instance_xml("hostile", "1", answers, instance_id=instance_id)
    envelope = Envelope(
        xml, submitter_id=stage.ids["evil"], cso=CsoCode("TAGNE"), user_agent=EVIL, device_id=EVIL
    )
    return receive(db, 1, envelope, now=BEGINNING).submission_id


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A project in which everything that has a name has a hostile one."""
    stage = make_stage(tmp_path_factory.mktemp("hostile"))
    stage.station.publish(FORM)
    now = clock.now()
    with stage.station.storage.writing() as db:
        db.execute("UPDATE cso SET name = ? WHERE code = 'TAGNE'", [CELL])
        db.execute("UPDATE project SET name = ?", [f"Projet {EVIL}"])
        create_cso(db, "EVIL", CELL, projects=[1], now=now)
        region, cercle = (
            Place("R", "region", f"Région {CELL}", ""),
            Place("C", "cercle", f"Cercle {CELL}", "R"),
        )
        commune = Place("K", "commune", f"Commune {EVIL}", "C")
        located, _ = locate_all([region, cercle, commune, Place("T-EVIL", "village", CELL, "K")])
        replace_places(db, located)
        stage.ids["evil"] = app_users.add_app_user(
            db, 1, app_users.NewPhone(display_name=CELL, cso="TAGNE"), now=now
        )[0]
        person = accounts.add_person(
            db, accounts.NewPerson("x@osc.ml", display_name=CELL, cso="TAGNE"), now=now
        )
        for role in ("coordinator", "manager"):
            assignments.assign(db, person, role, project_id=1)
        found = accounts.find_person(db, person)
        stage.tokens["evil"] = sessions.start_session(db, found, now=now)[0]
        form = definitions.find_form(db, 1, "hostile")
        assert form
        public_links.add_link(
            db,
            form,
            public_links.NewLink(display_name=CELL, cso="TAGNE", language="", is_once=False),
            creator_id=person,
            now=now,
        )
        first, second = send(db, stage, "uuid:h1", 12), send(db, stage, "uuid:h2", 13)
        stage.ids["second"] = second
        comments.add(db, first, CELL, actor_id=person, now=now)
        findings.replace(
            db, {first: [Finding("outdated_form", "", {"version": EVIL, "current": EVIL})]}, among=False
        )
        duplicate = {"other": second, "other_instance": EVIL}
        findings.replace(db, {first: [Finding("duplicate", "", duplicate)]}, among=True)
        saved_views.save(db, person, 1, name=CELL[:60], filters=f"q={quote(EVIL)}")
    plan = f"OSC;Lieu;Mois;Séances\nTAGNE;T-EVIL;2020-03;2\n{EVIL.replace(';', '')};{EVIL.replace(';', '')};x;y\n"
    with stage.station.storage.writing() as db:
        reading = read_file(db, 1, plan.encode(), "plan.csv", reach=None)
        take_in(db, 1, reading.planned, file_name=f"{EVIL}.csv", by=By(person, now))
    roll_up(stage.station.storage.writing, stage.station.storage.reading, full=True, now=clock.now)
    yield stage
    stage.station.storage.close()


@pytest.fixture(scope="module")
def address(stage: Stage) -> Iterator[str]:
    """The project's pages at a real address."""
    server = make_server("127.0.0.1", 0, stage.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def test_no_page_runs_what_was_written_into_it(
    stage: Stage, address: str, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(locale="fr-FR")
    context.add_cookies([{"name": COOKIE, "value": stage.tokens["evil"], "url": address}])
    complaints: list[str] = []
    page = context.new_page()
    context.on("console", lambda said: complaints.append(f"{page.url} {said.text}"))
    context.on("weberror", lambda error: complaints.append(f"{page.url} {error.error}"))
    file = tmp_path / "plan.csv"
    hostile = EVIL.replace(";", "")
    file.write_text(
        f"OSC;Lieu;Mois;Séances\n{hostile};{hostile};{hostile};x\nTAGNE;T-EVIL;2020-04;2\n", "utf-8"
    )
    for path in PAGES:
        told = page.goto(
            f"{address}/projects/1/{path.format(second=stage.ids['second'])}" if path else address
        )
        assert told is not None
        assert told.status == 200, (path, told.status)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("typeof hacked") == "undefined", path
        assert "<script>hacked" not in told.text(), path
        assert "49" not in page.locator("h1").first.inner_text(), path
    page.goto(f"{address}/projects/1/sheets/hostile/uuid%3Ah1")
    assert page.locator("main").inner_text().count("<script>hacked=1</script>") > 5  # it is there, as text
    page.goto(f"{address}/projects/1/plan")
    page.set_input_files("input[type=file]", file)
    with page.expect_navigation():
        page.locator("form:has(input[type=file]) button").click()
    assert "/uploads/" in page.url
    assert page.evaluate("typeof hacked") == "undefined"
    assert complaints == []


@pytest.mark.parametrize(
    "file",
    ["sheets/list.csv?state=", "counts/file?format=csv&rows=village", "plan/plan.csv?cso=tagne&month=2020-03",
     "reminders/reminders.csv?month=2020-03"],
)  # fmt: skip
def test_no_cell_of_a_csv_file_is_a_formula(stage: Stage, file: str) -> None:
    answer = stage.get("evil", f"/projects/1/{file}")
    assert answer.status_code == 200
    for line in answer.text.lstrip("\N{BOM}").splitlines():
        for cell in line.replace(";", ",").split(","):
            assert not cell.strip('"').startswith(("=", "+", "-", "@")), line


@pytest.mark.parametrize(
    "file",
    ["counts/file?format=xlsx&rows=village", "plan/plan.xlsx?cso=tagne&month=2020-03",
     "reminders/reminders.xlsx?month=2020-03", "compilations/TAGNE/2020-03?format=xlsx"],
)  # fmt: skip
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(stage: Stage, file: str, tmp_path: Path) -> None:
    import openpyxl

    answer = stage.get("evil", f"/projects/1/{file}")
    assert answer.status_code == 200
    path = tmp_path / "file.xlsx"
    path.write_bytes(answer.data)
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or not str(cell.value).startswith("=HYPERLINK"), cell.value
                assert cell.hyperlink is None, cell.value


def test_the_paper_prints_hostile_names(stage: Stage) -> None:
    answer = stage.get("evil", "/projects/1/compilations/TAGNE/2020-03?format=pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
