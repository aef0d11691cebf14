"""Decides who is asking and what they may: the one place, for people, phones, programs and drafts on trial."""

import ipaddress
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import Request, request

from forms.base.refusal import Refusal
from forms.base.sqlite import Database, sqlite3
from forms.catalogue.form import Form
from forms.places.cso_code import NO_CSO, CsoCode
from server.base.refusals import (
    BasicNeedsTLS,
    NotSignedIn,
    PhoneUnknown,
    RequestTooLarge,
    RightMissing,
    SignInWrong,
)
from server.identity import attempts, password_queue
from server.identity.accounts import Account, person_with
from server.identity.app_users import app_user_by_token
from server.identity.assignments import Assignment, assignments_of
from server.identity.devices import is_known_device
from server.identity.role import BY_SYSTEM
from server.identity.sessions import Session, find_session, is_to_be_noted, note_use
from server.web.edge import edge
from server.web.request_path import KEY

COOKIE = "fiche_session"
HOST_COOKIE = f"__Host-{COOKIE}"
"""Over https: no other host of the same domain, and no page over plain http, can put one in its place."""
DEVICE = "fiche_device"
"""The cookie by which a browser says that somebody has signed in with it before."""
CSRF_HEADER = "X-CSRF-Token"
LONGEST_TOKEN = 200
MEGABYTE = 1_000_000
LARGEST_FORM = 2_000_000
"""In bytes, of a page's form."""
READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a right goes."""

    csos: frozenset[CsoCode] | None = None
    """The CSOs whose sheets it covers; None for every CSO."""

    def covers(self, cso: str) -> bool:
        """Whether what belongs to this CSO (as anybody writes its code) is within it."""
        return self.csos is None or CsoCode(cso) in self.csos

    def owner(self, named: str = "") -> str:
        """The CSO that what somebody adds belongs to: their own, or the one that they name if they reach every CSO.

        Raises RightMissing for whoever reaches none: what they add would be anybody's.
        """
        if self.csos is None:
            return named
        if not self.csos:
            raise RightMissing
        return min(self.csos)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks."""

    account: Account | None
    """None for nobody in particular."""
    assignments: tuple[Assignment, ...] = ()
    session: Session | None = None
    token: str = ""
    """The session's, where there is one."""

    @property
    def id(self) -> int | None:
        """The account's id."""
        return self.account.id if self.account else None

    @property
    def is_phone(self) -> bool:
        """Whether a phone is asking, or a browser with a public link: whoever has a token of one project's."""
        return self.account is not None and self.account.kind in ("app_user", "public_link")

    @property
    def is_link(self) -> bool:
        """Whether a browser with a public link is asking."""
        return self.account is not None and self.account.kind == "public_link"

    def reach(self, verb: str, project_id: int | None = None, form: Form | None = None) -> Reach | None:
        """How far this asker may do `verb` there; None where not at all.

        The sheets of a confidential form are reached by `confidential.` verbs alone, which no administrator has
        (domain page § 11); phones send them as any other.
        """
        is_sheet = verb.startswith("submission.") and not self.is_phone
        if form is not None and form.is_confidential and is_sheet:
            verb = f"confidential.{verb}"
        found: set[CsoCode] | None = None
        for assignment in self.assignments:
            if assignment.project_id is not None and assignment.project_id != project_id:
                continue
            if assignment.form_id is not None and (form is None or assignment.form_id != form.id):
                continue
            role = BY_SYSTEM.get(assignment.role)
            if role is None or verb not in role.verbs:
                continue
            if not role.is_of_cso:
                return Reach(None)
            found = (found or set()) | {CsoCode(self.account.cso)} if self.account else found
        return None if found is None else Reach(frozenset(found - {NO_CSO}))

    def verbs(self, project_id: int | None = None) -> list[str]:
        """Everything this asker may do there, for programs that ask."""
        here = [
            assignment
            for assignment in self.assignments
            if assignment.project_id in (None, project_id) and not assignment.form_id
        ]
        return sorted({verb for held in here for verb in BY_SYSTEM[held.role].verbs})


NOBODY = Asker(None)


def asker(db: Database, *, now: datetime) -> Asker:
    """Who sends the current request.

    A token in the path or in `st` counts first, then the Authorization header, then the cookie (which alone
    changes nothing: a page must add its CSRF token). Raises PhoneUnknown, BasicNeedsTLS,
    `attempts.TooManyAttempts`, or NotSignedIn where what was given is wrong; nothing given is nobody.
    """
    token = request.environ.get(KEY) or request.args.get("st", "")
    if token:
        return _phone(db, token)
    given = request.authorization
    if given is not None:
        if given.type == "bearer" and given.token:
            return _of_session(db, given.token, now=now)
        if given.type == "basic":
            return _with_password(db, request, now=now)
        raise NotSignedIn
    token = request.cookies.get(HOST_COOKIE if request.is_secure else COOKIE, "")
    session = _session(db, token, now=now) if token else None
    if session is None or (request.method not in READING and not _is_from_our_page(session)):
        return NOBODY
    return Asker(session.account, assignments_of(db, session.account.id), session, token)


