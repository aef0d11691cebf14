"""Keeps where each place stands on the map of each month and on that of today, derived from places and versions.

`place_on_map` grows by two lines for each code that was ever in the register or is an alias, and by one for each
place below a moved one and each merged one: 12,000 villages are 24,000 lines, and a region cut in two some 1,000 more.
"""

import json
from collections.abc import Iterable

from forms.base.sqlite import Database
from forms.places.place import Place
from forms.places.place_map import Move, spots


def make_maps(db: Database, places: Iterable[Place]) -> None:
    """Make both maps anew from the places of the register and every change that was made of it."""
    present = list(places)
    db.execute("DELETE FROM place_on_map")
    db.conn.executemany(
        """
        INSERT INTO place_on_map (map, code, first_month, last_month, region, cercle, commune, village)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (spot.map, spot.code, spot.first_month, spot.last_month, *spot.line)
            for spot in spots(present, _moves(db), gone=_gone(db, {place.code for place in present}))
        ],
    )


def has_months(db: Database) -> bool:
    """Whether any place stands elsewhere in some months than in others."""
    rows = db.execute("SELECT 1 FROM place_on_map WHERE map = 'then' AND first_month > '' LIMIT 1")
    return rows.fetchone() is not None


def as_json(place: Place | None) -> str | None:
    """A place as a change keeps it."""
    if place is None:
        return None
    told = {name: getattr(place, name) for name in Place.__slots__}
    return json.dumps({name: value for name, value in told.items() if value not in ("", None, ())})


def from_json(text: str | None) -> Place | None:
    """The same, read."""
    if text is None:
        return None
    told = json.loads(text)
    return Place(**{"parent": "", **told, "aliases": tuple(told.get("aliases", ()))})


def _moves(db: Database) -> dict[str, list[Move]]:
    """By place, the parents that it got, as they were given to it; versions that were undone left out."""
    moves: dict[str, list[Move]] = {}
    for first_month, code, before, after in db.execute(
        """
        SELECT v.first_month, c.code, json_extract(c.before, '$.parent'), json_extract(c.after, '$.parent')
        FROM place_version AS v JOIN place_change AS c ON c.version_id = v.id
        WHERE v.undone_at IS NULL AND c.before IS NOT NULL AND c.after IS NOT NULL
            AND json_extract(c.before, '$.parent') <> json_extract(c.after, '$.parent')
        ORDER BY v.id, c.code
        """
    ):
        moves.setdefault(code, []).append(Move(first_month, before, after))
    return moves


def _gone(db: Database, present: set[str]) -> list[Place]:
    """What was in the register once and is not any more, as it was last."""
    last: dict[str, Place] = {}
    for code, before, after in db.execute(
        "SELECT code, before, after FROM place_change ORDER BY version_id, code"
    ):
        if code in present:
            continue
        place = from_json(after) or from_json(before)
        if place is not None:
            last[code] = place
    return list(last.values())
