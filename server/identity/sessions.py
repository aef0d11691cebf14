"""Keeps the sessions of people: a token for 24 hours, told once and kept as its digest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.base.moment import read, written
from forms.base.sqlite import Database
from server.identity.accounts import ACCOUNT, Account, account_of
from server.identity.password import hash_token, new_token

SESSION_HOURS = 24
"""As long as ODK Central's."""
CLOCK_HOURS = 1
"""By which a session may last longer than that because the clock was put back; one from a clock that was far ahead
is over, so that no token is good for a year."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person's session; the token is only in the hands of the person."""

    account: Account
    csrf: str
    created_at: str
    expires_at: str


def start_session(db: Database, account: Account, *, now: datetime) -> tuple[str, Session]:
    """Sign a person in; gives the token, which is told once, and the session."""
    token, csrf = new_token(), new_token()
    created, expires = written(now), written(now + timedelta(hours=SESSION_HOURS))
    db.execute("DELETE FROM session WHERE expires_at < :now", {"now": created})
    db.execute(
        """
        INSERT INTO session (token_sha256, account_id, csrf, created_at, expires_at)
        VALUES (:token_sha256, :account_id, :csrf, :created, :expires)
        """,
        {
            "token_sha256": hash_token(token),
            "account_id": account.id,
            "csrf": csrf,
            "created": created,
            "expires": expires,
        },
    )
    return token, Session(account, csrf, created, expires)


def find_session(db: Database, token: str, *, now: datetime) -> Session | None:
    """The session of a token, unless it is over."""
    row = db.execute(
        "SELECT account_id, csrf, created_at, expires_at FROM session WHERE token_sha256 = :token_sha256",
        {"token_sha256": hash_token(token)},
    ).fetchone()
    longest = timedelta(hours=SESSION_HOURS + CLOCK_HOURS)
    if row is None or not now < read(row[3]) <= now + longest:
        return None
    account = db.execute(f"{ACCOUNT} WHERE a.id = :id AND a.revoked_at IS NULL", {"id": row[0]}).fetchone()
    return Session(account_of(account), *row[1:]) if account else None


def end_session(db: Database, token: str) -> bool:
    """Sign out; gives whether there was such a session."""
    cursor = db.execute(
        "DELETE FROM session WHERE token_sha256 = :token_sha256", {"token_sha256": hash_token(token)}
    )
    return bool(cursor.rowcount)


def end_sessions_of(db: Database, account_id: int, *, but: str = "") -> None:
    """Sign a person out everywhere, `but` (a token) excepted."""
    db.execute(
        "DELETE FROM session WHERE account_id = :id AND token_sha256 <> :but",
        {"id": account_id, "but": hash_token(but)},
    )
