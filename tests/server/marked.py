"""A stage where everything of TAGNE's carries a mark: whoever must not see it must not read the mark anywhere.

A mark is a word that stands nowhere else (`Zq…`), a number, or the name of the organisation.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from aggregates.tallies.roll_up import roll_up
from forms.base.blobs import BlobStore
from forms.places.cso_code import CsoCode
from forms.places.place import Place, locate_all
from forms.places.places import replace_places
from server.app import create_app
from server.base import clock
from server.identity import accounts, app_users, assignments, sessions
from server.night.examining import examine_here
from server.settings.settings import PageSettings, Settings
from sync.instance.envelope import Envelope, Part
from sync.intake.receive import receive
from tests.engine.fixtures import SHEETS
from tests.server.cast import Stage, make_stage
from tests.sheet_writer import instance_xml

SESSION = """
| survey | | | | | | | | |
| | type | name | label | dimension | count | sex | age | total |
| | date | jour | Jour | date | | | | |
| | text | osc | OSC | cso | | | | |
| | text | village | Village | place | | | | |
| | text | activite | Activité | activity | | | | |
| | integer | femmes | Femmes | | participants | F | 18+ | |
| | integer | total | Total écrit | | | | | participants |
| | text | changement | Un changement | | | | | |
| | image | photo | Photo | | | | | |
| | begin repeat | membre | Membre | | | | | |
| | text | nom | Nom | | | | | |
| | end repeat | | | | | | | |
| settings | | | |
| | form_id | version | namespaces | client_editable |
| | seance | 1 | fiche="https://fiche.ong/xforms" | yes |
"""
HEADINGS = " | ".join(f" bind::fiche:{tag} " for tag in ("dimension", "count", "sex", "age", "total"))
NOTICE = """
| survey | | | |
| | type | name | label |
| | select_one_from_file a_corriger.csv | fiche | Fiche |
| settings | | | |
| | form_id | version | namespaces | attribute::fiche:notice |
| | fiches_a_corriger | 1 | fiche="https://fiche.ong/xforms" | yes |
"""
PLACES = (
    Place("KAY", "region", "Kayes", "ML"),
    Place("YEL", "cercle", "Yélimané", "KAY"),
    Place("YEL-YEL", "commune", "Commune de Yélimané", "YEL"),
    Place("T-MARK", "village", "Zqvillage", "YEL-YEL", cso="tagne"),
    Place("T-OPEN", "village", "Ouvert", "YEL-YEL"),
)
MONTH = "2020-03"
RECEIVED = datetime(2020, 3, 9, tzinfo=UTC)
PEOPLE = 4817305
WORDS = (
    "Zqvillage", "Zqdevice", "Zqawaphone", "Zqawa", "Zqmember", "Zqtestimony", "Zqphoto", "Zqlate", "Zqphoneedit",
    "Zqcomment", "Zqremark", "Zqreason", "Zqflagreason", "Zqplan.json", "Zqplanned", "Zqupload", "Zqsigned",
    "Zqreopened", "Zqlink", "Zqview", "Zqsaved", "Association TAGNE",
)  # fmt: skip
"""What TAGNE's things are called or say."""
PICTURE = b"\xff\xd8\xff\xe0 the same picture on two sheets"
SECRET_PICTURE = b"\xff\xd8\xff\xe0 Zqpicture"
FORM = "/v1/projects/1/forms/seance"
SHEET = f"{FORM}/submissions/uuid:mark-1"
PAGE = "/projects/1/sheets/seance/uuid%3Amark-1"


@dataclass
class Marked:
    """The stage, and what TAGNE's things are called."""

    stage: Stage
    uploads: list[str] = field(default_factory=list)
    """Names of the plans that TAGNE looks at before they count."""
    batches: list[str] = field(default_factory=list)

    def call(self, who: str, method: str, path: str, **more: Any) -> Any:
        """A request that must do what it asks."""
        answer = self.stage.call(who, method, path, **more)
        assert answer.status_code < 400, (path, answer.status_code, answer.text[:500])
        return answer

    def rows(self, statement: str, *values: object) -> list[Any]:
        """What stands in the database."""
        with self.stage.station.storage.reading() as db:
            return list(db.execute(statement, values).fetchall())

    def reset(self) -> None:
        """Forget what a request changed."""
        self.stage.reset()


