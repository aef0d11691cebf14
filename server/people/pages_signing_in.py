"""The pages of one's own account: signing in and out, one's password, and the link of an invitation."""

from typing import Any

from flask import Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from forms.base.by import By
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from server.base.refusals import PasswordsDiffer
from server.identity import accounts, attempts, invitations, sessions
from server.identity.devices import remember_device
from server.identity.password import check_strength
from server.people.administer import me, set_own_password
from server.people.cookie import with_cookie, with_device, without_cookie
from server.people.onward import LOST
from server.web.access import DEVICE, check_password, is_private_line, this_attempt
from server.web.page import given, go, inner_address, refused, show
from server.web.problem import problem_of, sentence
from server.web.route import ANYONE, SIGNED_IN, Asking, Resource
from server.words.language import mark, translate
from sync import audits
from sync.audits import About

resource = Resource("signing_in", "")


@resource.get("/sign-in", may=ANYONE)
def sign_in(asking: Asking) -> str:
    """Email and password."""
    return _signing_in(asking)


@resource.post("/sign-in", may=ANYONE)
def signed_in(asking: Asking) -> Any:
    """Start a session and go where one was going."""
    email, password = given("email"), request.form.get("password", "")
    error, status, wait = translate(g.language, mark("The address or the password is wrong.")), 401, None
    account = None
    try:
        account = check_password(email, password, now=asking.now)
    except Refusal as refusal:
        error, status = sentence(refusal, g.language), problem_of(refusal).status
        wait = refusal.facts.get("seconds")
    if account is not None:
        return enter(asking, account, inner_address(request.args.get("next", "/")))
    response = refused(_signing_in(asking, email=email, error=error), status)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def _signing_in(asking: Asking, *, email: str = "", error: str = "") -> str:
    """The page; where one was going stays in its address, in another language and after a mistake too."""
    return show(
        "sign_in.html",
        asking,
        next=inner_address(request.args.get("next", "/")),
        is_lost=LOST in request.args,
        email=email,
        error=error,
        is_open=not is_private_line(request),
    )


@resource.post("/sign-out", may=SIGNED_IN)
def sign_out(asking: Asking) -> AnyResponse:
    """End the session."""
    token = asking.asker.token

    def work(db: Database) -> None:
        sessions.end_session(db, token)
        asking.audit(db, "user.session.end", account_id=asking.asker.id)

    asking.write(work)
    return without_cookie(go("/"))


@resource.get("/account", may=SIGNED_IN)
def account_page(asking: Asking) -> str:
    """One's own account."""
    return _account(asking, done=request.args.get("done", ""))


@resource.post("/account/sessions/end", may=SIGNED_IN)
def end_others(asking: Asking) -> AnyResponse:
    """End one's sessions in all other browsers and programs."""
    account = me(asking)

    def work(db: Database) -> None:
        sessions.end_sessions_of(db, account.id, but=asking.asker.token)
        asking.audit(db, "user.session.end", account_id=account.id)

    asking.write(work)
    return go("/account?done=sessions")


@resource.post("/account/password", may=SIGNED_IN)
def change_password(asking: Asking) -> Any:
    """A new password in place of the present one."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    try:
        if new != again:
            raise PasswordsDiffer
        set_own_password(asking, old, new)
    except Refusal as refusal:
        with asking.again() as reading:
            return refused(_account(reading, error=sentence(refusal, g.language)))
    return go("/account?done=password")


@resource.get("/invitation/<segment:token>", may=ANYONE)
def invitation(asking: Asking, token: str) -> str:
    """Choose a password."""
    person = invitations.invited(asking.db, token, now=asking.now)
    return _choosing(asking, token, person)


@resource.post("/invitation/<segment:token>", may=ANYONE)
def accept(asking: Asking, token: str) -> Any:
    """Keep the chosen password, and sign in with it."""
    new, again = request.form.get("new", ""), request.form.get("again", "")
    with asking.here.storage.reading() as db:
        person = invitations.invited(db, token, now=asking.now)
    try:
        if new != again:
            raise PasswordsDiffer
        check_strength(new, person.email)
    except Refusal as refusal:
        return refused(_choosing(asking, token, person, error=sentence(refusal, g.language)))

    def work(db: Database) -> None:
        invitations.invited(db, token, now=asking.now)
        accounts.set_password(db, person.id, new, now=asking.now)
        invitations.end_invitations(db, person.id)
        sessions.end_sessions_of(db, person.id)
        audits.append(db, "user.password.set", By(person.id, asking.now), About(account_id=person.id))

    asking.write(work)
    return enter(asking, person, "/")


def _choosing(asking: Asking, token: str, person: accounts.Account, *, error: str = "") -> str:
    is_open = not is_private_line(request)
    return show("invitation.html", asking, token=token, person=person, error=error, is_open=is_open)


def _account(asking: Asking, *, error: str = "", done: str = "") -> str:
    here = asking.here
    listed = sessions.sessions_of(asking.db, me(asking).id, now=asking.now, limits=here.settings.sessions)
    own = asking.asker.session
    return show(
        "account.html",
        asking,
        error=error,
        done=done,
        sessions=[
            {"began": began, "seen": seen, "is_own": own is not None and own.created_at == began}
            for began, seen in listed
        ],
    )


def enter(asking: Asking, account: accounts.Account, onward: str) -> Response:
    """Start a session in a browser."""

    def work(db: Database) -> tuple[str, str]:
        attempts.forget_failures(db, this_attempt(db, account.email, now=asking.now))
        audits.append(db, "user.session.create", By(account.id, asking.now), About(account_id=account.id))
        device = remember_device(db, account.id, request.cookies.get(DEVICE, ""), now=asking.now)
        limits = asking.here.settings.sessions
        return sessions.start_session(db, account, now=asking.now, limits=limits)[0], device

    token, device = asking.write(work)
    return with_device(with_cookie(go(onward), token), device)  # type: ignore[arg-type]
