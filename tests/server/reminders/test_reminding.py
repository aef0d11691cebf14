"""Reminders by email: to the coordinators of the CSO, in their language, once a week, and told when they fail."""

import email
import email.policy
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from aggregates.plan import plans
from aggregates.plan.planned import Planned
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso
from forms.places.place import Place, locate_all
from forms.places.places import replace_places
from forms.places.projects import Project, list_projects
from server.identity import accounts, app_users, assignments
from server.reminders.mail import MailRefused
from server.reminders.remind import Outcome, coordinators_of, is_due, remind_if_due, send
from server.reminders.reminding import ReminderQuery, Reminders, reminders_of
from server.settings.reminders import ReminderSettings, SmtpSettings
from server.settings.settings import Settings
from tests.fiche_process import free_port
from tests.station import BEGINNING, Station

MONDAY = datetime(2020, 4, 6, 8, 0, tzinfo=UTC)
PLACES = (
    Place("KOU", "region", "Koulikoro", "ML"),
    Place("KOL", "cercle", "Kolokani", "KOU"),
    Place("NON", "commune", "Nonkon", "KOL"),
    Place("V1", "village", "Éléna", "NON"),
)


class Postbox:
    """Keeps what is handed over; refuses whom it is told to refuse."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refused: set[str] = set()

    async def handle_RCPT(  # noqa: N802  as the library calls it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """A recipient is named."""
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  as the library calls it
        """A message comes."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