def add_somebody(stage: Stage, name: str, cso: str) -> None:
    """A coordinator and a phone of a CSO."""
    now = clock.now()
    with stage.station.storage.writing() as db:
        key = accounts.add_person(
            db, accounts.NewPerson(f"{name}@osc.ml", display_name=name, cso=cso), now=now
        )
        assignments.assign(db, key, "coordinator", project_id=1)
        stage.tokens[name] = sessions.start_session(db, accounts.find_person(db, key), now=now)[0]
        phone_name = f"{name}phone"
        phone, token = app_users.add_app_user(
            db, 1, app_users.NewPhone(display_name=phone_name, cso=cso), now=now
        )
        stage.ids[name], stage.ids[phone_name], stage.tokens[phone_name] = key, phone, token


def send(stage: Stage, who: str, cso: str, name: str, picture: bytes, **more: Any) -> None:
    """A session sheet, sent by a phone or put in place of another by a person."""
    photo = f"{more.pop('photo', 'photo')}.jpg"
    answers = {
        "/jour": f"{MONTH}-08", "/osc": cso.casefold(), "/village": "T-OPEN", "/activite": "causerie",
        "/photo": photo, "/membre": [{"nom": "Awa"}], **more.pop("answers", {}),
    }  # fmt: skip
    xml = instance_xml("seance", "1", answers, instance_id=name, deprecated_id=more.pop("edits", ""))
    part = Part(photo, BlobStore(stage.folder / "blobs").put(picture), "image/jpeg")
    is_phone = who.endswith("phone")
    with stage.station.storage.writing() as db:
        envelope = Envelope(
            xml, (part,), device_id="collect:Zqdevice" if cso == "TAGNE" else "collect:y",
            submitter_id=stage.ids[who], cso=CsoCode(cso), is_from_phone=is_phone,
        )  # fmt: skip
        receive(db, 1, envelope, now=RECEIVED)


def plan_file(*lines: tuple[object, ...]) -> bytes:
    """A plan as people keep it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["OSC", "Village", "Mois", "Séances", "Personnes", "Animateur"])
    for line in lines:
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def send_sheets(stage: Stage) -> None:
    """TAGNE's sheets, one corrected in the office and then by its phone; APDF's, with a picture of TAGNE's."""
    mine = {
        "/village": "T-MARK", "/femmes": PEOPLE, "/total": PEOPLE + 1, "/changement": "Zqtestimony",
        "/membre": [{"nom": "Zqmember"}],
    }  # fmt: skip
    send(stage, "Zqawaphone", "TAGNE", "uuid:mark-1", PICTURE, answers=mine, photo="Zqphoto")
    send(stage, "Zqawaphone", "TAGNE", "uuid:mark-2", SECRET_PICTURE, answers=mine, photo="Zqphoto")
    send(
        stage, "Zqawa", "TAGNE", "uuid:mark-2b", SECRET_PICTURE, answers=mine, photo="Zqphoto",
        edits="uuid:mark-2",
    )  # fmt: skip
    send(
        stage, "Zqawaphone", "TAGNE", "uuid:mark-2c", SECRET_PICTURE, photo="Zqlate", edits="uuid:mark-2",
        answers={**mine, "/changement": "Zqphoneedit"},
    )  # fmt: skip
    send(stage, "Zqawaphone", "TAGNE", "uuid:mark-3", SECRET_PICTURE, answers=mine, photo="Zqphoto")
    for number in (1, 2):
        theirs = {"/femmes": 20 + number, "/total": 99}
        send(stage, "aliphone", "APDF", f"uuid:open-{number}", PICTURE, answers=theirs)


