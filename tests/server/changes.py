"""What people change with pages, as requests to a real server; and what the database keeps of it.

For tests that interrupt a change, or leave it no room.
"""

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import requests

from forms.base.sqlite import sqlite3
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.fiche_process import Fiche
from tests.phone import multipart

PASSWORD = "Un mot de passe 9"
MONTH = "2020-03"
FORM = "seance_sensibilisation"
PEOPLE = {"officer": ("manager", ""), "coordinator": ("coordinator", "TAGNE")}
KEPT = (
    "SELECT COALESCE(review_state, ''), versions, COUNT(*) FROM submission GROUP BY 1, 2",
    "SELECT COUNT(*), SUM(n_filles) FROM sheet_seance_sensibilisation",
    "SELECT COUNT(*) FROM submission_version",
    "SELECT COUNT(*) FROM submission_comment",
    "SELECT COUNT(*) FROM change",
    "SELECT COUNT(*), COUNT(DISTINCT batch) FROM decision",
    "SELECT outcome, COUNT(*) FROM submission_conflict GROUP BY 1",
    "SELECT number, action, digest <> '' FROM compilation_step ORDER BY 1",
    "SELECT COUNT(*), SUM(provisional), SUM(verified) FROM frozen_fact",
    "SELECT COUNT(*), COUNT(undone_at) FROM plan_import",
    "SELECT COUNT(*) FROM plan_row",
    "SELECT COUNT(*) FROM plan_upload",
    """
    SELECT action, COUNT(*) FROM audit
    WHERE action LIKE 'submission.%' OR action LIKE 'compilation.%' OR action LIKE 'plan.%' GROUP BY 1
    """,
)
"""Everything that one of these changes touches, but for times and keys."""
Ask = Callable[[], requests.Response]


@dataclass
class Office:
    """A server with a demonstration month, and people who are signed in."""

    fiche: Fiche
    data: Path
    """Its data folder, as this process reaches it."""
    sessions: dict[str, requests.Session] = field(default_factory=dict)

    def call(self, who: str, method: str, path: str, **more: object) -> requests.Response:
        """A request of somebody, in French; no redirection is followed."""
        return self.sessions[who].request(
            method,
            f"{self.fiche.address}{path}",
            allow_redirects=False,
            timeout=60,
            **more,  # type: ignore[arg-type]
        )

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """What stands in the database."""
        with reading(self.data) as connection:
            return list(connection.execute(statement, values).fetchall())

    def kept(self) -> list[list[tuple[object, ...]]]:
        """What the database keeps of all changes; it is not damaged."""
        with reading(self.data) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            return [list(connection.execute(statement).fetchall()) for statement in KEPT]


@contextmanager
def reading(data: Path) -> Iterator["sqlite3.Connection"]:
    """A copy of a database in a folder, on another disk: SQLite does not open it where only another process finds it.

    The log is copied first: what is moved from it meanwhile is then in both.
    """
    with TemporaryDirectory() as folder:
        for name in ("fiche.db-wal", "fiche.db"):
            if (data / name).exists():
                shutil.copy(data / name, folder)
        connection = sqlite3.connect(f"{folder}/fiche.db")
        try:
            yield connection
        finally:
            connection.close()


def furnish(fiche: Fiche) -> None:
    """A demonstration month with a sheet that was corrected in the office, and on its phone too late."""
    fiche.init((MONTH, 600))
    storage = Storage(fiche.folder / "data" / "fiche.db")
    now = datetime.now(UTC)
    with storage.writing() as db:
        [row] = db.execute(
            """
            SELECT s.instance_id, v.xml, s.cso FROM submission AS s
            JOIN submission_version AS v ON v.submission_id = s.id JOIN form AS f ON f.id = s.form_id
            WHERE f.xml_form_id = ? AND s.cso = 'tagne' ORDER BY s.id LIMIT 1
            """,
            [FORM],
        ).fetchall()
        office = Envelope(edited(row[1], row[0], "uuid:office"), cso=row[2])
        receive(db, 1, office, now=now)
        phone = Envelope(edited(row[1], row[0], "uuid:late"), cso=row[2], is_from_phone=True)
        receive(db, 1, phone, now=now)
        assert db.execute("SELECT COUNT(*) FROM submission_conflict").fetchone()[0] == 1
    storage.close()


def edited(xml: bytes, instance_id: str, new_id: str) -> bytes:
    """A sheet with another instanceID, that names the one before."""
    old = f"<orx:instanceID>{instance_id}</orx:instanceID>"
    new = f"<orx:instanceID>{new_id}</orx:instanceID><orx:deprecatedID>{instance_id}</orx:deprecatedID>"
    assert old.encode() in xml
    return xml.replace(old.encode(), new.encode())


def open_office(folder: Path) -> Office:
    """People who are signed in at a furnished server, which does not run."""
    fiche = Fiche(folder)
    furnish(fiche)
    office = Office(fiche, fiche.folder / "data")
    fiche.start()
    sign_in(office)
    fiche.kill()
    return office


