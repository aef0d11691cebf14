"""Keeps invitations: a link with which a person chooses a password, the first one or after it was forgotten.

The server need not send mail: an administrator hands the link over.
"""

from datetime import datetime, timedelta

from forms.base.moment import read, written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from server.identity.accounts import Account, find_account
from server.identity.password import hash_token, new_token

DAYS = 7


class InvitationUnknown(Refusal):
    """The link was used, is over, or never was one."""


def invite(db: Database, account_id: int, *, now: datetime, token: str = "") -> str:
    """A new link's token for a person, told once; earlier ones are dead.

    `token`: one that is made beforehand (`server.identity.form_token`), "" for one at random.
    """
    token = token or new_token()
    db.execute("DELETE FROM invitation WHERE account_id = :id", {"id": account_id})
    db.execute(
        """
        INSERT INTO invitation (token_sha256, account_id, created_at, expires_at)
        VALUES (:token_sha256, :account_id, :now, :expires)
        """,
        {
            "token_sha256": hash_token(token),
            "account_id": account_id,
            "now": written(now),
            "expires": written(now + timedelta(days=DAYS)),
        },
    )
    return token


def is_invited(db: Database, token: str) -> bool:
    """Whether a link with this token was made, and is neither used nor dead."""
    kept = db.execute(
        "SELECT 1 FROM invitation WHERE token_sha256 = :token_sha256", {"token_sha256": hash_token(token)}
    )
    return kept.fetchone() is not None


def invited(db: Database, token: str, *, now: datetime) -> Account:
    """The person whom a link invites. Raises InvitationUnknown."""
    row = db.execute(
        "SELECT account_id, expires_at FROM invitation WHERE token_sha256 = :token_sha256",
        {"token_sha256": hash_token(token)},
    ).fetchone()
    is_good = row and now < read(row[1]) <= now + timedelta(days=DAYS + 1)  # a clock may have been ahead
    account = find_account(db, row[0]) if is_good else None
    if account is None or account.is_disabled:
        raise InvitationUnknown
    return account


def end_invitations(db: Database, account_id: int) -> None:
    """Kill a person's links: a password was chosen, or the account was disabled."""
    db.execute("DELETE FROM invitation WHERE account_id = :id", {"id": account_id})
