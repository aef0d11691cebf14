"""A referral leaves no trace for whoever may not read referrals: every address answers as if it had never come.

Two stages have the same beginning. On one a referral arrives, is corrected, decided on and talked about; on the other
nothing happens. Everything that can be read is read on both, before the night and after it, and compared.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregates.tallies.roll_up import roll_up
from server.app import create_app
from server.base import clock
from server.identity import accounts, assignments, sessions
from server.night.examining import examine_here
from server.settings.settings import Settings
from tests.server.marked import Marked, make_marked
from tests.server.web.test_nothing_of_others import holes
from tests.server.web.test_sent_bytes import paths
from tests.sheet_writer import instance_xml

CASE = """
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:event | calculation |
| | date | jour | Jour | date | | |
| | text | osc | OSC | cso | | |
| | text | village | Village | place | | |
| | text | cas | Cas | | | |
| | calculate | un | | | referrals | 1 |
| settings |
| | form_id | version | namespaces | attribute::fiche:confidential |
| | cas | 1 | fiche="https://fiche.ong/xforms" | yes |
"""
BEGUN = datetime(2026, 3, 9, 8, tzinfo=UTC)
ARRIVAL, WORK, EVENING, NIGHT, MORNING = (BEGUN + timedelta(minutes=10 * step) for step in range(1, 6))
"""A short day: sessions end soon where nobody uses them."""
SENDER, READER = "phone", "case manager"
MAY_NOT = (
    "nobody",
    "phone",
    "link",
    "entry",
    "team",
    "ali",
    "Zqawa",
    "officer",
    "admin",
    "other case manager",
)
"""Everybody but the case managers of the referral's organisation."""
IN_THE_EVENING = ("nobody", "Zqawa", "admin")
"""Who looks before the night too: those who see most."""
TOLD_COUNTS = ("Zqawa", "measure=referrals")
"""The coordinator of the referral's own CSO is told how many there are (domain page § 11), where she asks for that."""
FORM = "/v1/projects/1/forms/cas/submissions"
SHEET = f"{FORM}/uuid%3Areferral"
QUERIES = (
    "",
    "measure=referrals&by=region&state=&missing=yes&cso=TAGNE&action=submission&limit=5&format=xlsx&month=2026-03",
    "state=&from=2020-01&to=2026-12&format=csv&block=sessions&column=h&actor={phone}&deleted=true&%24top=0",
    "%24filter=__system/submitterId eq {phone}&%24count=true&deletedSubmissions=true&q=referral&rows=cso,village",
)
SAME_FOR_EVERY_QUESTION = ("/v1/docs", "/v1/openapi.json", "/sign-in", "/static/", "/health", "/metrics")
"""Addresses that read nothing of what was asked behind the question mark: once is enough."""
NOISE = re.compile(
    rb"(?m)^(?:X-Request-Id|Date): .*$|(?<=nonce[-=])\"?[\w+/=-]{16,}\"?|<dcterms:(?:created|modified)[^>]*>[^<]*"
    rb"|(?<=name=\"form_token\" value=\")[\w-]+"
    rb"|\"disk_free_bytes\":\d+|fiche_(?:disk_free|database)_bytes \d+"
)
"""What differs from one answer to the next by itself: numbers drawn for scripts and forms, moments in workbooks, and
the sizes of files and disks, which nothing keeps (docs/security.md)."""


def told(answer: Any) -> tuple[int, str, dict[str, bytes]]:
    """All that an answer tells, files in files apart."""
    body: bytes = answer.get_data()
    parts = {"": body}
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            parts = {name: file.read(name) for name in file.namelist()}
    headers = NOISE.sub(b"", str(answer.headers).encode()).decode()
    if body.startswith(b"PK"):
        headers = re.sub(r"(?m)^(?:Content-Length|ETag): .*", "", headers)
    return answer.status_code, headers, {name: NOISE.sub(b"", part) for name, part in parts.items()}


