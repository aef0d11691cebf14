"""The map of one sheet: what it draws lies inside it, and its distances are those over the ground."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sheet.place_map import HEIGHT, WIDTH, Fix, Point, Seat, distance_km, place_map, read_fix

BAMAKO, SEGOU = Point(12.64, -8.0), Point(13.43, -6.26)
SEATS = [Seat("Ségou", "cercle", SEGOU), Seat("Kati & Siby", "commune", Point(12.75, -8.07))]
SVG = "{http://www.w3.org/2000/svg}"
degrees = st.builds(Point, st.floats(-60, 60), st.floats(-179, 179))


def test_a_position_a_place_and_what_is_around_are_drawn_with_their_names() -> None:
    made = place_map(Fix(Point(12.66, -8.02), 40), Seat("Bamako", "village", BAMAKO), SEATS, title='À 3 "km"')
    assert made is not None
    assert made.km == pytest.approx(3.1, abs=0.2)
    root = ElementTree.fromstring(made.svg)
    assert root.get("aria-label") == 'À 3 "km"'
    assert root.get("role") == "img"
    names = [element.text for element in root.iter(f"{SVG}text")]
    assert names[0] == "Kati & Siby"
    assert "Bamako" in names
    assert "Ségou" not in names  # too far to be on a map of three kilometres
    assert {"map-fix", "map-place", "map-way", "map-scale", "map-north"} <= {
        element.get("class") for element in root.iter()
    }


def test_without_a_position_and_without_a_place_there_is_no_map() -> None:
    assert place_map(None, None, SEATS, title="") is None
    alone = place_map(None, Seat("Bamako", "village", BAMAKO), [], title="")
    assert alone is not None
    assert alone.km is None


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("12.65 -8.0 320 4.5", Fix(Point(12.65, -8.0), 4.5)),
        ("12.65 -8.0", Fix(Point(12.65, -8.0))),
        ("12.65 -8.0 0 0", Fix(Point(12.65, -8.0))),
        ("", None),
        ("près du puits", None),
        ("95 -8 0 0", None),
        ("nan nan", None),
    ],
)
def test_a_geopoint_is_read_as_collect_writes_it(text: str, fix: Fix | None) -> None:
    assert read_fix(text) == fix


@given(fix=degrees, place=degrees, accuracy=st.none() | st.floats(0.1, 1e5))
def test_everything_is_drawn_inside_the_drawing(fix: Point, place: Point, accuracy: float | None) -> None:
    made = place_map(Fix(fix, accuracy), Seat("V", "village", place), SEATS, title="")
    assert made is not None
    root = ElementTree.fromstring(made.svg)
    for element in root.iter(f"{SVG}circle"):
        if element.get("class") != "map-accuracy":
            assert 0 <= float(element.get("cx", "")) <= WIDTH
            assert 0 <= float(element.get("cy", "")) <= HEIGHT
    assert made.km == pytest.approx(distance_km(place, fix), rel=1e-6)
