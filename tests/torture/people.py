"""Phones that send, coordinators that decide, readers that take their time: each a thread with dice of its own."""

import random
import socket
import threading
import time
from uuid import UUID

import requests

from forms.definition.definition import Definition
from tests.benchmarks.__main__ import VILLAGES
from tests.fiche_process import Fiche
from tests.phone import Phone, Refused, cut_off
from tests.sheet_writer import filled
from tests.torture.ledger import Decided, Ledger, Sheet, is_edited

FORM = "seance_sensibilisation"
PASSING = (429, 502, 503, 507)
"""What a server may answer that is starting, busy or full: the phone sends again."""
SHEETS = f"/v1/projects/1/forms/{FORM}/submissions"
NO_ANSWER = (requests.RequestException, OSError)
SILENT = b"GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"


class Somebody(threading.Thread):
    """Does one thing after the other until it is told to stop; what goes wrong unforeseen is a complaint."""

    def __init__(self, ledger: Ledger, dice: random.Random, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self.ledger, self.dice, self.stopping = ledger, dice, stopping

    def run(self) -> None:
        """Work until it is over."""
        while not self.stopping.is_set():
            try:
                self.act()
            except NO_ANSWER:
                self.ledger.count("requests without an answer")
                time.sleep(self.dice.uniform(0.05, 0.4))
            except Exception as error:
                self.ledger.complain(f"{type(self).__name__}: {type(error).__name__}: {error}")
                time.sleep(0.5)

    def act(self) -> None:
        """One thing."""
        raise NotImplementedError


class Animator(Somebody):
    """A phone: new sheets, edits, the same again, and lines that break."""

    def __init__(
        self,
        ledger: Ledger,
        dice: random.Random,
        stopping: threading.Event,
        *,
        phone: Phone,
        definition: Definition,
    ) -> None:
        super().__init__(ledger, dice, stopping)
        self.phone, self.definition = phone, definition
        self.mine: list[Sheet] = []
        self.last_seconds = 30.0
        """So long it tries to get rid of its last sheet when all is over."""

    def act(self) -> None:
        """Send something until it is acknowledged, as a phone does that comes back to the network."""
        kind = self.dice.choices(("new", "cut", "edit", "again"), (60, 12, 14, 14))[0]
        editable = [sheet for sheet in self.mine if is_edited(sheet.first_id)]
        if kind == "edit" and editable:
            sheet = self._sheet(self.dice.choice(editable))
        elif kind == "again" and self.mine:
            sheet = self.dice.choice(self.mine)
            self.ledger.count("sheets sent once more")
            self._deliver(sheet)
            return
        else:
            sheet = self._sheet(None)
        self.ledger.note_sending(sheet)
        if kind == "cut":
            self.ledger.count("lines cut in the middle of an upload")
            cut_off(self.phone.server_url, sheet.xml, sheet.files, share=self.dice.uniform(0.01, 0.999))
        if self._deliver(sheet):
            self.mine = [known for known in self.mine if known.first_id != sheet.first_id] + [sheet]
        time.sleep(self.dice.uniform(0, 0.1))

    def _sheet(self, before: Sheet | None) -> Sheet:
        instance_id = f"uuid:{UUID(int=self.dice.getrandbits(128), version=4)}"
        cells = {name: self.dice.randint(0, 40) for name in ("n_hommes", "n_femmes", "n_garcons", "n_filles")}
        files = {}
        if self.dice.random() < 0.35:
            files = {f"{instance_id[5:13]}.jpg": self.dice.randbytes(self.dice.randint(2_000, 150_000))}
        answers: dict[str, object] = {
            "osc": "tagne", "statut_seance": "oui", "village": self.dice.choice(VILLAGES), "milieu": "hors_ecole",
            "date_seance": f"2020-{self.dice.randint(1, 12):02}-{self.dice.randint(1, 28):02}",
            "type_activite": self.dice.choice(["causerie", "theatre_forum", "visite_domicile"]),
            "programme": "non", "lieu": "place_publique", "role_animation": "animateur_osc",
            "theme": "vbg mgf", "duree_min": self.dice.choice((20, 90, 300)), **cells,
            "n_total": sum(cells.values()), "compte_seance": 1, "photo": next(iter(files), ""),
        }  # fmt: skip
        xml = filled(self.definition, answers, instance_id=instance_id)
        if before:
            end = b"</instanceID>"
            xml = xml.replace(end, end + f"<deprecatedID>{before.instance_id}</deprecatedID>".encode())
        return Sheet(instance_id, xml, files, sum(cells.values()), before.first_id if before else instance_id)

    def _deliver(self, sheet: Sheet) -> bool:
        over: float | None = None
        while True:
            if self.stopping.is_set():
                over = over or time.monotonic() + self.last_seconds
                if time.monotonic() > over:
                    return False
            began = time.monotonic()
            try:
                self.phone.send(sheet.xml, sheet.files)
            except Refused as refused:
                self.ledger.note_answer(time.monotonic() - began)
                if refused.status not in PASSING:
                    self.ledger.complain(f"phone: {refused.status} {refused.message[:200]}")
                    return False
                self.ledger.count(f"answers {refused.status} to phones")
            except NO_ANSWER:
                self.ledger.count("requests without an answer")
            else:
                self.ledger.note_answer(time.monotonic() - began)
                self.ledger.note_acknowledged(sheet)
                return True
            time.sleep(self.dice.uniform(0.05, 0.5))


class SignedIn(Somebody):
    """Somebody with a password, who signs in again when the session is over."""

    def __init__(
        self,
        ledger: Ledger,
        dice: random.Random,
        stopping: threading.Event,
        *,
        fiche: Fiche,
        email: str,
        password: str,
    ) -> None:
        super().__init__(ledger, dice, stopping)
        self.fiche, self.email, self.password = fiche, email, password
        self.session = requests.Session()
        self.session.trust_env = False
        self.token = ""

    def ask(self, method: str, path: str, **more: object) -> requests.Response:
        """A request; what may not be answered is a complaint."""
        if not self.token:
            self._sign_in()
        answer = self.session.request(
            method,
            f"{self.fiche.address}{path}",
            timeout=60,
            headers=self._headers(),
            **more,  # type: ignore[arg-type]
        )
        if answer.status_code == 401:
            self.token = ""
        elif answer.status_code not in (200, *PASSING):
            self.ledger.complain(
                f"{self.email}: {method} {path[-120:]}: {answer.status_code} {answer.text[:200]}"
            )
        return answer

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _sign_in(self) -> None:
        told = {"email": self.email, "password": self.password}
        answer = self.session.post(f"{self.fiche.address}/v1/sessions", json=told, timeout=60)
        if answer.status_code == 200:
            self.token = answer.json()["token"]
            self.ledger.count("sessions begun")
        elif answer.status_code not in PASSING:
            self.ledger.complain(f"signing in: {answer.status_code} {answer.text[:200]}")
        if not self.token:
            raise ConnectionError


class Coordinator(SignedIn):
    """Decides, remarks, and looks at lists and counts."""

    PAGES = ("/", "/projects/1/sheets", "/projects/1/counts", f"{SHEETS}?%24top=20")

    def act(self) -> None:
        """One look, decision or remark."""
        time.sleep(self.dice.uniform(0, 0.3))
        sheet = self.ledger.pick(self.dice, whose=self.email)
        kind = self.dice.choices((self._look, self._decide, self._remark), (2, 6, 2))[0]
        if sheet is None or kind == self._look:
            self._look(None)
        else:
            kind(sheet)

    def _look(self, _sheet: Sheet | None) -> None:
        self.ask("GET", self.dice.choice(self.PAGES))
        self.ledger.count("pages looked at")

    def _decide(self, sheet: Sheet) -> None:
        state = self.dice.choice(("approved", "hasIssues", "rejected"))
        decided = self.ledger.decided.setdefault(sheet.first_id, Decided())
        decided.tried.add(state)
        answer = self.ask("PATCH", f"{SHEETS}/{sheet.first_id}", json={"reviewState": state})
        if answer.status_code == 200:
            decided.state, decided.tried = state, set()
            self.ledger.count("decisions acknowledged")

    def _remark(self, sheet: Sheet) -> None:
        body = f"Vu {self.dice.getrandbits(64):x}"
        answer = self.ask("POST", f"{SHEETS}/{sheet.first_id}/comments", json={"body": body})
        if answer.status_code == 200:
            self.ledger.remarks[body] = sheet.first_id
            self.ledger.count("remarks acknowledged")


class Reader(SignedIn):
    """Downloads exports, and often stops reading in the middle without hanging up."""

    PATHS: tuple[str, ...] = (
        f"{SHEETS}.csv",
        f"{SHEETS}.csv.zip",
        f"/v1/projects/1/forms/{FORM}.svc/Submissions",
    )

    def act(self) -> None:
        """One download."""
        self.stopping.wait(self.dice.uniform(0.5, 2))
        path = self.dice.choice(self.PATHS)
        if self.dice.random() < 0.5:
            self.ask("GET", path)
            self.ledger.count("exports read")
            return
        if not self.token:
            self._sign_in()
        with socket.create_connection(("127.0.0.1", self.fiche.port), timeout=10) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(SILENT % (path.encode(), self.token.encode()))
            line.recv(100)
            self.stopping.wait(self.dice.uniform(1, 5))
        self.ledger.count("exports that nobody read on")