def sign_in(office: Office) -> None:
    """Everybody gets a session; the server runs."""
    for name, (role, cso) in PEOPLE.items():
        email = f"{name}@osc.ml"
        given = ["--role", role, *(["--cso", cso] if cso else [])]
        link = office.fiche.json("people", "add", email, *given, "--json")["invitation_url"]
        requests.post(link, data={"new": PASSWORD, "again": PASSWORD}, timeout=30).raise_for_status()
        answer = requests.post(
            f"{office.fiche.address}/v1/sessions", json={"email": email, "password": PASSWORD}, timeout=30
        )
        session = requests.Session()
        session.headers.update(
            {
                "Authorization": f"Bearer {answer.json()['token']}",
                "Accept-Language": "fr",
                "Connection": "close",  # a server that was killed holds no line open
            }
        )
        office.sessions[name] = session


def many_decisions(office: Office) -> Ask:
    """A decision on everything that a filter finds."""
    found = """
        SELECT id, versions, COALESCE(review_state, '') FROM submission
        WHERE review_state IS NOT 'hasIssues' ORDER BY id LIMIT 500
    """
    ticked = [".".join(map(str, row)) for row in office.rows(found)]
    assert len(ticked) == 500
    form = {"sheet": ticked, "state": "hasIssues", "reason": "Vérifiez la date"}
    return lambda: office.call("officer", "POST", "/projects/1/sheets/decide", data=form)


def submission(office: Office) -> Ask:
    """A coordinator signs her month."""
    return lambda: office.call(
        "coordinator",
        "POST",
        f"/projects/1/compilations/TAGNE/{MONTH}/submit",
        data={"steps": "0", "undecided": "accepted"},
    )


def validation(office: Office) -> Ask:
    """The officer validates what was submitted."""
    assert submission(office)().status_code == 303
    form = {"steps": "1", "remark": "Bien", "undecided": "accepted"}
    address = f"/projects/1/compilations/TAGNE/{MONTH}/validate"
    return lambda: office.call("officer", "POST", address, data=form)


def plan_import(office: Office) -> Ask:
    """A long plan is confirmed."""
    lines = [f"TAGNE;T-NON{1 + number % 2};2021-{1 + number % 12:02d};1;30" for number in range(600)]
    text = "\r\n".join(["OSC;Lieu;Mois;Séances;Personnes", *lines])
    file = {"file": ("plan.csv", text.encode(), "text/csv")}
    preview = office.call("officer", "POST", "/projects/1/plan/uploads", files=file).headers["Location"]
    state = office.call("officer", "GET", preview).text.partition('name="state" value="')[2].partition('"')[0]
    form = {"choice": "all", "state": state}
    return lambda: office.call("officer", "POST", preview, data=form)


def plan_undoing(office: Office) -> Ask:
    """An import of a plan is taken back."""
    assert "done=" in plan_import(office)().headers["Location"]
    [[key]] = office.rows("SELECT MAX(id) FROM plan_import")
    return lambda: office.call("officer", "POST", f"/projects/1/plan/imports/{key}/undo")


def taking_over(office: Office) -> Ask:
    """What a phone sent too late becomes the sheet after all."""
    [[key, instance_id]] = office.rows(
        "SELECT c.id, s.instance_id FROM submission_conflict AS c JOIN submission AS s ON s.id = c.submission_id"
    )
    address = f"/projects/1/sheets/{FORM}/{quote(str(instance_id), safe='')}/phone-edits/{key}/use"
    return lambda: office.call("coordinator", "POST", address, data={"version": "2"})


def correction(office: Office) -> Ask:
    """A sheet is corrected in the browser, with a picture."""
    [[instance_id]] = office.rows(
        """
        SELECT s.instance_id FROM submission AS s JOIN form AS f ON f.id = s.form_id
        WHERE f.xml_form_id = ? AND s.cso = 'tagne' AND s.versions = 1 ORDER BY s.id LIMIT 1
        """,
        FORM,
    )
    address = f"/v1/projects/1/forms/{FORM}/submissions/{quote(str(instance_id), safe='')}"
    xml = edited(office.call("coordinator", "GET", f"{address}.xml").content, str(instance_id), new_id())
    body, content_type = multipart(xml, {"photo.jpg": bytes(range(256)) * 400})
    headers = {"Content-Type": content_type, "X-Action-Notes": quote("Erreur de frappe")}
    return lambda: office.call(
        "coordinator", "POST", f"{address}/corrections?reviewState=approved", data=body, headers=headers
    )


def new_id() -> str:
    """Of an edit."""
    return f"uuid:{uuid.uuid4()}"


CHANGES: Mapping[str, Callable[[Office], Ask]] = {
    "many decisions": many_decisions,
    "submission": submission,
    "validation": validation,
    "plan import": plan_import,
    "plan undoing": plan_undoing,
    "taking over": taking_over,
    "correction": correction,
}


def copy(data: Path, to: Path) -> None:
    """A data folder put in the place of another; no server runs."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(data, to)
