"""Keeps app users: phones with a token in their address, told once and kept as its digest.

Revoking a phone ends its token and leaves it in the list; deleting it hides it too (as ODK Central does).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, new_key
from server.identity import assignments
from server.identity.accounts import ACCOUNT, Account, account_of
from server.identity.password import hash_token, new_token


class AppUserUnknown(Refusal):
    """There is no such app user, or its access was withdrawn."""


@dataclass(frozen=True, slots=True)
class AppUserRow:
    """A phone as its project's list shows it."""

    id: int
    project_id: int
    display_name: str
    cso: str
    language: str
    """"" for the configuration's."""
    token_hint: str
    """The first signs of its token, so that two phones can be told apart; "" once it was revoked."""
    created_at: str
    updated_at: str | None
    creator_id: int | None
    last_used_at: str | None
    """When it last sent a sheet of an open form: the moment of a referral is told to nobody."""
    last_seen_at: str | None = None
    """When it last asked for its forms, on some hour's precision (`SEEN_EVERY`)."""
    list_md5: str = ""
    """MD5 of the list of sheets to correct that it fetched last, "" for none."""
    keeps_code: bool = True
    """Whether the code that the phone has scanned can be made to work again."""

    @property
    def is_revoked(self) -> bool:
        """Whether its token is dead."""
        return not self.token_hint


