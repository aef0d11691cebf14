"""Keeps what waits for a second person, who may be that, and what those concerned are still to be told."""

import json
from datetime import datetime, timedelta
from typing import Any

from forms.base.by import By
from forms.base.moment import written
from forms.base.sqlite import Database, new_key
from server.identity.agreement import AGREED, SHARED_ROLE, PowerRequest, RequestUnknown, Wish

WAITING_DAYS = 7
INDEPENDENT_DAYS = 30
"""Who was given an account, a way into it or its rights by somebody is not a second person beside them for as long."""
_REQUEST = """
    SELECT r.id, r.kind, r.account_id, r.details, r.asker_id, r.asked_at, r.outcome, r.decider_id, r.decided_at
    FROM power_request AS r
"""
_SECONDS = """
    WITH given (maker, made) AS (
        SELECT DISTINCT actor_id, account_id FROM audit
        WHERE logged_at >= :since AND actor_id IS NOT NULL AND account_id IS NOT NULL AND actor_id <> account_id
            AND (action IN ('user.create', 'user.password.reset', 'user.restore')
                OR (action = 'user.update' AND instr(details, '"email"'))
                OR (action = 'user.assignment.create' AND instr(details, '"admin"')))
    ), hand (id) AS (
        SELECT :asker WHERE :asker IS NOT NULL UNION SELECT given.made FROM given JOIN hand ON given.maker = hand.id
    )
    SELECT DISTINCT a.id FROM account AS a JOIN assignment AS g ON g.account_id = a.id
    WHERE a.kind = 'user' AND a.revoked_at IS NULL AND a.password_hash IS NOT NULL
        AND (g.role = :shared OR (g.role = 'admin' AND g.project_id IS NULL))
        AND a.id NOT IN (SELECT id FROM hand)
"""
"""Nobody becomes their own second person by making an account, or one that makes another."""


def is_shared(db: Database, account_id: int) -> bool:
    """Whether an account has the role that nobody takes over alone."""
    statement = "SELECT 1 FROM assignment WHERE account_id = :id AND role = :shared"
    return db.execute(statement, {"id": account_id, "shared": SHARED_ROLE}).fetchone() is not None


def add_request(db: Database, wish: Wish, by: By) -> int:
    """Keep a wish until somebody agrees; gives its number, that of the same one if it waits already."""
    for waiting in waiting_requests(db, now=by.at):
        if waiting.wish == wish and waiting.asker_id == by.actor_id:
            return waiting.id
    cursor = db.execute(
        """
        INSERT INTO power_request (kind, account_id, details, asker_id, asked_at)
        VALUES (:kind, :account_id, :details, :asker_id, :now)
        """,
        {
            "kind": wish.kind,
            "account_id": wish.account_id,
            "details": json.dumps(dict(wish.details), ensure_ascii=False, sort_keys=True),
            "asker_id": by.actor_id,
            "now": written(by.at),
        },
    )
    return new_key(cursor)


def waiting_requests(db: Database, *, now: datetime) -> list[PowerRequest]:
    """What waits, the oldest first; what waited for a week is over."""
    rows = db.execute(
        f"{_REQUEST} WHERE r.outcome = '' AND r.asked_at BETWEEN :first AND :last ORDER BY r.id",
        {"first": written(now - timedelta(days=WAITING_DAYS)), "last": written(now + timedelta(days=1))},
    )
    return [_request(row) for row in rows]


def waiting_request(db: Database, number: int, *, now: datetime) -> PowerRequest:
    """One request that waits. Raises RequestUnknown."""
    for request in waiting_requests(db, now=now):
        if request.id == number:
            return request
    raise RequestUnknown(number=number)


def seconds(db: Database, asker_id: int | None, *, now: datetime) -> frozenset[int]:
    """Who may agree to what somebody (None: the command line) asks: administrators and case managers who can sign in.

    Not the asker, and nobody whose account came from the asker's hand in the last thirty days, over others too.
    """
    since = written(now - timedelta(days=INDEPENDENT_DAYS))
    rows = db.execute(_SECONDS, {"asker": asker_id, "since": since, "shared": SHARED_ROLE})
    return frozenset(row[0] for row in rows)


def decide_request(db: Database, number: int, outcome: str, by: By) -> None:
    """Write down what became of a request; where somebody agreed, every case manager is to be told."""
    db.execute(
        "UPDATE power_request SET outcome = :outcome, decider_id = :decider, decided_at = :now WHERE id = :id",
        {"outcome": outcome, "decider": by.actor_id, "now": written(by.at), "id": number},
    )
    if outcome == AGREED:
        db.execute(
            """
            INSERT INTO power_notice (account_id, request_id)
            SELECT DISTINCT g.account_id, :id FROM assignment AS g JOIN account AS a ON a.id = g.account_id
            WHERE g.role = :shared AND a.revoked_at IS NULL
            """,
            {"id": number, "shared": SHARED_ROLE},
        )


def notices_of(db: Database, account_id: int) -> list[PowerRequest]:
    """What a case manager was not told yet, or has not put aside, the newest first."""
    rows = db.execute(
        f"""{_REQUEST} JOIN power_notice AS n ON n.request_id = r.id
        WHERE n.account_id = :id AND n.dismissed_at IS NULL ORDER BY r.id DESC""",
        {"id": account_id},
    )
    return [_request(row) for row in rows]


def dismiss_notice(db: Database, account_id: int, number: int, *, now: datetime) -> None:
    """A case manager has read a notice."""
    db.execute(
        """
        UPDATE power_notice SET dismissed_at = :now
        WHERE account_id = :id AND request_id = :number AND dismissed_at IS NULL
        """,
        {"now": written(now), "id": account_id, "number": number},
    )


def _request(row: tuple[Any, ...]) -> PowerRequest:
    return PowerRequest(row[0], Wish(row[1], row[2], json.loads(row[3])), *row[4:])
