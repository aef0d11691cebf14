"""Keeps the change feed: whatever happens to a submission gets the next number, in the same transaction.

Readers (the roll-up, forwarding) keep a bookmark each; there are no `done` flags, and a killed reader
goes on where it was. Writers take turns, so that numbers appear in the order of their commits. No change is
ever deleted: that is what makes the next number greater than all before it.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from forms.base.moment import written
from forms.base.sqlite import Database

ROLL_UP = "roll_up 4"
EXAMINATION = "examine"
"""The readers of the feed, under whose names bookmarks are kept. A roll-up that counts sheets otherwise than the one
before has another name: it takes each of them once more. Each examination adds what it depends on to its
name, after a space."""


def append(db: Database, submission_id: int, kind: str, now: datetime) -> None:
    """Say that a submission changed: "create", "edit", "attachment", "review", "flag", "cso", "delete" or
    "restore"."""
    db.execute(
        "INSERT INTO change (submission_id, kind, changed_at) VALUES (:submission_id, :kind, :now)",
        {"submission_id": submission_id, "kind": kind, "now": written(now)},
    )
    db.execute(
        """
        INSERT INTO form_change (form_id, cso, count, changed_at)
            SELECT form_id, cso, 1, :now FROM submission WHERE id = :submission_id
        ON CONFLICT (form_id, cso) DO UPDATE SET count = count + 1, changed_at = excluded.changed_at
        """,
        {"submission_id": submission_id, "now": written(now)},
    )


def since(db: Database, number: int, limit: int, *, up_to: int | None = None) -> list[tuple[int, int]]:
    """The next changes after `number`, and up to another one, oldest first, as (number, submission id)."""
    return [
        (row[0], row[1])
        for row in db.execute(
            """
            SELECT number, submission_id FROM change
            WHERE number > :number AND (:up_to IS NULL OR number <= :up_to) ORDER BY number LIMIT :limit
            """,
            {"number": number, "limit": limit, "up_to": up_to},
        )
    ]


def last_number(db: Database) -> int:
    """The number of the latest change, 0 before the first."""
    return int(db.execute("SELECT COALESCE(MAX(number), 0) FROM change").fetchone()[0])


def bookmark(db: Database, reader: str) -> int:
    """The number of the last change that this reader has dealt with, 0 at the beginning."""
    row = db.execute("SELECT number FROM bookmark WHERE reader = :reader", {"reader": reader}).fetchone()
    return int(row[0]) if row else 0


def move_bookmark(db: Database, reader: str, number: int) -> None:
    """Set a reader's bookmark, in the transaction that holds what it did."""
    db.execute(
        """
        INSERT INTO bookmark (reader, number) VALUES (:reader, :number)
        ON CONFLICT (reader) DO UPDATE SET number = excluded.number
        """,
        {"reader": reader, "number": number},
    )


def has_bookmark(db: Database, reader: str) -> bool:
    """Whether this reader has ever moved its bookmark."""
    return (
        db.execute("SELECT 1 FROM bookmark WHERE reader = :reader", {"reader": reader}).fetchone() is not None
    )


def reached(db: Database, readers: str) -> int | None:
    """How far those readers have come whose names begin with a word and a space; None where there is none."""
    row = db.execute(
        "SELECT MAX(number) FROM bookmark WHERE reader GLOB :readers", {"readers": f"{readers} *"}
    ).fetchone()
    number: int | None = row[0]
    return number


def changed_after(db: Database, submission_ids: Sequence[int], number: int) -> set[int]:
    """Those of these submissions that changed after a number."""
    rows = db.execute(
        """
        SELECT DISTINCT submission_id FROM change
        WHERE number > :number AND submission_id IN (SELECT value FROM json_each(:ids))
        """,
        {"number": number, "ids": json.dumps(list(submission_ids))},
    )
    return {row[0] for row in rows}


def forget_bookmarks(db: Database, readers: str) -> None:
    """Forget the bookmarks of all readers whose names begin with a word and a space."""
    db.execute("DELETE FROM bookmark WHERE reader GLOB :readers", {"readers": f"{readers} *"})


def open_counts(db: Database, reader: str) -> tuple[int, int]:
    """How many changes there were of sheets of open forms, and how many of them a reader has not seen.

    Those of confidential forms are left out: each would say that something happened to a referral.
    """
    [(total,)] = db.execute(
        """
        SELECT COALESCE(SUM(count), 0) FROM form_change
        WHERE form_id NOT IN (SELECT id FROM form WHERE confidential = 1)
        """
    ).fetchall()
    [(waiting,)] = db.execute(
        """
        SELECT COUNT(*) FROM change AS c JOIN submission AS s ON s.id = c.submission_id
        WHERE c.number > :number AND s.form_id NOT IN (SELECT id FROM form WHERE confidential = 1)
        """,
        {"number": bookmark(db, reader)},
    ).fetchall()
    return int(total), int(waiting)


def stamp(db: Database, form_id: int, csos: Collection[str] | None) -> str:
    """What changes whenever one of these sheets does, and never for another: no number of the feed is in it.

    `csos` are the codes (lower case) of the organisations whose sheets count, None for all. Numbers of the feed are
    shared by all forms: whoever reads them sees how much others send, of referrals too. One row an organisation is
    read, however many sheets there are.
    """
    count, changed_at = db.execute(
        """
        SELECT COALESCE(SUM(count), 0), COALESCE(MAX(changed_at), '') FROM form_change
        WHERE form_id = :form_id AND (:all OR cso IN (SELECT value FROM json_each(:csos)))
        """,
        {"form_id": form_id, "all": csos is None, "csos": json.dumps(sorted(csos or ()))},
    ).fetchone()
    return f"{changed_at}-{count}"
