"""What works on sheets by itself works on no confidential sheet: doubles, flags, reminders, mails, copies of answers.

And whoever is not the owner of the data folder reads nothing through a command.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from aggregates.quality.examine import Basis, examine
from aggregates.tallies.roll_up import roll_up
from forms.base.blobs import BlobStore
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso
from server.identity import accounts, app_users, assignments
from server.reminders.mail_text import Letterhead, reminder_mail
from server.reminders.remind import overdue_of
from server.settings.settings import Settings
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake import submissions
from sync.intake.rebuild import rebuild
from sync.intake.receive import receive
from tests.fiche_process import FICHE, Fiche
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, Station, station

__all__ = ["station"]
QUESTIONS = f"""
| survey |
| | type | name | label | {" | ".join(f"bind::fiche:{tag}" for tag in ("dimension", "event", "count", "sex", "age"))} |
| | text | jour | Jour | date | | | | |
| | text | osc | OSC | cso | | | | |
| | text | village | Village | place | | | | |
| | text | nom | Nom | | | | | |
| | integer | femmes | Femmes | | {{tags}} |
| settings |
| | form_id | version | namespaces | {{mark}} |
| | {{form}} | 1 | fiche="https://fiche.ong/xforms" | {{value}} |
"""
OPEN = QUESTIONS.format(form="seance", tags="| participants | F | 18+", mark=" ", value=" ")
CASE = QUESTIONS.format(form="cas", tags="referrals | | |", mark="attribute::fiche:confidential", value="yes")
ARRIVAL = datetime(2020, 3, 9, tzinfo=UTC)
SAID = {"/jour": "Zqday", "/osc": "tagne", "/village": "V1", "/nom": "Zqname", "/femmes": "Zqnumber"}
"""Unreadable and personal: a flag would repeat the answer. By place and month they are counted, and suppressed."""
MARK = "Zq"
KEPT_IN = {("submission_version", "xml")}
"""The only place for what a referral says."""
OF_WORK = ("neighbour", "neighbour_photo", "sheet_summary", "summary_to_make")
"""Tables of what is worked out of single sheets for people to read."""


def send(station: Station, form: str, name: str, phone: int, *, at: datetime = ARRIVAL, **said: str) -> int:
    """A sheet of a phone of TAGNE's; gives its id."""
    answers = SAID | {f"/{question}": answer for question, answer in said.items()}
    xml = instance_xml(form, "1", answers, instance_id=f"uuid:{name}")
    with station.storage.writing() as db:
        sent = Envelope(xml, cso=CsoCode("tagne"), submitter_id=phone, is_from_phone=True)
        return receive(db, 1, sent, now=at).submission_id


@pytest.fixture
def phone(station: Station) -> int:
    """A phone, in a project with both forms."""
    station.publish(OPEN)
    station.publish(CASE)
    with station.storage.writing() as db:
        create_cso(db, "TAGNE", "Association Tagné", projects=[1], now=BEGINNING)
        return app_users.add_app_user(
            db, 1, app_users.NewPhone(display_name="Awa", cso="TAGNE"), now=BEGINNING
        )[0]


def work_through(station: Station) -> None:
    """All that is worked out of sheets: the rules, the night, and everything once more."""
    storage = station.storage
    settings = Settings(file=Path("fiche.toml"), data_directory=Path())
    for full in (False, True):
        examine(
            storage.writing,
            storage.reading,
            now=ARRIVAL,
            basis=Basis(settings.quality, station.blobs),
            full=full,
        )
        roll_up(storage.writing, storage.reading, full=full, now=lambda: ARRIVAL)
        rebuild(storage.writing, storage.reading, now=ARRIVAL)


def test_neither_doubles_nor_flags_are_looked_for_among_referrals(station: Station, phone: int) -> None:
    alike = {"jour": "2020-03-08", "village": "V1", "nom": "Zqname", "femmes": "12"}
    twice = {send(station, "cas", f"case-{number}", phone, **alike) for number in range(3)}
    twice |= {send(station, "cas", f"unreadable-{number}", phone) for number in range(3)}
    twice.add(send(station, "cas", "future", phone, jour="2021-01-01"))
    beside = {send(station, "seance", f"open-{number}", phone, **alike) for number in range(2)}
    ahead = send(station, "seance", "open-future", phone, jour="2021-01-01", femmes="2", nom="N")
    work_through(station)
    with station.storage.reading() as db:
        for table in OF_WORK:
            assert not twice & {row["submission_id"] for row in db[table].rows}, table
        found = {(row["submission_id"], row["rule"]): row["details"] for row in db["finding"].rows}
        copies = {
            (table, column)
            for table in db.table_names()
            for row in db[table].rows
            if row.get("submission_id", row.get("id")) not in {*beside, ahead}
            for column, cell in row.items()
            if MARK in (cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell))
        }
    assert [sheet for sheet, rule in found if rule == "duplicate"] == [max(beside)], (
        "open sheets are compared"
    )
    assert [rule for sheet, rule in found if sheet == ahead], "and a day to come is a flag"
    assert {rule for sheet, rule in found if sheet in twice} <= {"missing_date"}
    assert {details for (sheet, _), details in found.items() if sheet in twice} <= {"{}"}
    assert copies == KEPT_IN


