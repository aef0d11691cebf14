"""Keeps the register of places, with the codes of all levels above each."""

import json
from collections.abc import Iterable

from forms.base.sqlite import Database
from forms.places.place import LEVELS, LocatedPlace, Place


def replace_places(db: Database, places: Iterable[LocatedPlace]) -> int:
    """Put these places in place of all that were there; gives how many. Tallies follow by themselves."""
    db.execute("DELETE FROM place")
    rows = [
        (
            place.place.code,
            place.place.level,
            place.place.name,
            place.place.parent,
            place.region,
            place.cercle,
            place.commune,
            place.village,
            place.place.cso,
            place.place.latitude,
            place.place.longitude,
            place.place.population,
        )
        for place in places
    ]
    db.conn.executemany(
        """
        INSERT INTO place (code, level, name, parent, region, cercle, commune, village, cso, latitude,
            longitude, population)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        rows,
    )
    return len(rows)


def all_places(db: Database) -> list[Place]:
    """Every place, by code."""
    rows = db.execute(
        "SELECT code, level, name, parent, cso, latitude, longitude, population FROM place ORDER BY code"
    )
    return [Place(*row) for row in rows]


def places_within(db: Database, level: str, *, within: tuple[str, str] | None = None) -> list[Place]:
    """The places of a level by name, those below one place if it is given by its level and code.

    `level` and that of `within` are of `forms.places.place.LEVELS`.
    """
    above, code = within or ("region", "")
    if above not in LEVELS:
        raise ValueError(above)
    rows = db.execute(
        f"""
        SELECT code, level, name, parent, cso, latitude, longitude FROM place
        WHERE level = :level AND (:code = '' OR {above} = :code) ORDER BY name, code
        """,
        {"level": level, "code": code},
    )
    return [Place(*row) for row in rows]


def find_places(db: Database, codes: Iterable[str]) -> dict[str, LocatedPlace]:
    """These places by code, with the codes of all levels above; those that the register does not know are left out."""
    rows = db.execute(
        """
        SELECT code, level, name, parent, cso, latitude, longitude, region, cercle, commune, village FROM place
        WHERE code IN (SELECT value FROM json_each(:codes))
        """,
        {"codes": json.dumps(sorted(set(codes)))},
    )
    return {row[0]: LocatedPlace(Place(*row[:7]), *row[7:]) for row in rows}
