"""Keeps a flat row of each sheet for those it is compared with, and which sheets are still to be compared.

Every rule among sheets looks back: at sheets that came, or took place, before. So when a row appears, changes or
goes, the sheets that may say something else now are those after it, by its old row and by its new one; they are
noted in `to_compare` in the same transaction. Usual sizes, which look at whole months, note theirs themselves.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aggregates.quality.fingerprint import Fingerprint
from aggregates.quality.threshold import Thresholds
from forms.base.sqlite import Database

LAST_DAY = 10_000_000
"""After every day of the calendar."""
AT_MOST = 100
"""A sheet is compared with so many of a kind, the earliest. Nobody holds a hundred sessions in a village on a day: what
has more came from a phone that sends the same sheet again and again, and is flagged by the first of them."""
COUNTED = 1000
"""Sessions of one animator on one day are told up to this number."""
_COLUMNS = ", ".join(Fingerprint._fields)
_OF = ", ".join(f"o.{name}" for name in Fingerprint._fields)
_EACH = """
    SELECT value ->> 0 AS submission_id, value ->> 1 AS received_at, value ->> 2 AS form_id,
           value ->> 3 AS place, value ->> 4 AS day, value ->> 5 AS animator_id, value ->> 6 AS month,
           value ->> 7 AS photo
    FROM json_each(:rows)
"""
_OF_ITS_KIND = "(activity IN (SELECT value FROM json_each(:repeating))) = :is_repeating"
_DAYS_AROUND = "json_each(:offsets) AS f"
_AFTER = "(o.received_at, o.submission_id) > (r.received_at, r.submission_id)"
_FOLLOWERS = (
    f"""
    SELECT o.submission_id FROM ({_EACH}) AS r
    CROSS JOIN {_DAYS_AROUND}
    CROSS JOIN neighbour AS o ON o.place = r.place AND o.form_id = r.form_id AND o.day = r.day + f.value
        AND o.counts IN (0, 1)
    WHERE r.place <> '' AND {_AFTER}
    """,
    f"""
    SELECT o.submission_id FROM ({_EACH}) AS r
    CROSS JOIN neighbour AS o ON o.animator_id = r.animator_id AND o.form_id = r.form_id AND o.day = r.day
    WHERE {_AFTER}
    """,
    f"""
    SELECT o.submission_id FROM ({_EACH}) AS r
    CROSS JOIN place AS p ON p.code = r.place AND p.population IS NOT NULL
    CROSS JOIN neighbour AS o ON o.place = r.place AND o.month = r.month
    WHERE {_AFTER}
    """,
    f"""
    SELECT o.submission_id FROM ({_EACH}) AS r
    CROSS JOIN neighbour_photo AS q ON q.sha256 = r.photo
    CROSS JOIN neighbour AS o ON o.submission_id = q.submission_id
    WHERE {_AFTER}
    """,
)

_THESE = """
    SELECT n.submission_id, {of} FROM neighbour AS n
    {through}
    CROSS JOIN neighbour AS o ON o.submission_id IN ({earliest})
    WHERE n.submission_id IN (SELECT value FROM json_each(:ids))
"""
_BEFORE = "e.counts = 1 AND (e.received_at, e.submission_id) < (n.received_at, n.submission_id)"
_EARLIEST = "ORDER BY e.received_at, e.submission_id LIMIT :most"
_CANDIDATES = (
    _THESE.format(
        of=_OF,
        through="",
        earliest=f"""
        SELECT e.submission_id FROM neighbour AS e INDEXED BY neighbour_by_place
        WHERE n.place <> '' AND e.place = n.place AND e.form_id = n.form_id AND e.day = n.day
            AND e.cso = n.cso AND e.activity = n.activity AND e.animator_id IS n.animator_id AND {_BEFORE}
        {_EARLIEST}
        """,
    ),
    _THESE.format(
        of=_OF,
        through=f"CROSS JOIN {_DAYS_AROUND}",
        earliest=f"""
        SELECT e.submission_id FROM neighbour AS e INDEXED BY neighbour_by_cells
        WHERE n.place <> '' AND n.cells <> '' AND e.place = n.place AND e.cells = n.cells
            AND e.form_id = n.form_id AND e.day = n.day + f.value AND {_BEFORE}
        {_EARLIEST}
        """,
    ),
    _THESE.format(
        of=_OF,
        through="CROSS JOIN neighbour_photo AS p ON p.submission_id = n.submission_id",
        earliest=f"""
        SELECT e.submission_id FROM neighbour_photo AS q
        CROSS JOIN neighbour AS e ON e.submission_id = q.submission_id
        WHERE q.sha256 = p.sha256 AND e.project_id = n.project_id AND {_BEFORE}
        ORDER BY q.submission_id LIMIT :most
        """,
    ),
)


def of_submissions(db: Database, submission_ids: Sequence[int]) -> dict[int, Fingerprint]:
    """The rows of these sheets by id; those that have none are left out."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM neighbour WHERE submission_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(submission_ids))},
    )
    return {row[0]: Fingerprint(*row) for row in rows}


