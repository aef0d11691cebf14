"""/v1/sessions: signing in and out, as ODK Central's clients do it."""

from typing import Any

from flask import Response, jsonify

from forms.base.by import By
from server.base.refusals import AddressUnknown, RightMissing, SignInWrong
from server.identity import app_users, public_links, sessions
from server.people.cookie import with_cookie, without_cookie
from server.web.access import check_password
from server.web.route import ANYONE, SIGNED_IN, Asking, Resource
from server.web.schema import Credentials, SessionAnswer
from sync import audits
from sync.audits import About

resource = Resource("sessions", "/v1/sessions")


@resource.post("", may=ANYONE, takes=Credentials(), gives=SessionAnswer())
def create(asking: Asking) -> Response:
    """Sign in: a token for as long as a session lasts (`[sessions]`), and the same as a cookie."""
    email, password = asking.body["email"], asking.body["password"]
    account = check_password(email, password, now=asking.now)
    if account is None:
        raise SignInWrong

    def start(writer: Any) -> tuple[str, sessions.Session]:
        audits.append(writer, "user.session.create", By(account.id, asking.now), About(account_id=account.id))
        return sessions.start_session(writer, account, now=asking.now, limits=asking.here.settings.sessions)

    token, session = asking.write(start)
    told = {"token": token, "csrf": session.csrf, **_times(session)}
    return with_cookie(jsonify(told), token)


@resource.get("/restore", may=SIGNED_IN, gives=SessionAnswer())
def restore(asking: Asking) -> dict[str, Any]:
    """The session that asks."""
    if asking.asker.session is None:
        raise AddressUnknown
    session = asking.asker.session
    return {"created_at": session.created_at, "expires_at": session.expires_at, "csrf": session.csrf}


@resource.delete("/current", may=SIGNED_IN, success=True)
def end_current(asking: Asking) -> Response:
    """Sign out."""
    if not asking.asker.token:
        raise AddressUnknown
    return _end(asking, asking.asker.token)


@resource.delete("/<segment:token>", may=SIGNED_IN, success=True)
def end(asking: Asking, token: str) -> Response:
    """End a session of one's own, or the access of a phone that one may withdraw."""
    return _end(asking, token)


def _end(asking: Asking, token: str) -> Response:
    def work(db: Any) -> None:
        session = sessions.find_session(db, token, now=asking.now, limits=asking.here.settings.sessions)
        if session is not None and session.account.id == asking.asker.id:
            sessions.end_session(db, token)
            asking.audit(db, "user.session.end", account_id=session.account.id)
            return
        phone = app_users.app_user_by_token(db, token)
        is_link = phone is not None and phone.kind == public_links.KIND
        verb = "public_link.delete" if is_link else "session.end"
        reach = asking.asker.reach(verb, phone.project_id) if phone else None
        if phone is None or reach is None or not reach.covers(phone.cso):
            raise RightMissing  # an unknown token is told as one that is not ours: 403.1, never 404
        revoke = public_links.revoke_link if is_link else app_users.revoke_app_user
        revoke(db, phone.id, now=asking.now)
        action = "public_link.session.end" if is_link else "field_key.session.end"
        asking.audit(db, action, account_id=phone.id, project_id=phone.project_id)

    asking.write(work)
    response = jsonify({"success": True})
    if token == asking.asker.token:
        without_cookie(response)
    return response


def _times(session: sessions.Session) -> dict[str, str]:
    return {"createdAt": session.created_at, "expiresAt": session.expires_at}
