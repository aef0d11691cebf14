"""What two people do together: one asks for power over referrals, another one agrees, and those concerned are told.

Pages, programs and commands come through here alike, in their own transaction.
"""

import logging
from typing import Any

from forms.base.by import By
from forms.base.sqlite import Database
from server.identity import accounts, agreements, assignments, invitations, sessions
from server.identity.agreement import (
    AGREED,
    CHANGE,
    ENABLE,
    LINK,
    REFUSED,
    ROLE,
    SHARED_ROLE,
    WITHDRAWN,
    NotTheSecond,
    OthersMayAgree,
    PowerRequest,
    RequestStale,
    Wish,
)
from sync import audits
from sync.audits import About

log = logging.getLogger(__name__)


def ask_for_role(db: Database, account_id: int, by: By, **place: int | None) -> int:
    """Ask that somebody become case manager at a place (`project_id`, `form_id`); gives the request's number."""
    return ask(db, ROLE, account_id, by, **place)


def ask(db: Database, kind: str, account_id: int, by: By, **details: Any) -> int:
    """Keep the wish until somebody else agrees; gives its number. Raises AccountUnknown."""
    person = accounts.find_person(db, account_id)
    wish = Wish(kind, account_id, {**details, "email": person.email, "cso": person.cso})
    number = agreements.add_request(db, wish, by)
    _write_down(db, "user.power.ask", by, agreements.waiting_request(db, number, now=by.at))
    return number


def agree(db: Database, number: int, by: By) -> str | None:
    """Do what was asked; gives the token of a link to choose a password where one was asked for or is needed.

    Raises RequestUnknown, NotTheSecond, RequestStale, and what the deed itself raises.
    """
    request = agreements.waiting_request(db, number, now=by.at)
    if by.actor_id not in agreements.seconds(db, request.asker_id, now=by.at):
        raise NotTheSecond
    return _carry_out(db, request, by)


def agree_on_machine(db: Database, number: int, by: By) -> str | None:
    """The same by a command, without a second person. Raises OthersMayAgree where there is somebody to ask."""
    request = agreements.waiting_request(db, number, now=by.at)
    if agreements.seconds(db, request.asker_id, now=by.at):
        raise OthersMayAgree(number=number)
    log.warning("request %d for power over referrals agreed to on the machine, by one person alone", number)
    return _carry_out(db, request, by)


def refuse(db: Database, number: int, by: By) -> None:
    """Put a request aside: whoever asked takes it back, whoever might agree or a command refuses it."""
    request = agreements.waiting_request(db, number, now=by.at)
    is_own = by.actor_id == request.asker_id
    if not is_own and by.actor_id and by.actor_id not in agreements.seconds(db, request.asker_id, now=by.at):
        raise NotTheSecond
    agreements.decide_request(db, number, WITHDRAWN if is_own else REFUSED, by)
    _write_down(db, "user.power.refuse", by, request)


def _carry_out(db: Database, request: PowerRequest, by: By) -> str | None:
    wish = request.wish
    person = accounts.find_person(db, wish.account_id)
    if (person.email, person.cso) != (wish.details["email"], wish.details["cso"]):
        raise RequestStale(number=request.id)
    agreements.decide_request(
        db, request.id, AGREED, by
    )  # those who are case managers now are told, not the new one
    _write_down(db, "user.power.agree", by, request)
    if wish.kind == ROLE:
        return _give_role(db, request, by)
    if wish.kind == LINK:
        audits.append(db, "user.password.reset", by, About(account_id=person.id))
        return invitations.invite(db, person.id, now=by.at)
    if wish.kind == CHANGE:
        changes = dict(wish.details["changes"])
        accounts.update_person(db, person.id, changes, now=by.at)
        audits.append(db, "user.update", by, About(account_id=person.id), details={"data": changes})
    if wish.kind == ENABLE:
        accounts.set_disabled(db, person.id, is_disabled=False, now=by.at)
        audits.append(db, "user.restore", by, About(account_id=person.id))
    return None


def _give_role(db: Database, request: PowerRequest, by: By) -> str | None:
    """Give the role; links and sessions from before, which somebody may have kept, are dead."""
    wish, account_id = request.wish, request.wish.account_id
    place = {name: wish.details.get(name) for name in ("project_id", "form_id")}
    assignments.assign(db, account_id, SHARED_ROLE, **place)
    about = About(account_id=account_id, project_id=place["project_id"], form_id=place["form_id"])
    audits.append(db, "user.assignment.create", by, about, details={"role": SHARED_ROLE})
    sessions.end_sessions_of(db, account_id)
    invitations.end_invitations(db, account_id)
    if accounts.find_person(db, account_id).has_password:
        return None
    return invitations.invite(db, account_id, now=by.at)


def _write_down(db: Database, action: str, by: By, request: PowerRequest) -> None:
    details = {"request": request.id, "kind": request.wish.kind}
    audits.append(db, action, by, About(account_id=request.wish.account_id), details=details)
