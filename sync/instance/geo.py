"""Reads geopoints, traces and shapes as Collect writes them, and writes them as GeoJSON or WKT. Pure.

A point is "latitude longitude altitude accuracy", a trace or a shape such points with `;` between them.
"""

import json
import re
from typing import Any

KINDS = ("geopoint", "geotrace", "geoshape")
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
PARTS = ("Latitude", "Longitude", "Altitude", "Accuracy")


def parts(text: str | None) -> list[str]:
    """Latitude, longitude, altitude and accuracy of a point as they stand there, "" for what is missing.

    What is no point has none of them: no part is a text that somebody thought of.

    >>> parts("12.65 -8.0 320 4.5"), parts("=1+1 2")
    (['12.65', '-8.0', '320', '4.5'], ['', '', '', ''])
    """
    words = (text or "").split()[:4]
    if len(words) < 2 or not all(map(NUMBER.fullmatch, words)):
        words = []
    return [*words, *[""] * (4 - len(words))]


def geometry(text: str | None, kind: str) -> dict[str, Any] | None:
    """The GeoJSON geometry of an answer, None where it is none; longitude comes first (RFC 7946).

    >>> geometry("12.65 -8 320 4.5", "geopoint")
    {'type': 'Point', 'coordinates': [-8.0, 12.65, 320.0], 'properties': {'accuracy': 4.5}}
    """
    points = _points(text)
    if not points:
        return None
    if kind == "geopoint":
        longitude, latitude, altitude, accuracy = points[0]
        return {
            "type": "Point",
            "coordinates": [longitude, latitude, altitude],
            "properties": {"accuracy": accuracy},
        }
    line = [point[:3] for point in points]
    if kind == "geotrace":
        return {"type": "LineString", "coordinates": line} if len(line) > 1 else None
    return {"type": "Polygon", "coordinates": [line]} if len(line) > 3 else None


def as_json(text: str | None, kind: str, wkt: int) -> str | None:
    """The answer as JSON: a GeoJSON geometry, or a text of WKT; None where it is no geometry.

    >>> as_json("12.65 -8 320 4.5", "geopoint", 1)
    '"POINT Z (-8.0 12.65 320.0)"'
    """
    if kind == "geopoint" and not wkt and text is not None:  # most of them: written without a detour
        points = _points(text)
        if len(points) == 1 and None not in points[0]:
            longitude, latitude, altitude, accuracy = points[0]
            return (
                f'{{"type": "Point", "coordinates": [{longitude}, {latitude}, {altitude}], '
                f'"properties": {{"accuracy": {accuracy}}}}}'
            )
    shape = geometry(text, kind)
    if shape is None:
        return None
    return json.dumps(_wkt(shape)) if wkt else json.dumps(shape)


def _points(text: str | None) -> list[list[float | None]]:
    """[longitude, latitude, altitude, accuracy] each; [] where anything is no number."""
    points: list[list[float | None]] = []
    for part in (text or "").split(";"):
        words = part.split()
        if not words:
            continue
        if not all(map(NUMBER.fullmatch, words[:4])):
            return []
        numbers = [float(word) for word in words[:4]]
        if len(numbers) < 2 or not all(abs(number) < 1e9 for number in numbers):
            return []
        latitude, longitude = numbers[:2]
        more = numbers[2:]
        points.append([longitude, latitude, more[0] if more else None, more[1] if len(more) > 1 else None])
    return points


def _wkt(shape: dict[str, Any]) -> str:
    if shape["type"] == "Point":
        return f"POINT Z ({_triple(shape['coordinates'])})"
    if shape["type"] == "LineString":
        return f"LINESTRING Z ({','.join(map(_triple, shape['coordinates']))})"
    return f"POLYGON Z (({','.join(map(_triple, shape['coordinates'][0]))}))"


def _triple(point: list[float | None]) -> str:
    return " ".join(str(number if number is not None else 0.0) for number in point)
