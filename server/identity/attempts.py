"""Keeps how often somebody tried to sign in, for all processes of the server; a try is counted before it is looked at.

Nobody may try passwords without end, and nobody may keep the owner of an account out of it by trying. So tries of an
account are limited at each address for itself; from all addresses together they are only slowed down; and a browser
in which the owner has signed in before has a count of its own. Each quarter of an hour is a period of its own: the
counts of one that is over are forgotten.
"""

import hashlib
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from forms.base.refusal import Refusal
from forms.base.sqlite import Database

PERIOD_SECONDS = 900
FAILURES_AN_ACCOUNT = 10
"""Of one account at one address, or in one browser that it knows."""
FAILURES_AN_ADDRESS = 100
"""A whole team may sit behind one address."""
FAILURES_UNSLOWED = 20
"""Of one account from everywhere: beyond them each try waits (`server.identity.password_queue`)."""


class TooManyAttempts(Refusal):
    """Sign-ins failed too often; `seconds` says when to try again."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody's try of a password."""

    email: str
    """As it was typed."""
    address: str
    """From where; "" for this very machine."""
    device: str = ""
    """The token of a browser in which this account's owner has signed in before; "" for any other."""


def count_attempt(db: Database, attempt: Attempt, *, now: datetime) -> bool:
    """Count a try, as a writer; gives whether it is to wait. Raises TooManyAttempts, and counts nothing then."""
    period, passed = divmod(int(now.timestamp()), PERIOD_SECONDS)
    db.execute("DELETE FROM attempt WHERE period < :period", {"period": period})
    is_slowed = False
    for subject, most, is_refused in _subjects(attempt):
        [(tries,)] = db.execute(
            """
            INSERT INTO attempt (subject, period, failures) VALUES (:subject, :period, 1)
            ON CONFLICT DO UPDATE SET failures = failures + 1 RETURNING failures
            """,
            {"subject": subject, "period": period},
        ).fetchall()
        if tries > most and is_refused:
            raise TooManyAttempts(seconds=PERIOD_SECONDS - passed)
        is_slowed = is_slowed or tries > most
    return is_slowed


def uncount_attempt(db: Database, attempt: Attempt, *, now: datetime) -> None:
    """Take a try back that was no failure: the password was right, or nobody looked at it."""
    for subject, _most, _is_refused in _subjects(attempt):
        db.execute(
            """
            UPDATE attempt SET failures = MAX(failures - 1, 0) WHERE subject = :subject AND period = :period
            """,
            {"subject": subject, "period": int(now.timestamp()) // PERIOD_SECONDS},
        )


def forget_failures(db: Database, attempt: Attempt) -> None:
    """A sign-in that succeeded, or a new password, clears the account's count there; the address keeps its own."""
    for subject, most, _is_refused in _subjects(attempt):
        if most == FAILURES_AN_ACCOUNT:
            db.execute("DELETE FROM attempt WHERE subject = :subject", {"subject": subject})


def _subjects(attempt: Attempt) -> Iterator[tuple[str, int, bool]]:
    """What a try is counted for, how often, and whether more are refused (or only slowed down).

    The one that refuses soonest stands first.
    """
    if attempt.device:
        yield _digest("device", f"{attempt.email} {attempt.device}"), FAILURES_AN_ACCOUNT, True
        return
    network = _network(attempt.address)
    yield _digest("account", f"{attempt.email} {network}"), FAILURES_AN_ACCOUNT, True
    if network:
        yield _digest("address", network), FAILURES_AN_ADDRESS, True
    yield _digest("everywhere", attempt.email), FAILURES_UNSLOWED, False


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