class Door(Controller):
    """A server that offers TLS, and asks for a password where it is told to."""

    def __init__(self, postbox: Postbox, **more: Any) -> None:
        self.more = more
        super().__init__(postbox, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        """One line."""
        return SMTP(self.handler, **self.more)


@dataclass
class Desk:
    """A project with a plan for March of which nothing came, and two coordinators of two CSOs."""

    station: Station
    folder: Path
    postbox: Postbox = field(default_factory=Postbox)
    ids: dict[str, int] = field(default_factory=dict)

    def settings(self, **smtp: Any) -> Settings:
        return Settings(
            self.folder / "fiche.toml",
            self.folder,
            smtp=SmtpSettings(**smtp),
            reminders=ReminderSettings(),
        )

    @property
    def project(self) -> Project:
        with self.station.storage.reading() as db:
            return list_projects(db)[0]

    def send(self, settings: Settings, now: datetime = MONDAY, **more: bool) -> list[Outcome]:
        with self.station.storage.reading() as db:
            people = coordinators_of(db, 1, ["tagne"])
        return send(settings, self.station.storage, self.project, people, now=now, **more)

    def reminders(self, *csos: str) -> Reminders:
        with self.station.storage.reading() as db:
            return reminders_of(
                db,
                self.settings(),
                1,
                ReminderQuery(csos=[CsoCode(code) for code in csos], months=["2020-03"], language="fr"),
                now=MONDAY,
            )


@pytest.fixture
def desk(station: Station, tmp_path: Path) -> Desk:
    desk = Desk(station, tmp_path)
    with station.storage.writing() as db:
        replace_places(db, locate_all(PLACES)[0])
        for code in ("TAGNE", "APSEF"):
            create_cso(db, code, code, projects=[1], now=BEGINNING)
            person = accounts.add_person(
                db,
                accounts.NewPerson(
                    f"{code.lower()}@osc.ml", display_name=f"Coord {code}", cso=code, language="fr"
                ),
                now=BEGINNING,
            )
            assignments.assign(db, person, "coordinator", project_id=1)
            desk.ids[code] = person
        app_users.add_app_user(
            db, 1, app_users.NewPhone(display_name="Awa Demba", cso="TAGNE"), now=BEGINNING
        )
        lines = [
            Planned("tagne", "2020-03", "V1", day="2020-03-08", animator="Awa Demba"),
            Planned("tagne", "2020-03", "NON", sessions=2, people=60),
            Planned("tagne", "2020-05", "V1"),
        ]
        plans.add_import(db, 1, lines, file_name="plan.csv", actor_id=None, now=BEGINNING)
    return desk


@pytest.fixture
def door(desk: Desk) -> Iterator[Door]:
    door = Door(desk.postbox)
    door.start()
    yield door
    door.stop()


def plain(door: Door, **more: Any) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": door.port, "security": "none", "sender": "fiche@osc.ml", **more}


def test_a_phone_that_was_put_in_service_today_is_new_and_not_silent(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        for name, days in (("Kani", 0), ("Oumou", 7), ("Safi", 8)):
            phone = app_users.NewPhone(display_name=name, cso="TAGNE")
            app_users.add_app_user(db, 1, phone, now=MONDAY - timedelta(days=days))
    told = desk.reminders("tagne")
    assert {silence.animator for silence in told.silent} == {"Awa Demba", "Safi"}
    assert "Kani" not in {person.animator for person in told.personal()}, "nobody writes to her yet"


def test_a_coordinator_is_written_to_in_french_as_text_and_as_html(desk: Desk, door: Door) -> None:
    [outcome] = desk.send(desk.settings(**plain(door)))
    assert outcome.state == "sent"
    [message] = desk.postbox.messages
    assert message["To"] == "tagne@osc.ml"
    assert message["From"] == "fiche <fiche@osc.ml>"
    assert message["Subject"] == "TAGNE : fiches manquantes 3, téléphones silencieux 1, à corriger 0"
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    for part in (text.get_content(), html.get_content()):
        assert "Éléna, dim. 8 mars" in part
        assert "Nonkon, mars 2020, 2 séances" in part
        assert "Bonjour Awa Demba," in part
        assert "/projects/1/reminders" in part
        assert "2020-05" not in part


def test_nobody_is_written_to_twice_in_a_week_and_again_in_the_next(desk: Desk, door: Door) -> None:
    settings = desk.settings(**plain(door))
    states = [
        desk.send(settings, MONDAY + timedelta(days=days), by_hand=True)[0].state for days in (0, 0, 6, 7)
    ]
    assert states == ["sent", "before", "before", "sent"]
    assert len(desk.postbox.messages) == 2


def test_the_job_writes_once_its_day_and_hour_have_come_and_to_each_cso_of_its_own(
    desk: Desk, door: Door
) -> None:
    settings = desk.settings(**plain(door))
    assert [is_due(settings, MONDAY - timedelta(hours=hours)) for hours in (1, 2, 24)] == [True, False, True]
    assert not is_due(desk.settings(), MONDAY)
    for _ in range(3):
        remind_if_due(settings, desk.station.storage, MONDAY)
    assert [message["To"] for message in desk.postbox.messages] == [
        "tagne@osc.ml"
    ]  # APSEF has no plan and no phone


def test_what_fails_is_told_and_tried_again_after_an_hour_or_by_hand(desk: Desk, door: Door) -> None:
    settings = desk.settings(**plain(door))
    desk.postbox.refused.add("tagne@osc.ml")
    [outcome] = desk.send(settings)
    assert outcome.state == "failed"
    assert "tagne@osc.ml" in outcome.error
    desk.postbox.refused.clear()
    remind_if_due(settings, desk.station.storage, MONDAY + timedelta(minutes=30))
    assert desk.postbox.messages == []
    remind_if_due(settings, desk.station.storage, MONDAY + timedelta(minutes=61))
    assert len(desk.postbox.messages) == 1


def test_a_server_that_is_not_there_is_told(desk: Desk) -> None:
    settings = desk.settings(host="127.0.0.1", port=free_port(), security="none")
    assert "ne répond pas" in desk.send(settings)[0].error
    assert "ne répond pas" in desk.send(settings, by_hand=True)[0].error


def test_a_server_that_fails_is_asked_once_and_the_others_are_told_the_same(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        person = accounts.add_person(db, accounts.NewPerson("deux@osc.ml", cso="TAGNE"), now=BEGINNING)
        assignments.assign(db, person, "coordinator", project_id=1)
    first, second = desk.send(desk.settings(host="127.0.0.1", port=free_port(), security="none"))
    assert first.is_servers
    assert not second.is_servers
    assert first.error == second.error


def test_a_coordinator_who_left_and_one_of_another_project_are_not_written_to(desk: Desk) -> None:
    with desk.station.storage.writing() as db:
        accounts.set_disabled(db, desk.ids["TAGNE"], is_disabled=True, now=BEGINNING)
        assert [coordinator.id for coordinator in coordinators_of(db, 1)] == [desk.ids["APSEF"]]
        assert coordinators_of(db, 2) == []


def test_what_another_cso_waits_for_is_in_nobody_elses_reminder(desk: Desk) -> None:
    assert desk.reminders("apsef").is_empty
    assert [reminder.animator for reminder in desk.reminders("tagne").personal()] == ["Awa Demba"]


@dataclass
class Signed:
    """A server that asks for a password over TLS, with a certificate of this test alone."""

    door: Door
    certificate: Path


@pytest.fixture
def signed(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Signed]:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == b"juste"
        return AuthResult(success=right, handled=False)

    door = Door(
        desk.postbox, tls_context=context, require_starttls=True, authenticator=check, auth_required=True
    )
    door.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    yield Signed(door, certificate)
    door.stop()


def over_tls(desk: Desk, signed: Signed, **more: Any) -> Settings:
    return desk.settings(
        **plain(signed.door, security="starttls", user="fiche", password_file="smtp.txt", **more)
    )


def test_the_password_is_read_from_its_file_and_goes_over_tls(desk: Desk, signed: Signed) -> None:
    (desk.folder / "smtp.txt").write_text("juste\n")
    assert desk.send(over_tls(desk, signed))[0].state == "sent"
    assert len(desk.postbox.messages) == 1


def test_a_wrong_password_is_told_and_stands_nowhere(
    desk: Desk, signed: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    (desk.folder / "smtp.txt").write_text("tres-secret-et-faux")
    with caplog.at_level("DEBUG"):
        [outcome] = desk.send(over_tls(desk, signed))
    assert outcome.state == "failed"
    assert "password_file" in outcome.error
    assert "535" in outcome.error
    assert "tres-secret" not in outcome.error + caplog.text


def test_a_missing_password_file_and_a_certificate_nobody_knows_are_told(
    desk: Desk, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "smtp.txt" in desk.send(over_tls(desk, signed))[0].error
    (desk.folder / "smtp.txt").write_text("juste")
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certificat" in desk.send(over_tls(desk, signed), by_hand=True)[0].error


def test_a_refusal_carries_facts(desk: Desk) -> None:
    from server.reminders.mail import connected

    settings = desk.settings(host="127.0.0.1", port=free_port(), security="tls").smtp
    with pytest.raises(MailRefused) as refusal, connected(settings, desk.folder):
        pass
    assert refusal.value.facts["reason"] == "unreachable"


def statements(desk: Desk, csos: list[CsoCode], months: list[str]) -> list[str]:
    """What the database is asked for the reminders of CSOs and months."""
    asked: list[str] = []
    with desk.station.storage.reading() as db:
        db.conn.set_trace_callback(asked.append)
        try:
            reminders_of(
                db, desk.settings(), 1, ReminderQuery(csos=csos, months=months, language="fr"), now=MONDAY
            )
        finally:
            db.conn.set_trace_callback(None)
    return asked


def test_the_reminders_of_many_organisations_ask_no_more_of_the_database_than_those_of_one(
    desk: Desk,
) -> None:
    csos = [CsoCode(code) for code in ("tagne", "apsef", "mpdl", "apdf", "onen")]
    with desk.station.storage.writing() as db:
        lines = [
            Planned(cso, month, place, sessions=2)
            for cso in csos
            for month in ("2020-03", "2020-04")
            for place in ("V1", "NON")
        ]
        plans.add_import(db, 1, lines, file_name="plan.csv", actor_id=None, now=BEGINNING)
        for cso in csos:
            app_users.add_app_user(
                db, 1, app_users.NewPhone(display_name=f"Awa {cso}", cso=cso.shown), now=BEGINNING
            )
    months = ["2020-03", "2020-04"]
    of_one, of_all = statements(desk, csos[:1], months), statements(desk, csos, months)
    assert len(desk.reminders(*csos).missing) == 10
    assert len(of_all) == len(of_one)
    assert len(of_all) <= 20
