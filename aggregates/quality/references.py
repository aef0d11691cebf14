"""Reads reference data, keeping nothing of its own: places, zones, and the mechanisms that a form offers."""

import csv
import io
import json

from aggregates.quality.reference import KnownPlace, KnownZone, Mechanisms, ReferenceData, read_mechanisms
from forms.base.blobs import BlobStore
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from forms.places.place import UNLISTED

MECHANISMS = "mecanismes.csv"
"""The list that the shipped sheet offers."""


def load(db: Database) -> ReferenceData:
    """The reference data as they stand."""
    places: dict[str, KnownPlace] = {}
    for code, *line, latitude, longitude, population, aliases in db.execute(
        "SELECT code, region, cercle, commune, village, latitude, longitude, population, aliases FROM place"
    ):
        above = tuple(level for level in line if level)
        known = KnownPlace(above, code.endswith(UNLISTED), latitude, longitude, population)
        places |= dict.fromkeys((code, *json.loads(aliases)), known)
    zones: dict[str, tuple[KnownZone, ...]] = {}
    for code, *zone in db.execute(
        """
        SELECT c.code, z.place, z.first_day, z.last_day FROM zone AS z JOIN cso AS c ON c.id = z.cso_id
        ORDER BY c.code, z.place, z.first_day
        """
    ):
        key = CsoCode(code)
        zones[key] = (*zones.get(key, ()), KnownZone(*zone))
    return ReferenceData(places, zones)


def mechanisms_of(db: Database, blobs: BlobStore | None, definition_id: int) -> Mechanisms:
    """The mechanisms that a version of a form offers; none where it has no such list, or nobody keeps its files."""
    row = db.execute(
        "SELECT sha256 FROM form_media WHERE definition_id = :id AND name = :name",
        {"id": definition_id, "name": MECHANISMS},
    ).fetchone()
    if row is None or blobs is None or row[0] not in blobs:
        return {}
    with blobs.open(row[0]) as file:
        text = file.read().decode("utf-8-sig", errors="replace")
    return read_mechanisms(list(csv.DictReader(io.StringIO(text))))