class Watched:
    """The stage, its clock in our hands."""

    def __init__(self, marked: Marked, patch: pytest.MonkeyPatch) -> None:
        self.marked, self.stage, self.patch = marked, marked.stage, patch

    def at(self, moment: datetime) -> None:
        """Let it be that moment, until told otherwise."""
        self.patch.setattr(clock, "now", lambda: moment)

    def send(self, name: str, form: str = "cas", **more: object) -> None:
        """A sheet as a phone sends it: a referral, or what the test names."""
        answers = {"/jour": "2026-03-08", "/osc": "tagne", "/village": "T-OPEN", "/cas": name, "/un": 1}
        answers |= {f"/{field}": answer for field, answer in more.items()}
        xml = instance_xml(form, "1", answers, instance_id=f"uuid:{name}")
        parts = {"xml_submission_file": (io.BytesIO(xml), "x.xml")}
        answer = self.stage.call(
            SENDER, "POST", "/v1/projects/1/submission", data=parts, headers={"X-OpenRosa-Version": "1.0"}
        )
        assert answer.status_code in (201, 409), (
            answer.text
        )  # 409: other answers under a known number are kept aside

    def let_a_referral_come(self) -> None:
        """It arrives, and its case manager does all that can be done with it."""
        self.at(ARRIVAL)
        self.send("referral")
        self.send("referral", cas="the same number, other answers")
        edited = instance_xml(
            "cas", "1", {"/jour": "2026-03-08", "/osc": "tagne", "/village": "T-OPEN", "/cas": "edited", "/un": 1},
            instance_id="uuid:edited", deprecated_id="uuid:referral",
        )  # fmt: skip
        xml = {"data": edited, "content_type": "application/xml"}
        self.marked.call(READER, "PUT", SHEET, **xml)
        self.marked.call(READER, "POST", f"{SHEET}/comments", json={"body": "remark"})
        for state in ("hasIssues", "approved"):
            self.marked.call(
                READER, "PATCH", SHEET, json={"reviewState": state}, headers={"X-Action-Notes": "why"}
            )
        assert self.stage.get(READER, SHEET).status_code == 200

    def let_others_work(self) -> None:
        """Open sheets come after it, and people work on: what is numbered must not jump over the referral."""
        self.at(WORK)
        for women in (7, 8):
            self.send("later", "seance", femmes=women)
        page = "/projects/1/sheets/seance/uuid%3Alater"
        self.marked.call("Zqawa", "POST", f"{page}/remarks", data={"body": "ok"})
        decided = {"reviewState": "hasIssues"}
        self.marked.call(
            "Zqawa", "PATCH", "/v1/projects/1/forms/seance/submissions/uuid%3Alater", json=decided
        )

    def let_the_night_pass(self) -> None:
        """Examination and roll-up."""
        self.at(NIGHT)
        settings = Settings(file=self.stage.folder / "fiche.toml", data_directory=self.stage.folder)
        storage = self.stage.station.storage
        examine_here(settings, storage)
        roll_up(storage.writing, storage.reading, full=False, now=clock.now)

    def asked(self, who: str) -> Iterator[tuple[str, Any]]:
        """Every address that reads, with its answer; where one is refused, other questions are not tried.

        The reader is asked for what stands at the address alone: it is enough to see that the walk would find it.
        """
        ids = {"phone": self.stage.ids[SENDER]}
        known = {name: values[:1] for name, values in holes(self.marked).items()} | {
            "form_id": ("seance", "cas"),
            "instance_id": ("uuid%3Alater", "uuid%3Areferral"),
            "version_id": ("uuid%3Aedited",),
            "trial": ("x",),
            "filename": ("page.js",),
        }
        for rule in self.stage.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                for path in paths(rule, known):
                    if ("/cas/" in path and "uuid%3Alater" in path) or (
                        "/seance/" in path and "uuid%3Ar" in path
                    ):
                        continue
                    whole = who == READER or path.startswith(SAME_FOR_EVERY_QUESTION)
                    for query in QUERIES[:1] if whole else QUERIES:
                        address = f"{path}?{query.format(**ids)}"
                        answer = self.stage.get(who, address, headers={"X-Extended-Metadata": "true"})
                        assert answer.status_code < 500, address
                        yield address, told(answer)
                        if answer.status_code >= 400:
                            break

    def walk(self, *, comes: bool, night: bool) -> dict[tuple[str, str], Any]:
        """All answers to everybody, in the evening or on the morning after; whether a referral came before."""
        self.stage.reset()
        if comes:
            self.let_a_referral_come()
        self.let_others_work()
        if night:
            self.let_the_night_pass()
        self.at(MORNING if night else EVENING)
        everybody = (*MAY_NOT, READER) if night else (*IN_THE_EVENING, READER)
        return {(who, path): answer for who in everybody for path, answer in self.asked(who)}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Open sheets and all that people did with them, and two referrals that the night has counted already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: BEGUN)
        marked = make_marked(tmp_path_factory.mktemp("watched"))
        stage = marked.stage
        settings = Settings(
            file=stage.folder / "fiche.toml", data_directory=stage.folder, languages=("fr", "en")
        )
        stage.app = create_app(settings, stage.station.storage, stage.station.blobs)
        stage.station.publish(CASE)
        with stage.station.storage.writing() as db:
            key = accounts.add_person(
                db, accounts.NewPerson("cm@osc.ml", display_name="x", cso="APDF"), now=BEGUN
            )
            assignments.assign(db, key, "case-manager", project_id=1)
            account = accounts.find_person(db, key)
            stage.tokens["other case manager"] = sessions.start_session(db, account, now=BEGUN)[0]
        made = Watched(marked, patch)
        made.send("earlier")
        made.send("another")
        made.let_the_night_pass()
        stage.begin_here("quiet.db")
        yield made
        stage.station.storage.close()


@pytest.mark.parametrize("night", [False, True], ids=["in the evening", "after the night"])
def test_nobody_but_its_case_manager_can_tell_that_a_referral_came(watched: Watched, night: bool) -> None:
    without = watched.walk(comes=False, night=night)
    with_it = watched.walk(comes=True, night=night)
    differing = [
        asked for asked in without.keys() | with_it.keys() if without.get(asked) != with_it.get(asked)
    ]
    traces = [
        (who, path)
        for who, path in differing
        if who != READER and not (who == TOLD_COUNTS[0] and TOLD_COUNTS[1] in path and "/counts" in path)
    ]
    assert traces == []
    assert len({path.partition("?")[0] for _, path in differing}) > 5, "the walk looks where it can be read"
