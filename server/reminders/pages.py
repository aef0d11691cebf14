"""The page of reminders: what did not come, whose phone is silent, what is to be corrected; as a file; by email."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request

from aggregates.plan import plans
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.places.cso_code import CsoCode
from server.base.whole_number import whole_number
from server.identity.accounts import Account
from server.plan.choice import chosen, csos_within, months_offered
from server.reminders import sent_mails
from server.reminders.file import reminder_csv, reminder_workbook
from server.reminders.mail import MailNotConfigured
from server.reminders.remind import coordinators_of, send, week_of
from server.reminders.reminding import ReminderQuery, Reminders, reminders_of
from server.reminders.sent_mails import ReminderMail
from server.reminders.text import message_to
from server.submissions.sheet_item import sheet_address
from server.web import notice
from server.web.answer import attachment
from server.web.page import given, go, show
from server.web.route import Asking, Resource
from server.words.days import day_in_words, month_in_words
from server.words.spreadsheet import CSV, XLSX

resource = Resource("reminders", "/projects/<segment:project_id>/reminders")
ALL = "all"
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    csos: list[CsoCode]
    cso: str
    """The one that was chosen, "all" for all of them."""
    month: str
    animator: str


@resource.get("", may="reminder.read")
def reminders(asking: Asking) -> str:
    """What there is to remind of in a month, by CSO and animator."""
    db, project = asking.db, asking.the_project
    csos = csos_within(asking, db)
    wanted = _wanted(asking, db)
    reminders = _reminders(asking, db, wanted)
    planned = plans.planned_months(db, project.id, csos=asking.reach.csos)
    people = coordinators_of(db, project.id, wanted.csos)
    week = week_of(asking.here.settings, asking.now)
    everybody = _reminders(asking, db, Wanted(wanted.csos, wanted.cso, wanted.month, ""))
    forms = {form.id: form for form in definitions.forms_of(db, project.id)}
    return show(
        "reminders.html",
        asking,
        project=project,
        csos=csos,
        wanted=wanted,
        months=months_offered(asking, planned, wanted.month),
        is_planned=any(cso in wanted.csos and month == wanted.month for cso, month in planned),
        animators=_animators(everybody),
        reminders=reminders,
        shown=SHOWN,
        messages=[(reminder, message_to(reminder, g.language)) for reminder in reminders.personal()],
        month_name=lambda each: month_in_words(g.language, each),
        day_name=lambda each: day_in_words(g.language, each),
        sheet_of=lambda each: sheet_address(forms[each.sheet.form_id], each.sheet.instance_id),
        options=urlencode({"cso": wanted.cso, "month": wanted.month, "animator": wanted.animator}),
        silent_days=asking.here.settings.reminders.silent_days,
        has_email=bool(asking.here.settings.smtp.host),
        recipients=_recipients(people, sent_mails.mails_of_week(db, project.id, week)),
        result=_result(),
    )


@resource.get("/reminders.csv", may="reminder.read")
def comma_separated(asking: Asking) -> Response:
    """The same as CSV, one line for each thing."""
    reminders = _reminders(asking, asking.db, wanted := _wanted(asking, asking.db))
    content = reminder_csv(reminders, g.language, asking.here.settings.zone)
    return attachment(content, CSV, f"rappels-{wanted.month}.csv")


@resource.get("/reminders.xlsx", may="reminder.read")
def workbook(asking: Asking) -> Response:
    """The same as a workbook, with the messages to the animators."""
    reminders = _reminders(asking, asking.db, wanted := _wanted(asking, asking.db))
    content = reminder_workbook(reminders, g.language, asking.here.settings.zone)
    return attachment(content, XLSX, f"rappels-{wanted.month}.xlsx")


@resource.post("/send", may="reminder.read")
def send_now(asking: Asking) -> Any:
    """Write to the coordinators of the chosen CSOs now; to nobody twice in a week."""
    settings, project = asking.here.settings, asking.the_project
    if not settings.smtp.host:
        raise MailNotConfigured
    with asking.here.storage.reading() as db:
        codes = [code for code, _name in csos_within(asking, db)]
        asked = CsoCode(given("cso"))
        people = coordinators_of(db, project.id, [asked] if asked in codes else codes)
    outcomes = send(settings, asking.here.storage, project, people, now=asking.now, by_hand=True)
    states = [outcome.state for outcome in outcomes]
    asking.write(
        lambda db: asking.audit(db, "reminder.send", details={state: states.count(state) for state in RESULT})
    )
    month = given("month") if Month.is_written(given("month")) else ""
    options = {"cso": asked or ALL, "month": month, **{state: states.count(state) for state in RESULT}}
    return go(f"/projects/{project.id}/reminders?{urlencode(options)}#email")


RESULT = ("sent", "failed", "empty", "before")


def _wanted(asking: Asking, db: Database) -> Wanted:
    csos = csos_within(asking, db)
    planned = plans.planned_months(db, asking.the_project.id, csos=asking.reach.csos)
    cso, month = chosen(asking, csos, planned)
    codes = [code for code, _name in csos]
    is_all = len(codes) > 1 and request.args.get("cso", ALL) in (ALL, "")
    return Wanted(
        codes if is_all else [cso] if cso else [],
        ALL if is_all else cso,
        month,
        request.args.get("animator", "").strip()[:300],
    )


def _reminders(asking: Asking, db: Database, wanted: Wanted) -> Reminders:
    reminders = reminders_of(
        db,
        asking.here.settings,
        asking.the_project.id,
        ReminderQuery(csos=wanted.csos, months=[wanted.month], language=g.language),
        now=asking.now,
    )
    return reminders.of(wanted.animator) if wanted.animator else reminders


def _recipients(
    people: list[Account], mails: list[ReminderMail]
) -> list[tuple[Account, ReminderMail | None]]:
    by_account = {mail.account_id: mail for mail in mails}
    return [(person, by_account.get(person.id)) for person in people]


def _animators(reminders: Reminders) -> list[str]:
    names = {session.animator for session in reminders.missing}
    names |= {silence.animator for silence in reminders.silences}
    return sorted(names - {""}, key=str.casefold)


def _result() -> dict[str, int]:
    """What sending did, for the page that follows it."""
    counts = {name: whole_number(request.args.get(name, ""), most=notice.MOST_TOLD) for name in RESULT}
    return {name: number for name, number in counts.items() if number is not None}