def check_password(email: str, password: str, *, now: datetime) -> Account | None:
    """The person of a password. The try is counted before anybody looks, and taken back where it was right.

    Raises `attempts.TooManyAttempts`, or `password_queue.SigningInBusy`.
    """
    storage = edge().storage
    with storage.reading() as db:
        attempt = this_attempt(db, email, now=now)
    is_slowed = storage.write(lambda writer: attempts.count_attempt(writer, attempt, now=now))
    account = None
    try:
        with password_queue.turn(is_slowed=is_slowed), storage.reading() as db:
            account = person_with(db, email, password)
    except password_queue.SigningInBusy:
        storage.write(lambda writer: attempts.uncount_attempt(writer, attempt, now=now))
        raise
    if account is not None:

        def clear(writer: Database) -> None:
            attempts.uncount_attempt(writer, attempt, now=now)
            attempts.forget_failures(writer, attempt)

        storage.write(clear)
    return account


def this_attempt(db: Database, email: str, *, now: datetime) -> attempts.Attempt:
    """The try of a password that the current request makes."""
    device = request.cookies.get(DEVICE, "")[:LONGEST_TOKEN]
    is_known = bool(device) and is_known_device(db, device, email, now=now)
    return attempts.Attempt(email, sender_address(request), device if is_known else "")


def sender_address(asked: Request) -> str:
    """Who sends, "" for a program on this machine.

    Of what a proxy on this machine hands on, the address that it wrote itself: the last one. What stands before it
    was written by the sender.
    """
    if is_this_machine(asked):
        return ""
    address = asked.remote_addr or ""
    forwarded = asked.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded[:100] if forwarded and _is_loopback(address) else address


def refuse(person: Asker) -> None:
    """Raise what somebody without the right is told: who are you, or that the right is missing."""
    if person.account is None:
        raise NotSignedIn
    raise RightMissing


def is_private_line(asked: Request) -> bool:
    """Whether nobody between can read along: TLS, here or at the proxy in front, or this very machine."""
    forwarded = asked.headers.get("X-Forwarded-Proto")
    return asked.is_secure or forwarded == "https" or (forwarded is None and is_this_machine(asked))


def is_this_machine(asked: Request) -> bool:
    """Whether a program on this very machine asks, and not a proxy here for somebody elsewhere."""
    if "X-Forwarded-For" in asked.headers or "Forwarded" in asked.headers:
        return False
    return _is_loopback(asked.remote_addr or "")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _phone(db: Database, token: str) -> Asker:
    account = app_user_by_token(db, token) if len(token) <= LONGEST_TOKEN else None
    if account is None:  # 403, never 401: a phone would ask for a password that it does not have (OR-56)
        raise PhoneUnknown
    return Asker(account, assignments_of(db, account.id))


def _of_session(db: Database, token: str, *, now: datetime) -> Asker:
    session = _session(db, token, now=now)
    if session is None:
        raise NotSignedIn
    return Asker(session.account, assignments_of(db, session.account.id), session, token)


def _session(db: Database, token: str, *, now: datetime) -> Session | None:
    """The session of a token; that it asked for something is noted now and then, where the disk has room for it."""
    here = edge()
    session = find_session(db, token, now=now, limits=here.settings.sessions)
    if session is not None and is_to_be_noted(session, now):
        with suppress(Refusal, sqlite3.Error, OSError):
            here.storage.write(lambda writer: note_use(writer, token, now=now))
    return session


def _with_password(db: Database, asked: Request, *, now: datetime) -> Asker:
    given = asked.authorization
    if not is_private_line(asked):
        raise BasicNeedsTLS
    email, password = (given.username, given.password) if given else (None, None)
    if not email or not password:
        raise NotSignedIn
    account = check_password(email, password, now=now)
    if account is None:
        raise SignInWrong
    return Asker(account, assignments_of(db, account.id))


def _is_from_our_page(session: Session) -> bool:
    """A page of another host can make a browser send the cookie, but does not know the session's CSRF token.

    Raises RequestTooLarge: of a long form nothing is kept while nobody knows who sends it.
    """
    given = request.headers.get(CSRF_HEADER, "")
    if not given:
        if (request.content_length or 0) > LARGEST_FORM:
            raise RequestTooLarge(limit=LARGEST_FORM // MEGABYTE)
        given = request.form.get("csrf", "")
    return bool(given) and given == session.csrf
