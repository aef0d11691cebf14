"""Keeps in which browsers a person has signed in: whoever guesses elsewhere does not keep them out there.

The token of a browser lets nobody in. It only gives tries of the password a count of their own.
"""

from datetime import datetime, timedelta

from forms.base.moment import written
from forms.base.sqlite import Database
from server.identity.password import hash_token, new_token

DEVICE_DAYS = 180


def remember_device(db: Database, account_id: int, token: str, *, now: datetime) -> str:
    """A person signed in, in a browser that shows this token ("" for none); gives the token that it is to keep."""
    cursor = db.execute(
        "UPDATE device SET seen_at = :now WHERE token_sha256 = :kept AND account_id = :id",
        {"now": written(now), "kept": hash_token(token), "id": account_id},
    )
    if cursor.rowcount:
        return token
    db.execute(
        "DELETE FROM device WHERE seen_at < :first", {"first": written(now - timedelta(days=DEVICE_DAYS))}
    )
    token = new_token()
    db.execute(
        "INSERT INTO device (token_sha256, account_id, seen_at) VALUES (:kept, :id, :now)",
        {"kept": hash_token(token), "id": account_id, "now": written(now)},
    )
    return token


def is_known_device(db: Database, token: str, email: str, *, now: datetime) -> bool:
    """Whether the owner of this address has signed in, in the browser with this token, in the last half year."""
    row = db.execute(
        """
        SELECT 1 FROM device AS d JOIN account AS a ON a.id = d.account_id
        WHERE d.token_sha256 = :kept AND a.email = :email AND d.seen_at >= :first
        """,
        {
            "kept": hash_token(token),
            "email": email,
            "first": written(now - timedelta(days=DEVICE_DAYS)),
        },
    ).fetchone()
    return row is not None