SEEN_EVERY = timedelta(hours=1)
"""How often it is written down that a phone is about: a write for each request would cost more than it tells."""
_APP_USER = """
    SELECT a.id, a.project_id, a.display_name, a.cso, a.language,
           CASE WHEN a.revoked_at IS NULL THEN a.token_hint ELSE '' END,
           a.created_at, a.updated_at, a.creator_id,
           (SELECT s.created_at FROM submission AS s
            WHERE s.submitter_id = a.id AND s.form_id NOT IN (SELECT id FROM form WHERE confidential = 1)
            ORDER BY s.created_at DESC LIMIT 1),
           a.last_seen_at, a.list_md5, a.token_sha256 IS NOT NULL
    FROM account AS a WHERE a.kind = 'app_user' AND a.deleted_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class NewPhone:
    """A phone that is to be taken into service."""

    display_name: str
    cso: str = ""
    language: str = ""
    has_every_form: bool = True
    """Every form of its project, now and later, or those alone that are then assigned to it."""
    token: str = ""
    """Its token, where that is made beforehand (`server.identity.form_token`); "" for one at random."""


def add_app_user(
    db: Database, project_id: int, phone: NewPhone, *, now: datetime, creator_id: int | None = None
) -> tuple[int, str]:
    """A new phone; gives its id and its token, which is told once."""
    token = phone.token or new_token()
    cursor = db.execute(
        """
        INSERT INTO account (kind, display_name, role, project_id, language, cso, creator_id, token_sha256,
            token_hint, created_at)
        VALUES ('app_user', :display_name, '', :project_id, :language, :cso, :creator_id, :token_sha256,
            :hint, :now)
        """,
        {
            "display_name": phone.display_name,
            "project_id": project_id,
            "language": phone.language,
            "cso": phone.cso,
            "creator_id": creator_id,
            "token_sha256": hash_token(token),
            "hint": _hint(token),
            "now": written(now),
        },
    )
    account_id = new_key(cursor)
    if phone.has_every_form:
        assignments.assign(db, account_id, "app-user", project_id=project_id)
    return account_id, token


def app_user_by_token(db: Database, token: str) -> Account | None:
    """The phone of a token; None for a token that is unknown or was withdrawn."""
    row = db.execute(
        f"{ACCOUNT} WHERE a.token_sha256 = :token_sha256 AND a.revoked_at IS NULL",
        {"token_sha256": hash_token(token)},
    ).fetchone()
    return account_of(row) if row else None


def app_users(db: Database, project_id: int) -> list[AppUserRow]:
    """The phones of a project: those in service first, then newest first (as ODK Central's list)."""
    rows = db.execute(
        f"{_APP_USER} AND a.project_id = :id ORDER BY a.revoked_at IS NOT NULL, a.id DESC",
        {"id": project_id},
    )
    return [_app_user(row) for row in rows]


def find_app_user(db: Database, app_user_id: int) -> AppUserRow:
    """The phone with this id, in service or not. Raises AppUserUnknown."""
    row = db.execute(f"{_APP_USER} AND a.id = :id", {"id": app_user_id}).fetchone()
    if row is None:
        raise AppUserUnknown(id=app_user_id)
    return _app_user(row)


def is_newly_seen(db: Database, app_user_id: int, *, now: datetime) -> bool:
    """Whether it is time to write down that this phone was seen: not long ago, or by a clock that was ahead."""
    row = db.execute("SELECT last_seen_at FROM account WHERE id = :id", {"id": app_user_id}).fetchone()
    if row is None:
        return False
    return row[0] is None or not written(now - SEEN_EVERY) < row[0] <= written(now)


def note_seen(db: Database, app_user_id: int, *, now: datetime) -> None:
    """Write down that a phone asked for its forms."""
    db.execute(
        "UPDATE account SET last_seen_at = :now WHERE id = :id", {"now": written(now), "id": app_user_id}
    )


def has_list(db: Database, app_user_id: int, md5: str) -> bool:
    """Whether this is the list of sheets to correct that a phone fetched last."""
    row = db.execute("SELECT list_md5 FROM account WHERE id = :id", {"id": app_user_id}).fetchone()
    return row is not None and row[0] == md5


def note_list(db: Database, app_user_id: int, md5: str, *, now: datetime) -> None:
    """Write down which list of sheets to correct a phone has fetched."""
    db.execute(
        "UPDATE account SET list_md5 = :md5, last_seen_at = :now WHERE id = :id",
        {"md5": md5, "now": written(now), "id": app_user_id},
    )


def revoke_app_user(db: Database, app_user_id: int, *, now: datetime) -> None:
    """Withdraw a phone's access; it takes effect with its next request. Raises AppUserUnknown.

    The digest of its token is kept, so that a mistake can be taken back (`restore_app_user`): sheets may wait on it.
    """
    cursor = db.execute(
        """
        UPDATE account SET revoked_at = :now, updated_at = :now
        WHERE id = :id AND kind = 'app_user' AND revoked_at IS NULL
        """,
        {"now": written(now), "id": app_user_id},
    )
    if not cursor.rowcount:
        raise AppUserUnknown(id=app_user_id)


def restore_app_user(db: Database, app_user_id: int, *, now: datetime) -> None:
    """Give a phone its access back, by the code that it has. Raises AppUserUnknown, also where its code is gone."""
    cursor = db.execute(
        """
        UPDATE account SET revoked_at = NULL, updated_at = :now
        WHERE id = :id AND kind = 'app_user' AND revoked_at IS NOT NULL AND deleted_at IS NULL
            AND token_sha256 IS NOT NULL
        """,
        {"now": written(now), "id": app_user_id},
    )
    if not cursor.rowcount:
        raise AppUserUnknown(id=app_user_id)


def renew_token(db: Database, app_user_id: int, *, now: datetime, token: str = "") -> str:
    """A new token for a phone, told once; the old one is dead, a revoked phone is in service again.

    `token`: one that is made beforehand, "" for one at random. Raises AppUserUnknown.
    """
    token = token or new_token()
    cursor = db.execute(
        """
        UPDATE account SET token_sha256 = :token_sha256, token_hint = :hint, revoked_at = NULL, updated_at = :now
        WHERE id = :id AND kind = 'app_user' AND deleted_at IS NULL
        """,
        {"token_sha256": hash_token(token), "hint": _hint(token), "now": written(now), "id": app_user_id},
    )
    if not cursor.rowcount:
        raise AppUserUnknown(id=app_user_id)
    return token


def delete_app_user(db: Database, app_user_id: int, *, now: datetime) -> None:
    """Withdraw a phone's access and leave it out of lists; what it sent stays. Raises AppUserUnknown."""
    cursor = db.execute(
        """
        UPDATE account SET revoked_at = COALESCE(revoked_at, :now), token_sha256 = NULL, deleted_at = :now
        WHERE id = :id AND kind = 'app_user' AND deleted_at IS NULL
        """,
        {"now": written(now), "id": app_user_id},
    )
    if not cursor.rowcount:
        raise AppUserUnknown(id=app_user_id)


def _hint(token: str) -> str:
    return f"{token[:4]}…"


def _app_user(row: tuple[Any, ...]) -> AppUserRow:
    values = [*row[:-1], bool(row[-1])]
    return AppUserRow(*values)
