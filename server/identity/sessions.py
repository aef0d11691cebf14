"""Keeps the sessions of people: a token for some hours, told once and kept as its digest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.base.moment import read, written
from forms.base.sqlite import Database
from server.identity.accounts import ACCOUNT, Account, account_of
from server.identity.password import hash_token, new_token
from server.settings.door import SessionSettings

CLOCK_HOURS = 1
"""By which a session may last longer than it should because the clock was put back; one from a clock that was far ahead
is over, so that no token is good for a year."""
SEEN_MINUTES = 5
"""How far what is kept of a session's last request may lag behind: not every request waits for the disk."""
BY_RULE = SessionSettings()


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person's session; the token is only in the hands of the person."""

    account: Account
    csrf: str
    created_at: str
    expires_at: str
    seen_at: str = ""
    """About when it last asked for something."""


def start_session(
    db: Database, account: Account, *, now: datetime, limits: SessionSettings = BY_RULE
) -> tuple[str, Session]:
    """Sign a person in; gives the token, which is told once, and the session."""
    token, csrf = new_token(), new_token()
    created, expires = written(now), written(now + limits.longest)
    db.execute("DELETE FROM session WHERE expires_at < :now", {"now": created})
    db.execute(
        """
        INSERT INTO session (token_sha256, account_id, csrf, created_at, expires_at, seen_at)
        VALUES (:token_sha256, :account_id, :csrf, :created, :expires, :created)
        """,
        {
            "token_sha256": hash_token(token),
            "account_id": account.id,
            "csrf": csrf,
            "created": created,
            "expires": expires,
        },
    )
    return token, Session(account, csrf, created, expires, created)


def find_session(
    db: Database, token: str, *, now: datetime, limits: SessionSettings = BY_RULE
) -> Session | None:
    """The session of a token, unless it is over or has long asked for nothing."""
    row = db.execute(
        "SELECT account_id, csrf, created_at, expires_at, seen_at FROM session WHERE token_sha256 = :token_sha256",
        {"token_sha256": hash_token(token)},
    ).fetchone()
    if row is None or not now < read(row[3]) <= now + (limits.longest + timedelta(hours=CLOCK_HOURS)):
        return None
    if now - read(row[4]) > limits.idle:
        return None
    account = db.execute(f"{ACCOUNT} WHERE a.id = :id AND a.revoked_at IS NULL", {"id": row[0]}).fetchone()
    return Session(account_of(account), *row[1:]) if account else None


def is_to_be_noted(session: Session, now: datetime) -> bool:
    """Whether what is kept of its last request lags behind too far."""
    return abs(now - read(session.seen_at)) > timedelta(minutes=SEEN_MINUTES)


def note_use(db: Database, token: str, *, now: datetime) -> None:
    """A session asked for something."""
    db.execute(
        "UPDATE session SET seen_at = :now WHERE token_sha256 = :token_sha256",
        {"now": written(now), "token_sha256": hash_token(token)},
    )


def sessions_of(
    db: Database, account_id: int, *, now: datetime, limits: SessionSettings
) -> list[tuple[str, str]]:
    """When each session of a person that is not over began and last asked for something, the newest first."""
    rows = db.execute(
        """
        SELECT created_at, seen_at FROM session
        WHERE account_id = :id AND expires_at > :now AND seen_at >= :first ORDER BY created_at DESC
        """,
        {"id": account_id, "now": written(now), "first": written(now - limits.idle)},
    )
    return [(row[0], row[1]) for row in rows]


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