def work_as_tagne(marked: Marked) -> None:
    """All that a coordinator and the officer leave behind: decisions, words, a plan, a signed month, links, views."""
    call = marked.call
    call("Zqawa", "POST", f"{SHEET}/comments", json={"body": "Zqcomment"})
    [flag, *_] = call("Zqawa", "GET", f"{SHEET}/flags").get_json()
    flags = {"seen": flag["seen"], "decision": "accepted", "reason": "Zqflagreason"}
    call("Zqawa", "POST", f"{SHEET}/flags", json=flags)
    call("Zqawa", "POST", f"{PAGE}/remarks", data={"body": "Zqremark"})
    for number in (1, 3):
        [(key, version, state)] = marked.rows(
            "SELECT id, versions, review_state FROM submission WHERE instance_id = ?", f"uuid:mark-{number}"
        )
        decided = {
            "sheet": f"{key}.{version}.{state or ''}", "state": "hasIssues", "reason": "Zqreason", "back": "",
        }  # fmt: skip
        call("Zqawa", "POST", "/projects/1/sheets/decide", data=decided)
    marked.batches = [row[0] for row in marked.rows("SELECT DISTINCT batch FROM decision")]
    line = {
        "cso": "TAGNE",
        "place": "T-MARK",
        "month": MONTH,
        "sessions": 7,
        "people": 91,
        "animator": "Zqplanned",
    }
    call("Zqawa", "POST", "/v1/projects/1/plan", json={"lines": [line], "fileName": "Zqplan.json"})
    upload = {
        "file": (io.BytesIO(plan_file(("TAGNE", "T-MARK", MONTH, 3, 60, "Zqplanned"))), "Zqupload.xlsx")
    }
    answer = call("Zqawa", "POST", "/projects/1/plan/uploads", data=upload)
    marked.uploads = [answer.headers["Location"].rpartition("/")[2]]
    month = f"/v1/projects/1/compilations/TAGNE/{MONTH}"
    call("Zqawa", "POST", f"{month}/submit", json={"remark": "Zqsigned", "acceptsUndecided": True})
    call("officer", "POST", f"{month}/validate", json={"acceptsUndecided": True})
    call("officer", "POST", f"{month}/reopen", json={"remark": "Zqreopened"})
    call("Zqawa", "POST", f"{month}/submit", json={"remark": "Zqsigned", "acceptsUndecided": True})
    call("Zqawa", "POST", f"{FORM}/public-links", json={"displayName": "Zqlink", "once": False})
    call("Zqawa", "POST", "/projects/1/sheet-views", data={"name": "Zqview", "filters": "q=Zqsaved"})
    call("officer", "DELETE", f"{FORM}/submissions/uuid:mark-3")


def make_marked(folder: Path) -> Marked:
    """The cast, and TAGNE's things with their marks."""
    stage = make_stage(folder)
    storage, blobs = stage.station.storage, stage.station.blobs
    settings = Settings(
        file=folder / "fiche.toml",
        data_directory=folder,
        languages=("fr", "en"),
        pages=PageSettings(public_counts=False),
    )
    stage.app = create_app(settings, storage, blobs)
    stage.station.publish(SESSION.replace(" dimension | count | sex | age | total ", HEADINGS))
    stage.station.publish(NOTICE, {"a_corriger.csv": (SHEETS / "a_corriger.csv").read_bytes()})
    with storage.writing() as db:
        replace_places(db, locate_all(PLACES)[0])
    add_somebody(stage, "Zqawa", "TAGNE")
    add_somebody(stage, "ali", "APDF")
    send_sheets(stage)
    examine_here(settings, storage)
    roll_up(storage.writing, storage.reading, full=False, now=clock.now)
    marked = Marked(stage)
    work_as_tagne(marked)
    examine_here(settings, storage)
    roll_up(storage.writing, storage.reading, full=False, now=clock.now)
    stage.begin_here("marked.db")
    return marked


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    """One marked stage for a file of tests; a test that changes something calls `reset()`."""
    made = make_marked(tmp_path_factory.mktemp("marked"))
    yield made
    made.stage.station.storage.close()
