"""Keeps accounts: people, who sign in, and app users, who are phones with a token in their address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from forms.moment import read, written
from forms.refusal import Refusal
from forms.sqlite import Database, new_key
from server.password import hash_password, hash_token, is_password, new_token

SESSION_HOURS = 24
"""As long as ODK Central's."""


class AppUserUnknown(Refusal):
    """There is no such app user, or its access was withdrawn."""


class EmailTaken(Refusal):
    """Another account has this email address."""


@dataclass(frozen=True, slots=True)
class AppUser:
    """A phone that may list, download and submit."""

    id: int
    project_id: int
    display_name: str
    language: str
    """"" for the configuration's."""
    created_at: str
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in."""

    id: int
    email: str
    display_name: str
    role: str


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person's session; the token is only in the hands of the person."""

    person: Person
    csrf: str
    created_at: str
    expires_at: str


_APP_USER = """
    SELECT id, project_id, display_name, language, created_at, revoked_at IS NOT NULL FROM account
"""


def add_administrator(db: Database, email: str, password: str, *, now: datetime) -> int:
    """A person who may do everything; gives the account's id. Raises EmailTaken."""
    if db.execute("SELECT 1 FROM account WHERE email = :email", {"email": email}).fetchone():
        raise EmailTaken(email=email)
    cursor = db.execute(
        """
        INSERT INTO account (kind, display_name, email, password_hash, role, created_at)
        VALUES ('user', :email, :email, :password_hash, 'administrator', :now)
        """,
        {"email": email, "password_hash": hash_password(password), "now": written(now)},
    )
    return new_key(cursor)


def administrators(db: Database) -> list[Person]:
    """The administrators, oldest first."""
    rows = db.execute(
        "SELECT id, email, display_name, role FROM account WHERE role = 'administrator' ORDER BY id"
    )
    return [Person(*row) for row in rows]


def person_with(db: Database, email: str, password: str) -> Person | None:
    """The person with this email and password. An unknown email takes as long as a wrong password."""
    row = db.execute(
        """
        SELECT id, email, display_name, role, password_hash FROM account
        WHERE kind = 'user' AND email = :email AND revoked_at IS NULL
        """,
        {"email": email},
    ).fetchone()
    if not is_password(password, row[4] if row else _nobody()):
        return None
    return Person(*row[:4]) if row else None


def start_session(db: Database, person: Person, *, now: datetime) -> tuple[str, Session]:
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
            "account_id": person.id,
            "csrf": csrf,
            "created": created,
            "expires": expires,
        },
    )
    return token, Session(person, csrf, created, expires)


def find_session(db: Database, token: str, *, now: datetime) -> Session | None:
    """The session of a token, unless it is over."""
    row = db.execute(
        """
        SELECT a.id, a.email, a.display_name, a.role, s.csrf, s.created_at, s.expires_at
        FROM session AS s JOIN account AS a ON a.id = s.account_id
        WHERE s.token_sha256 = :token_sha256 AND a.revoked_at IS NULL
        """,
        {"token_sha256": hash_token(token)},
    ).fetchone()
    if row is None or read(row[6]) <= now:
        return None
    return Session(Person(*row[:4]), *row[4:])


def end_session(db: Database, token: str) -> bool:
    """Sign out; gives whether there was such a session."""
    cursor = db.execute(
        "DELETE FROM session WHERE token_sha256 = :token_sha256", {"token_sha256": hash_token(token)}
    )
    return bool(cursor.rowcount)


def add_app_user(
    db: Database, *, project_id: int, display_name: str, language: str = "", now: datetime
) -> tuple[int, str]:
    """A new phone; gives its id and its token, which is told once."""
    token = new_token()
    cursor = db.execute(
        """
        INSERT INTO account (kind, display_name, role, project_id, language, token_sha256, created_at)
        VALUES ('app_user', :display_name, 'app-user', :project_id, :language, :token_sha256, :now)
        """,
        {
            "display_name": display_name,
            "project_id": project_id,
            "language": language,
            "token_sha256": hash_token(token),
            "now": written(now),
        },
    )
    return new_key(cursor), token


def app_user_by_token(db: Database, token: str) -> AppUser | None:
    """The phone of a token; None for a token that is unknown or was withdrawn."""
    row = db.execute(
        f"{_APP_USER} WHERE token_sha256 = :token_sha256 AND revoked_at IS NULL",
        {"token_sha256": hash_token(token)},
    ).fetchone()
    return _app_user(row) if row else None


def app_users(db: Database, project_id: int) -> list[AppUser]:
    """The phones of a project: those in service first, then newest first (as ODK Central's list)."""
    rows = db.execute(
        f"{_APP_USER} WHERE kind = 'app_user' AND project_id = :id ORDER BY revoked_at IS NOT NULL, id DESC",
        {"id": project_id},
    )
    return [_app_user(row) for row in rows]


def revoke_app_user(db: Database, app_user_id: int, *, now: datetime) -> None:
    """Withdraw a phone's access; it takes effect with its next request. Raises AppUserUnknown."""
    cursor = db.execute(
        """
        UPDATE account SET revoked_at = :now
        WHERE id = :id AND kind = 'app_user' AND revoked_at IS NULL
        """,
        {"now": written(now), "id": app_user_id},
    )
    if not cursor.rowcount:
        raise AppUserUnknown(id=app_user_id)


def _app_user(row: tuple[int, int, str, str, str, int]) -> AppUser:
    return AppUser(row[0], row[1], row[2], row[3], row[4], bool(row[5]))


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")
