"""Keeps the register of places, with the codes of all levels above each, and their lists with other names."""

import json
from collections.abc import Iterable
from typing import Any

from forms.base.sqlite import Database
from forms.places.place import LEVELS, LocatedPlace, Place
from forms.places.place_maps import make_maps

_PLACE = "code, level, name, parent, cso, latitude, longitude, population, aliases, valid_from, valid_to, successor"
_FIELDS = len(_PLACE.split(","))


def replace_places(db: Database, places: Iterable[LocatedPlace]) -> int:
    """Put these places in place of all that were there; gives how many. Tallies follow by themselves.

    Of what was there before only `forms.places.place_versions` tells: who replaces places of an operator adds one.
    """
    located = list(places)
    db.execute("DELETE FROM place")
    db.conn.executemany(
        f"""
        INSERT INTO place ({_PLACE}, region, cercle, commune, village)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (*_values(place.place), place.region, place.cercle, place.commune, place.village)
            for place in located
        ],
    )
    make_maps(db, [place.place for place in located])
    return len(located)


def all_places(db: Database) -> list[Place]:
    """Every place, by code."""
    return [_place(row) for row in db.execute(f"SELECT {_PLACE} FROM place ORDER BY code")]


def places_within(db: Database, level: str, *, within: tuple[str, str] | None = None) -> list[Place]:
    """The places of a level by name, those below one place if it is given by its level and code.

    `level` and that of `within` are of `forms.places.place.LEVELS`.
    """
    above, code = within or ("region", "")
    if above not in LEVELS:
        raise ValueError(above)
    rows = db.execute(
        f"""
        SELECT {_PLACE} FROM place
        WHERE level = :level AND (:code = '' OR {above} = :code) ORDER BY name, code
        """,
        {"level": level, "code": code},
    )
    return [_place(row) for row in rows]


def find_places(db: Database, codes: Iterable[str]) -> dict[str, LocatedPlace]:
    """These places by the code that was asked for, which may be an alias, with the codes of all levels above.

    Those that the register does not know are left out.
    """
    asked = set(codes)
    found = _find(db, "code IN (SELECT value FROM json_each(:codes))", asked)
    places = {located.place.code: located for located in found}
    others = asked - places.keys() - {""}
    if others:
        named = _find(
            db,
            """aliases <> '[]' AND EXISTS (
                SELECT 1 FROM json_each(place.aliases) AS a
                WHERE a.value IN (SELECT value FROM json_each(:codes))
            )""",
            others,
        )
        places |= {alias: located for located in named for alias in others & {*located.place.aliases}}
    return places


def _find(db: Database, condition: str, codes: set[str]) -> list[LocatedPlace]:
    rows = db.execute(
        f"SELECT {_PLACE}, region, cercle, commune, village FROM place WHERE {condition}",
        {"codes": json.dumps(sorted(codes))},
    )
    return [LocatedPlace(_place(row), *row[_FIELDS:]) for row in rows]


def _values(place: Place) -> tuple[Any, ...]:
    values = {name: getattr(place, name) for name in _PLACE.split(", ")}
    return tuple({**values, "aliases": json.dumps(place.aliases)}.values())


def _place(row: tuple[Any, ...]) -> Place:
    values = dict(zip(_PLACE.split(", "), row, strict=False))
    return Place(**{**values, "aliases": tuple(json.loads(values["aliases"]))})