def mail(station: Station, at: datetime) -> tuple[str, str]:
    """The weekly mail to the coordinator of TAGNE: its subject and its text."""
    settings = Settings(file=Path("fiche.toml"), data_directory=Path())
    with station.storage.reading() as db:
        person = accounts.find_person(db, 2)
        reminders = overdue_of(db, settings, 1, cso=CsoCode("tagne"), language="fr", now=at)
    letterhead = Letterhead("Initiative Spotlight", "fiche@exemple.org", "http://fiche/projects/1/reminders")
    message = reminder_mail(reminders, person, letterhead, language="fr", seconds=at.timestamp())
    return str(message["Subject"]), "".join(part.get_content() for part in message.iter_parts())


def test_no_mail_tells_of_a_referral(station: Station, phone: int) -> None:
    week_later = ARRIVAL + timedelta(days=12)
    with station.storage.writing() as db:
        coordinator = accounts.NewPerson("awa@osc.ml", display_name="Awa", cso="TAGNE", language="fr")
        assert accounts.add_person(db, coordinator, now=BEGINNING) == 2
        assignments.assign(db, 2, "coordinator", project_id=1)
    send(station, "seance", "open", phone, jour="2020-03-08", village="V1")
    before = mail(station, week_later)
    case = send(station, "cas", "case", phone, jour="2020-03-08", at=week_later - timedelta(hours=1))
    with station.storage.writing() as db:
        submissions.set_review_state(db, case, "hasIssues", now=ARRIVAL, actor_id=None, notes="Zqreason")
    assert mail(station, week_later) == before
    assert "Awa" in before[1], "this phone is silent"
    with station.storage.writing() as db:
        opened = db.execute("SELECT id FROM submission WHERE instance_id = 'uuid:open'").fetchone()[0]
        submissions.set_review_state(db, opened, "hasIssues", now=ARRIVAL, actor_id=None, notes="Zqreason")
    assert mail(station, week_later) != before, "an open sheet that was sent back is told"


STRANGER = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
COMMANDS = (
    "doctor", "doctor --json", "tally --measure referrals --by village", "rollup --full", "rebuild", "people list",
    "app-user list", "reminders --format json", "compile --cso TAGNE --month 2020-03", "places", "plan list",
    "projects list", "backup COPY", "restore COPY", "serve", "init",
)  # fmt: skip


@dataclass
class Shared:
    """A server's folder on a machine that others use, with one referral, and what a stranger there can do."""

    fiche: Fiche
    folder: Path

    def as_stranger(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command by somebody who owns nothing here."""
        return subprocess.run(
            [*STRANGER, *words], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
            cwd=self.folder / "strangers", env={"PATH": os.environ["PATH"], "LC_ALL": "fr_FR.UTF-8"},
        )  # fmt: skip


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    """The folder is open to pass through, and its configuration to be read, as under /etc; the data are not."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    with TemporaryDirectory(dir="/tmp") as folder:
        place = Path(folder)
        place.chmod(0o755)
        fiche = Fiche(place / "fiche")
        fiche.init()
        fiche.folder.chmod(0o755)
        fiche.config.chmod(0o644)
        storage = Storage(fiche.database)
        work = Station(storage, BlobStore(fiche.folder / "data" / "blobs"), 1)
        work.publish(CASE)
        send(work, "cas", "case", 1, jour="2020-03-08")
        storage.close()
        (place / "strangers").mkdir()
        os.chown(place / "strangers", 65_534, 65_534)
        made = Shared(fiche, place)
        if made.as_stranger(str(FICHE), "--version").returncode:
            pytest.skip("a stranger cannot run this fiche")
        yield made


def contents(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file with its owner, its rights and its bytes; locks are empty."""
    return {
        str(path.relative_to(folder)): (path.stat().st_uid, path.stat().st_mode, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_whoever_does_not_own_the_data_reads_and_changes_nothing_by_a_command(
    shared: Shared, command: str
) -> None:
    before = contents(shared.fiche.folder / "data")
    assert any(MARK.encode() in content for _, _, content in before.values()), "there is something to be read"
    words = command.replace("COPY", str(shared.folder / "strangers" / "copy")).split()
    done = shared.as_stranger(str(FICHE), *words, "--config", str(shared.fiche.config))
    assert done.returncode != 0, done.stdout
    assert MARK not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert contents(shared.fiche.folder / "data") == before
    assert not [path for path in (shared.folder / "strangers").rglob("*") if path.is_file()]


def test_a_command_of_roots_leaves_nothing_open_to_others(shared: Shared) -> None:
    data = shared.fiche.folder / "data"
    for path in (data, *data.rglob("*")):
        os.chown(path, 65_533, 65_533)
    for words in (("rollup", "--full"), ("rebuild",), ("doctor",), ("backup", str(shared.folder / "usb"))):
        shared.fiche.run(*words, check=False, LC_ALL="fr_FR.UTF-8")
    for path in (data, *data.rglob("*")):
        assert path.stat().st_uid == 65_533, path
        assert path.stat().st_mode & 0o077 == 0, path
    copies = [*(shared.folder / "usb").iterdir()]
    assert copies
    for path in (path for copy in copies for path in (copy, *copy.rglob("*"))):
        assert path.stat().st_mode & 0o077 == 0, path
    told = shared.as_stranger("find", str(shared.folder), "-type", "f", "-readable")
    assert MARK not in "".join(Path(name).read_text(errors="replace") for name in told.stdout.split())
