"""The page of the audit log: who did what, newest first, by subject, person and day, a page at a time."""

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request

from forms.base.moment import written
from forms.places.cso_code import CsoCode
from server.audit.line import days_of
from server.audit.sight import sight_of
from server.identity import accounts
from server.web.page import show
from server.web.route import SIGNED_IN, Asking, Resource
from server.words.language import mark
from sync import audits

resource = Resource("log", "/audit")
LINES = 50
SUBJECTS = {
    "": mark("everything"),
    "review": mark("decisions and corrections"),
    "arrival": mark("sheets that came in"),
    "reading": mark("readings of confidential sheets"),
    "month": mark("signing of months"),
    "plan": mark("plans and reminders"),
    "device": mark("phones and links"),
    "user": mark("accounts and sign-ins"),
    "form": mark("forms"),
    "project": mark("projects and CSOs"),
}
"""What a reader may look for, in words; the rest is `sync.audits.GROUPS`."""


@resource.get("", may=SIGNED_IN)
def log(asking: Asking) -> str:
    """The log, as far as somebody may know of it."""
    sight = sight_of(asking)
    asked = request.args
    subject = asked.get("action", "") if asked.get("action", "") in SUBJECTS else ""
    people = [
        person
        for person in accounts.people(asking.db, with_disabled=True)
        if sight.has_open or _is_colleague(asking, person.cso)
    ]
    who = next((person.id for person in people if str(person.id) == asked.get("who", "")), None)
    first, last = _day(asked.get("from", "")), _day(asked.get("to", ""))
    page = max(_number(asked.get("page", "1")), 1)
    zone = asking.here.settings.zone
    end = _moment(last + timedelta(days=1), zone) if last and last < date.max else ""
    wanted = audits.AskedLines(
        subject, who, (_moment(first, zone), end), limit=LINES + 1, offset=(page - 1) * LINES
    )
    lines = audits.lines(asking.db, wanted, sight)
    kept = {
        "action": subject,
        "who": str(who or ""),
        "from": first.isoformat() if first else "",
        "to": last.isoformat() if last else "",
    }
    return show(
        "log.html",
        asking,
        days=days_of(asking, lines[:LINES]),
        has_more=len(lines) > LINES,
        page=page,
        kept=kept,
        is_filtered=any(kept.values()),
        address=lambda number: "?" + urlencode({**{k: v for k, v in kept.items() if v}, "page": number}),
        subjects=SUBJECTS,
        people=people,
    )


def _is_colleague(asking: Asking, cso: str) -> bool:
    account = asking.asker.account
    return account is not None and CsoCode(account.cso) == CsoCode(cso)


def _number(text: str) -> int:
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(day: date | None, zone: ZoneInfo) -> str:
    """When a day begins, as the log writes moments; "" for no day."""
    return written(datetime.combine(day, time(), zone)) if day else ""
