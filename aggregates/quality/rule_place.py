"""Rules about where: the position, the village, the organisation's zone, the mechanism (V14–V16, V27)."""

from math import asin, cos, radians, sin, sqrt

from aggregates.quality.reference import Mechanisms, ReferenceData
from aggregates.quality.sheet import Sheet
from aggregates.quality.threshold import Thresholds
from sync.counting.derivation import Finding

EARTH_KM = 6371.0
OTHER_MECHANISM = "AUTRE"
"""The entry for a mechanism that is not in the list (domain page § 5.1)."""


def gps_far(sheet: Sheet, reference_data: ReferenceData, thresholds: Thresholds) -> Finding | None:
    """V14: the position is far from the village; says nothing where the gazetteer has no position for it.

    Outside the country `gps_outside_country` speaks alone.
    """
    position, place = sheet.position, reference_data.places.get(sheet.grain.place)
    if position is None or place is None or place.latitude is None or place.longitude is None:
        return None
    if not thresholds.country.holds(position.latitude, position.longitude):
        return None
    km = distance_km(position.latitude, position.longitude, place.latitude, place.longitude)
    if km <= thresholds.gps_km + (position.accuracy or 0) / 1000:
        return None
    return Finding("gps_far", position.path, {"km": round(km), "limit": thresholds.gps_km})


def gps_outside_country(
    sheet: Sheet, reference_data: ReferenceData, thresholds: Thresholds
) -> Finding | None:
    """V14: the position is outside the country."""
    position = sheet.position
    if position is None or thresholds.country.holds(position.latitude, position.longitude):
        return None
    return Finding("gps_outside_country", position.path)


def gps_inaccurate(sheet: Sheet, reference_data: ReferenceData, thresholds: Thresholds) -> Finding | None:
    """V14: the phone itself says that the position is not exact."""
    position = sheet.position
    if position is None or position.accuracy is None or position.accuracy <= thresholds.gps_accuracy_m:
        return None
    return Finding("gps_inaccurate", position.path, {"metres": round(position.accuracy)})


def unknown_village(sheet: Sheet, reference_data: ReferenceData, thresholds: Thresholds) -> Finding | None:
    """V15: the place is not in the gazetteer, or is the entry « pas dans la liste »."""
    code, place = sheet.grain.place, reference_data.places.get(sheet.grain.place)
    if not code or not reference_data.places:
        return None
    if place is None:
        return Finding("unknown_village", sheet.paths.get("place", ""))
    if place.is_unlisted:
        return Finding("unknown_village", sheet.paths.get("place", ""), {"case": "unlisted"})
    return None


def zone(sheet: Sheet, reference_data: ReferenceData, thresholds: Thresholds) -> Finding | None:
    """V15: the organisation does not work in this village on that day; without known zones nothing is said."""
    zones = reference_data.zones.get(sheet.arrival.cso)
    place = reference_data.places.get(sheet.grain.place)
    if not zones or place is None or sheet.event_date is None:
        return None
    if any(known_zone.holds(place.line, sheet.event_date) for known_zone in zones):
        return None
    return Finding("zone", sheet.paths.get("place", ""))


def mechanism_closed(
    sheet: Sheet, reference_data: ReferenceData, mechanisms: Mechanisms, thresholds: Thresholds
) -> Finding | None:
    """V16: the club, committee or space is not in the form's list, was closed, or is of another place."""
    code = sheet.grain.mechanism
    if not code or not mechanisms or code == OTHER_MECHANISM:
        return None
    path = sheet.paths.get("mechanism", "")
    known = mechanisms.get(code)
    if known is None:
        return Finding("mechanism_closed", path, {"mechanism": code})
    if known.closed_on and sheet.event_date and sheet.event_date.isoformat() > known.closed_on:
        return Finding("mechanism_closed", path, {"mechanism": code, "case": "closed"})
    place = reference_data.places.get(sheet.grain.place)
    if known.place and place is not None and known.place not in place.line:
        return Finding("mechanism_closed", path, {"mechanism": code, "case": "elsewhere"})
    return None


def more_than_population(together: int, population: int | None) -> Finding | None:
    """V27: the month's participations in a village, up to and with this sheet, are more than live there."""
    if population is None or together <= population:
        return None
    return Finding("more_than_population", "", {"together": together, "population": population})


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The way from one point of the earth to another as the crow flies.

    >>> round(distance_km(12.65, -8.0, 12.65, -7.0))
    108
    """
    north, south = radians(latitude), radians(other_latitude)
    half = sin((south - north) / 2) ** 2
    turn = sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half + cos(north) * cos(south) * turn))
