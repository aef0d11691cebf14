"""Keeps how often a sign-in failed, for each account and each address, for all processes of the server.

Nobody may try passwords without end; a person who mistypes is not shut out for long. Each quarter of an hour is a
period of its own: the counts of one that is over are forgotten.
"""

import hashlib
import ipaddress
from datetime import datetime

from forms.base.refusal import Refusal
from forms.base.sqlite import Database

PERIOD_SECONDS = 900
FAILURES_AN_ACCOUNT = 10
FAILURES_AN_ADDRESS = 100
"""A whole team may sit behind one address."""


class TooManyAttempts(Refusal):
    """Sign-ins failed too often; `seconds` says when to try again."""


def refuse_too_many(db: Database, *, email: str, address: str, now: datetime) -> None:
    """Raise TooManyAttempts where this account, or this address, has failed too often in this period."""
    period, passed = divmod(int(now.timestamp()), PERIOD_SECONDS)
    for subject, most in _subjects(email, address):
        row = db.execute(
            "SELECT failures FROM attempt WHERE subject = :subject AND period = :period",
            {"subject": subject, "period": period},
        ).fetchone()
        if row and row[0] >= most:
            raise TooManyAttempts(seconds=PERIOD_SECONDS - passed)


def note_failure(db: Database, *, email: str, address: str, now: datetime) -> None:
    """Count a sign-in that failed."""
    period = int(now.timestamp()) // PERIOD_SECONDS
    db.execute("DELETE FROM attempt WHERE period < :period", {"period": period})
    for subject, _ in _subjects(email, address):
        db.execute(
            """
            INSERT INTO attempt (subject, period, failures) VALUES (:subject, :period, 1)
            ON CONFLICT DO UPDATE SET failures = failures + 1
            """,
            {"subject": subject, "period": period},
        )


def forget_failures(db: Database, *, email: str) -> None:
    """A sign-in that succeeded, or a new password, clears the account's count; the address keeps its own."""
    db.execute("DELETE FROM attempt WHERE subject = :subject", {"subject": _digest("account", email)})


def _subjects(email: str, address: str) -> tuple[tuple[str, int], ...]:
    account = (_digest("account", email), FAILURES_AN_ACCOUNT)
    if address in ("", "127.0.0.1", "::1"):  # this machine, or everybody behind a proxy on it
        return (account,)
    return (account, (_digest("address", _network(address)), FAILURES_AN_ADDRESS))


def _network(address: str) -> str:
    """Whose address it is: with IPv6 somebody has a /64 of them.

    >>> _network("2001:db8::1") == _network("2001:db8::2"), _network("192.0.2.1")
    (True, '192.0.2.1')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network(f"{parsed}/64", strict=False))


def _digest(kind: str, subject: str) -> str:
    """What was typed in place of an email address may be a password: it is not kept as it is."""
    return hashlib.sha256(f"{kind} {subject.strip().casefold()}".encode()).hexdigest()