def replace(db: Database, rows: Mapping[int, Fingerprint | None]) -> list[Fingerprint]:
    """Keep these rows (None: no row) in place of what was kept; gives the old and the new rows that differ."""
    kept = of_submissions(db, list(rows))
    changed = [key for key, row in rows.items() if kept.get(key) != row]
    gone = [(key,) for key in changed if key in kept]
    db.conn.executemany("DELETE FROM neighbour WHERE submission_id = ?", gone)
    db.conn.executemany("DELETE FROM neighbour_photo WHERE submission_id = ?", gone)
    new = [row for key in changed if (row := rows[key]) is not None]
    holes = ", ".join("?" for _ in Fingerprint._fields)
    db.conn.executemany(f"INSERT INTO neighbour ({_COLUMNS}) VALUES ({holes})", new)
    db.conn.executemany(
        "INSERT INTO neighbour_photo (sha256, submission_id) VALUES (?, ?)",
        [(photo, row.submission_id) for row in new for photo in row.photos.split(",") if photo],
    )
    note(db, changed)
    return [*new, *(kept[key] for key in changed if key in kept)]


def note(db: Database, submission_ids: Sequence[int]) -> None:
    """Note that these sheets are to be compared."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO to_compare (submission_id) VALUES (?)", [(key,) for key in submission_ids]
    )


def note_all(db: Database) -> None:
    """Note every sheet; what is kept of sheets that are no more (purged) goes."""
    for table in ("neighbour", "neighbour_photo", "finding"):
        db.execute(f"DELETE FROM {table} WHERE submission_id NOT IN (SELECT id FROM submission)")
    db.execute("INSERT OR IGNORE INTO to_compare (submission_id) SELECT submission_id FROM neighbour")


def note_followers(db: Database, rows: Sequence[Fingerprint], thresholds: Thresholds) -> None:
    """Note the sheets after these rows that may say something else now that these have come, changed or gone."""
    asked = {"rows": _as_json(rows), "offsets": _offsets(thresholds)}
    for statement in _FOLLOWERS:
        db.execute(
            f"INSERT OR IGNORE INTO to_compare (submission_id) {statement}", _named_in(statement, asked)
        )
    limit = max(thresholds.repeated_sheets, thresholds.round_sheets) - 1
    for row in rows:
        if row.animator_id is not None and limit:
            _note_next(db, row, thresholds, limit)


def _note_next(db: Database, row: Fingerprint, thresholds: Thresholds, limit: int) -> None:
    """Note an animator's next sheets, until as many of this one's kind that count have passed."""
    last = db.execute(
        f"""
        SELECT day, received_at, submission_id FROM neighbour
        WHERE animator_id = :animator AND form_id = :form AND counts = 1 AND {_OF_ITS_KIND}
            AND (day, received_at, submission_id) > (:day, :received_at, :id)
        ORDER BY day, received_at, submission_id LIMIT 1 OFFSET :passed
        """,
        {**_place_in_row(row), **_kind_of(row, thresholds), "passed": limit - 1},
    ).fetchone()
    day, received_at, submission_id = last or (LAST_DAY, "", 0)
    db.execute(
        """
        INSERT OR IGNORE INTO to_compare (submission_id)
        SELECT submission_id FROM neighbour
        WHERE animator_id = :animator AND form_id = :form
            AND (day, received_at, submission_id) > (:day, :received_at, :id)
            AND (day, received_at, submission_id) <= (:last_day, :last_received_at, :last_id)
        """,
        {
            **_place_in_row(row),
            "last_day": day,
            "last_received_at": received_at,
            "last_id": submission_id,
        },
    )


def still_to_compare(db: Database, limit: int) -> list[int]:
    """The next sheets to be compared, by id."""
    rows = db.execute(
        "SELECT submission_id FROM to_compare ORDER BY submission_id LIMIT :limit", {"limit": limit}
    )
    return [row[0] for row in rows]


def done(db: Database, submission_ids: Sequence[int]) -> None:
    """Note that these sheets were compared."""
    db.conn.executemany("DELETE FROM to_compare WHERE submission_id = ?", [(key,) for key in submission_ids])


def near(db: Database, rows: Sequence[Fingerprint], thresholds: Thresholds) -> dict[int, list[Fingerprint]]:
    """By id, the earlier sheets that may tell of the same event: same place and about the same day, or same picture.

    Of many alike the earliest `AT_MOST`; one that is alike in two ways is there twice.
    """
    found: dict[int, list[Fingerprint]] = {}
    ids = json.dumps([row.submission_id for row in rows])
    asked = {"ids": ids, "offsets": _offsets(thresholds), "most": AT_MOST}
    for statement in _CANDIDATES:
        for row in db.execute(statement, _named_in(statement, asked)):
            found.setdefault(row[0], []).append(Fingerprint(*row[1:]))
    return found


def same_day(db: Database, rows: Sequence[Fingerprint]) -> dict[int, list[Fingerprint]]:
    """By id, the earlier sheets of the same animator, form and day, at most the first `AT_MOST` of the day."""
    days = {(row.animator_id, row.form_id, row.day) for row in rows if row.animator_id is not None}
    on: dict[tuple[Any, ...], list[Fingerprint]] = {}
    for animator, form, day in days:
        found = db.execute(
            f"""
            SELECT {_COLUMNS} FROM neighbour
            WHERE animator_id = :animator AND form_id = :form AND day = :day AND counts = 1
            ORDER BY received_at, submission_id LIMIT :most
            """,
            {"animator": animator, "form": form, "day": day, "most": AT_MOST},
        )
        on[animator, form, day] = [Fingerprint(*row) for row in found]
    return {
        row.submission_id: [
            fingerprint
            for fingerprint in on.get((row.animator_id, row.form_id, row.day), ())
            if fingerprint.order < row.order
        ]
        for row in rows
    }


def how_many_that_day(db: Database, rows: Sequence[Fingerprint], thresholds: Thresholds) -> dict[int, int]:
    """By id, how many earlier sheets of the same animator, form and day there are, counted up to `COUNTED`.

    Sessions before a session; what is done several times a day, as home visits, before a visit.
    """
    found = db.execute(
        f"""
        SELECT n.submission_id, (SELECT COUNT(*) FROM (
            SELECT 1 FROM neighbour AS e
            WHERE e.animator_id = n.animator_id AND e.form_id = n.form_id AND e.day = n.day AND {_BEFORE}
                AND (e.activity IN (SELECT value FROM json_each(:repeating)))
                    = (n.activity IN (SELECT value FROM json_each(:repeating)))
            LIMIT :most
        ))
        FROM neighbour AS n WHERE n.submission_id IN (SELECT value FROM json_each(:ids))
        """,
        {
            "ids": json.dumps([row.submission_id for row in rows]),
            "repeating": json.dumps(sorted(thresholds.repeating_activities)),
            "most": COUNTED,
        },
    )
    return dict(found)


def before(db: Database, row: Fingerprint, thresholds: Thresholds, limit: int) -> list[Fingerprint]:
    """The last sheets of the same animator and form before one, by day and receipt, the latest first.

    Sessions before a session, and visits before a visit: a visit between two sessions breaks no row of sessions.
    """
    if row.animator_id is None:
        return []
    found = db.execute(
        f"""
        SELECT {_COLUMNS} FROM neighbour
        WHERE animator_id = :animator AND form_id = :form AND counts = 1 AND {_OF_ITS_KIND}
            AND (day, received_at, submission_id) < (:day, :received_at, :id)
        ORDER BY day DESC, received_at DESC, submission_id DESC LIMIT :limit
        """,
        {**_place_in_row(row), **_kind_of(row, thresholds), "limit": limit},
    )
    return [Fingerprint(*values) for values in found]


def together(db: Database, rows: Sequence[Fingerprint]) -> dict[int, tuple[int, int]]:
    """By id, the month's participations in the village up to and with a sheet, and how many live there, where known."""
    found = db.execute(
        f"""
        SELECT r.submission_id, p.population,
            (SELECT COALESCE(SUM(o.people), 0) FROM neighbour AS o
             WHERE o.place = r.place AND o.month = r.month
                AND (o.counts = 1 OR o.submission_id = r.submission_id)
                AND (o.received_at, o.submission_id) <= (r.received_at, r.submission_id))
        FROM ({_EACH}) AS r
        CROSS JOIN place AS p ON p.code = r.place AND p.population IS NOT NULL
        GROUP BY r.submission_id
        """,
        {"rows": _as_json(rows)},
    )
    return {row[0]: (row[2], row[1]) for row in found}


def _as_json(rows: Sequence[Fingerprint]) -> str:
    """One line for each picture of a row, at least one."""
    return json.dumps(
        [
            (
                row.submission_id,
                row.received_at,
                row.form_id,
                row.place,
                row.day,
                row.animator_id,
                row.month,
                photo,
            )
            for row in rows
            for photo in row.photos.split(",")
        ]
    )


def _offsets(thresholds: Thresholds) -> str:
    """The days around a day that are looked at, so that each is found in the index by itself."""
    return json.dumps(list(range(-thresholds.duplicate_days, thresholds.duplicate_days + 1)))


def _named_in(statement: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f":{name}" in statement}


def _kind_of(row: Fingerprint, thresholds: Thresholds) -> dict[str, Any]:
    return {
        "repeating": json.dumps(sorted(thresholds.repeating_activities)),
        "is_repeating": thresholds.is_repeating(row.activity),
    }


def _place_in_row(row: Fingerprint) -> dict[str, Any]:
    return {
        "animator": row.animator_id,
        "form": row.form_id,
        "day": row.day,
        "received_at": row.received_at,
        "id": row.submission_id,
    }
