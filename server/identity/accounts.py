"""Keeps the accounts of people: who they are, their password, whether they may still sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, new_key
from server.identity import assignments
from server.identity.password import hash_password, hash_token, is_password


class AccountUnknown(Refusal):
    """There is no such person (`id`)."""


class EmailTaken(Refusal):
    """Another account has this email address."""


class PasswordWrong(Refusal):
    """The present password, which must be given to change it, is another."""


class LastAdministrator(Refusal):
    """Nobody could administer the server any more."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person, or a phone (see `server.identity.app_users`), as everyone but itself sees it."""

    id: int
    kind: str
    """"user", "app_user" or "public_link"."""
    display_name: str
    email: str
    """"" of a phone."""
    cso: str
    """Code of its CSO, "" for none."""
    language: str
    """"" for the configuration's."""
    project_id: int | None
    """Of a phone, its project."""
    has_password: bool
    is_disabled: bool
    created_at: str
    updated_at: str | None


ACCOUNT = """
    SELECT a.id, a.kind, a.display_name, COALESCE(a.email, ''), a.cso, a.language, a.project_id,
           a.password_hash IS NOT NULL, a.revoked_at IS NOT NULL, a.created_at, a.updated_at
    FROM account AS a
"""


def account_of(row: Sequence[Any]) -> Account:
    """The account in a row of `ACCOUNT`."""
    values = list(row)
    values[7:9] = bool(row[7]), bool(row[8])
    return Account(*values)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who is to get an account. Without a password an invitation lets them choose one."""

    email: str
    password: str | None = None
    display_name: str = ""
    """The email address where it is left out."""
    cso: str = ""
    language: str = ""


def add_person(db: Database, person: NewPerson, *, now: datetime, creator_id: int | None = None) -> int:
    """A person without any role; gives the account's id.

    Raises EmailTaken.
    """
    if db.execute("SELECT 1 FROM account WHERE email = :email", {"email": person.email}).fetchone():
        raise EmailTaken(email=person.email)
    cursor = db.execute(
        """
        INSERT INTO account (kind, display_name, email, password_hash, role, cso, language, creator_id, created_at)
        VALUES ('user', :display_name, :email, :password_hash, '', :cso, :language, :creator_id, :now)
        """,
        {
            "display_name": person.display_name or person.email,
            "email": person.email,
            "password_hash": hash_password(person.password) if person.password else None,
            "cso": person.cso,
            "language": person.language,
            "creator_id": creator_id,
            "now": written(now),
        },
    )
    return new_key(cursor)


def add_administrator(db: Database, email: str, password: str, *, now: datetime) -> int:
    """A person who may do everything but read referrals; gives the account's id. Raises EmailTaken."""
    account_id = add_person(db, NewPerson(email, password=password), now=now)
    assignments.assign(db, account_id, "admin")
    return account_id


def administrators(db: Database) -> list[Account]:
    """The administrators who can sign in, oldest first."""
    rows = db.execute(
        f"""{ACCOUNT} JOIN assignment AS g ON g.account_id = a.id
        WHERE g.role = 'admin' AND g.project_id IS NULL AND a.revoked_at IS NULL ORDER BY a.id"""
    )
    return [account_of(row) for row in rows]


def people(db: Database, *, search: str = "", with_disabled: bool = False) -> list[Account]:
    """The people whose name or address holds `search`, by name."""
    rows = db.execute(
        f"""{ACCOUNT} WHERE a.kind = 'user' AND (a.revoked_at IS NULL OR :with_disabled)
        AND (instr(lower(a.display_name), lower(:search)) OR instr(lower(a.email), lower(:search)) OR :search = '')
        ORDER BY a.display_name COLLATE NOCASE, a.id""",
        {"with_disabled": with_disabled, "search": search},
    )
    return [account_of(row) for row in rows]


def find_person(db: Database, account_id: int) -> Account:
    """The person with this id, disabled or not. Raises AccountUnknown."""
    account = find_account(db, account_id)
    if account is None or account.kind != "user":
        raise AccountUnknown(id=account_id)
    return account


def find_account(db: Database, account_id: int) -> Account | None:
    """The account with this id, of a person or a phone."""
    row = db.execute(f"{ACCOUNT} WHERE a.id = :id", {"id": account_id}).fetchone()
    return account_of(row) if row else None


def person_by_email(db: Database, email: str) -> Account | None:
    """The person with this address, disabled or not."""
    row = db.execute(f"{ACCOUNT} WHERE a.kind = 'user' AND a.email = :email", {"email": email}).fetchone()
    return account_of(row) if row else None


def person_with(db: Database, email: str, password: str) -> Account | None:
    """The person with this email and password. An unknown email takes as long as a wrong password."""
    row = db.execute(
        "SELECT id, password_hash FROM account WHERE kind = 'user' AND email = :email AND revoked_at IS NULL",
        {"email": email},
    ).fetchone()
    kept = row[1] if row and row[1] else None
    if not is_password(password, kept or _nobody()) or kept is None:
        return None
    return find_person(db, row[0])


def has_this_password(db: Database, account_id: int, password: str) -> bool:
    """Whether this is the person's present password."""
    row = db.execute("SELECT password_hash FROM account WHERE id = :id", {"id": account_id}).fetchone()
    return is_password(password, (row and row[0]) or _nobody())


def update_person(db: Database, account_id: int, changes: dict[str, str], *, now: datetime) -> Account:
    """Change `display_name`, `email`, `cso` or `language`. Raises AccountUnknown or EmailTaken."""
    before = find_person(db, account_id)
    email = changes.get("email", before.email)
    other = person_by_email(db, email)
    if other is not None and other.id != account_id:
        raise EmailTaken(email=email)
    db.execute(
        """
        UPDATE account SET display_name = :display_name, email = :email, cso = :cso, language = :language,
            updated_at = :now WHERE id = :id
        """,
        {
            "id": account_id,
            "display_name": changes.get("display_name", before.display_name),
            "email": email,
            "cso": changes.get("cso", before.cso),
            "language": changes.get("language", before.language),
            "now": written(now),
        },
    )
    return find_person(db, account_id)


def set_password(db: Database, account_id: int, password: str, *, now: datetime) -> None:
    """Give a person a new password."""
    db.execute(
        "UPDATE account SET password_hash = :kept, updated_at = :now WHERE id = :id",
        {"kept": hash_password(password), "now": written(now), "id": account_id},
    )


def set_disabled(db: Database, account_id: int, *, is_disabled: bool, now: datetime) -> None:
    """Let a person sign in no more, or again. Raises AccountUnknown, or LastAdministrator."""
    find_person(db, account_id)
    if is_disabled and [administrator.id for administrator in administrators(db)] == [account_id]:
        raise LastAdministrator
    db.execute(
        "UPDATE account SET revoked_at = CASE WHEN :off THEN :now END, updated_at = :now WHERE id = :id",
        {"off": is_disabled, "now": written(now), "id": account_id},
    )


def is_token_kept(db: Database, token: str) -> bool:
    """Whether this is the token of a phone or link, in service or withdrawn."""
    found = db.execute(
        "SELECT 1 FROM account WHERE token_sha256 = :token_sha256", {"token_sha256": hash_token(token)}
    )
    return found.fetchone() is not None


def names_of(db: Database) -> dict[int, str]:
    """The name of every account, phones and disabled people too: whose sheet it is, who decided."""
    return {row[0]: row[1] for row in db.execute("SELECT id, display_name FROM account")}


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")
