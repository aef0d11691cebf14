"""Sends reminders by email: weekly by itself, or when somebody asks; to nobody twice in a week."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from forms.places.projects import Project, list_projects
from server.identity.accounts import Account, find_account
from server.identity.assignments import assignments_at
from server.plan.expecting import recent_months, today
from server.reminders import sent_mails
from server.reminders.mail import MailRefused, connected, hand_over, sender_of
from server.reminders.mail_text import Letterhead, reminder_mail
from server.reminders.reminding import ReminderQuery, Reminders, reminders_of
from server.reminders.sent_mails import MailKey
from server.settings.reminders import DAYS
from server.settings.settings import Settings
from server.store.database import Storage
from server.web.address import server_address
from server.web.problem import sentence

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the reminder to one person."""

    person: Account
    state: str
    """"sent", "failed", "empty" (nothing to remind of), or "before" (this week, already)."""
    error: str = ""
    is_servers: bool = False
    """Whether the server is at fault, and not the recipient's address."""


def week_of(settings: Settings, now: datetime) -> str:
    """The week it is where fiche works: "2020-W10"."""
    year, week, _day = now.astimezone(settings.zone).isocalendar()
    return f"{year}-W{week:02d}"


def is_due(settings: Settings, now: datetime) -> bool:
    """Whether the moment of this week's email has come."""
    if not settings.smtp.host or settings.reminders.email_day not in DAYS:
        return False
    here = now.astimezone(settings.zone)
    monday = here.date() - timedelta(days=here.weekday())
    day = monday + timedelta(days=DAYS.index(settings.reminders.email_day))
    return here >= datetime.combine(day, time.fromisoformat(settings.reminders.email_time), settings.zone)


def coordinators_of(db: Database, project_id: int, csos: Sequence[str] | None = None) -> list[Account]:
    """The coordinators of a project who can be written to, of these CSOs (lower case) or of all."""
    found = []
    for assignment in assignments_at(db, project_id=project_id, role="coordinator"):
        person = find_account(db, assignment.account_id)
        if (
            person is None
            or person.kind != "user"
            or person.is_disabled
            or not person.email
            or not person.cso
        ):
            continue
        if csos is None or CsoCode(person.cso) in csos:
            found.append(person)
    return found


def remind_if_due(settings: Settings, storage: Storage, now: datetime) -> None:
    """The job: once a week write to every coordinator; what failed is tried again after an hour."""
    if not is_due(settings, now):
        return
    with storage.reading() as db:
        due = [
            (project, found)
            for project in list_projects(db)
            if (found := _waiting(db, project, week_of(settings, now), now))
        ]
    for project, people in due:
        outcomes = send(settings, storage, project, people, now=now)
        states = [outcome.state for outcome in outcomes]
        log.info(
            "reminders project=%d sent=%d failed=%d empty=%d",
            project.id, states.count("sent"), states.count("failed"), states.count("empty"),
        )  # fmt: skip


def send(
    settings: Settings,
    storage: Storage,
    project: Project,
    people: Sequence[Account],
    *,
    now: datetime,
    by_hand: bool = False,
) -> list[Outcome]:
    """Write to these coordinators what is overdue in their CSO, whose phones are silent, what is to be corrected.

    Each message is composed before, and sent outside of, any transaction. Raises
    `server.reminders.mail.MailNotConfigured`.
    """
    week = week_of(settings, now)
    outcomes: list[Outcome] = []
    broken = ""
    for person in people:
        key = MailKey(project.id, person.id, week)
        if not storage.write(
            lambda db, key=key: sent_mails.claim(db, key, now=now, by_hand=by_hand)  # type: ignore[misc]
        ):
            outcomes.append(Outcome(person, "before"))
            continue
        if broken:  # whoever is next would wait for the same server in vain
            _note_failed(storage, key, broken)
            outcomes.append(Outcome(person, "failed", broken))
            continue
        outcome = _send_one(settings, storage, project, person, key=key, now=now)
        outcomes.append(outcome)
        broken = outcome.error if outcome.is_servers else ""
    return outcomes


def _send_one(
    settings: Settings, storage: Storage, project: Project, person: Account, *, key: MailKey, now: datetime
) -> Outcome:
    language = person.language or settings.language
    with storage.reading() as db:
        reminders = overdue_of(db, settings, project.id, cso=CsoCode(person.cso), language=language, now=now)
    if reminders.is_empty:
        storage.write(lambda db: sent_mails.note_empty(db, key))
        return Outcome(person, "empty")
    address = f"{server_address(settings)}/projects/{project.id}/reminders"
    letterhead = Letterhead(project.name, sender_of(settings.smtp), address)
    message = reminder_mail(reminders, person, letterhead, language=language, seconds=now.timestamp())
    try:
        with connected(settings.smtp, settings.file.parent) as line:
            hand_over(line, message)
    except MailRefused as refusal:
        error = sentence(refusal, language)
        log.warning("reminder failed account=%d reason=%s", person.id, refusal.facts["reason"])
        _note_failed(storage, key, error)
        return Outcome(person, "failed", error, refusal.facts["reason"] != "recipient")
    storage.write(lambda db: sent_mails.note_sent(db, key, now=now))
    return Outcome(person, "sent")


def _note_failed(storage: Storage, key: MailKey, error: str) -> None:
    storage.write(lambda db: sent_mails.note_failed(db, key, error=error))


def overdue_of(
    db: Database, settings: Settings, project_id: int, *, cso: CsoCode, language: str, now: datetime
) -> Reminders:
    """What a CSO is written to about: this month and the one before, without what may still come in time."""
    months = sorted(recent_months(today(settings, now)))
    reminders = reminders_of(
        db, settings, project_id, ReminderQuery(csos=[cso], months=months, language=language), now=now
    )
    return reminders.overdue_only()


def _waiting(db: Database, project: Project, week: str, now: datetime) -> list[Account]:
    people = {coordinator.id: coordinator for coordinator in coordinators_of(db, project.id)}
    waiting = sent_mails.waiting(db, project.id, week, list(people), now=now)
    return [people[account_id] for account_id in waiting]
