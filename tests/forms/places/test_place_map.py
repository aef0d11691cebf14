"""Where places stand on the map of each month and on that of today: moved, merged, gone, and called otherwise."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from forms.places.place import Place
from forms.places.place_map import FOR_EVER, NOW, THEN, Move, spots

REGION, OTHER = Place("R1", "region", "Koulikoro", "ML"), Place("R2", "region", "Nara", "ML")
CERCLE = Place("C1", "cercle", "Kolokani", "R1")
COMMUNE = Place("K1", "commune", "Nonkon", "C1")
VILLAGE = Place("V1", "village", "Éléna", "K1", aliases=("ELENA",))
REGISTER = (REGION, OTHER, CERCLE, COMMUNE, VILLAGE)


def line(
    code: str, month: str, on: str, *places: Place, moves: dict[str, list[Move]] | None = None
) -> tuple[str, ...]:
    """Where a code stands in a month."""
    [found] = [
        spot.line
        for spot in spots(places, moves or {})
        if (spot.map, spot.code) == (on, code) and spot.first_month <= month <= spot.last_month
    ]
    return found


def test_a_place_that_nothing_happened_to_is_the_same_on_both_maps() -> None:
    for on in (THEN, NOW):
        assert line("V1", "2020-03", on, *REGISTER) == ("R1", "C1", "K1", "V1")
        assert line("C1", "", on, *REGISTER) == ("R1", "C1", "", "")
        assert line("K1-AUTRE", "2020-03", on, *REGISTER) == ("R1", "C1", "K1", "K1-AUTRE")


def test_a_moved_place_and_all_below_it_are_elsewhere_from_a_month_on() -> None:
    places = (REGION, OTHER, Place("C1", "cercle", "Kolokani", "R2"), COMMUNE, VILLAGE)
    moves = {"C1": [Move("2023-04", "R1", "R2")]}
    for code in ("V1", "K1-AUTRE", "ELENA"):
        assert line(code, "2023-03", THEN, *places, moves=moves)[0] == "R1"
        assert line(code, "2023-04", THEN, *places, moves=moves)[0] == "R2"
        assert line(code, "2020-01", NOW, *places, moves=moves)[0] == "R2"


def test_what_was_wrong_is_mended_for_all_months() -> None:
    places = (REGION, OTHER, Place("C1", "cercle", "Kolokani", "R2"), COMMUNE, VILLAGE)
    assert line("V1", "2020-01", THEN, *places, moves={"C1": [Move("", "R1", "R2")]})[0] == "R2"


def test_a_correction_leaves_earlier_moves_alone() -> None:
    places = (REGION, OTHER, Place("R3", "region", "Kita", "ML"), Place("C1", "cercle", "x", "R3"))
    moves = {"C1": [Move("2023-01", "R1", "R2"), Move("", "R2", "R3")]}
    assert line("C1", "2022-12", THEN, *places, moves=moves)[0] == "R1"
    assert line("C1", "2023-01", THEN, *places, moves=moves)[0] == "R3"


def test_a_merged_place_counts_for_itself_through_its_last_day_and_then_for_its_successor() -> None:
    merged = Place("V2", "village", "Dinguera", "K1", valid_to="2023-03-12", successor="V1")
    places = (*REGISTER, merged)
    assert line("V2", "2023-03", THEN, *places)[3] == "V2"
    assert line("V2", "2023-04", THEN, *places)[3] == "V1"
    assert line("V2", "2020-01", NOW, *places) == ("R1", "C1", "K1", "V1")


def test_a_chain_of_successors_ends_at_the_last_and_below_the_successors_of_those_above() -> None:
    places = (
        REGION,
        OTHER,
        CERCLE,
        Place("K1", "commune", "Nonkon", "C1", valid_to="2023-01-31", successor="K2"),
        Place("K2", "commune", "Nouvelle", "C2"),
        Place("C2", "cercle", "Nara", "R2"),
        VILLAGE,
        Place("V2", "village", "x", "K1", valid_to="2021-01-31", successor="V3"),
        Place("V3", "village", "y", "K1", valid_to="2022-01-31", successor="V1"),
    )
    assert line("V2", "2020-01", NOW, *places) == ("R2", "C2", "K2", "V1")
    assert line("K1-AUTRE", "2020-01", NOW, *places) == ("R2", "C2", "K2", "K2-AUTRE")
    assert line("V2", "2021-06", THEN, *places) == ("R1", "C1", "K1", "V3")


def test_an_alias_is_the_place_itself() -> None:
    for on in (THEN, NOW):
        assert line("ELENA", "2020-03", on, *REGISTER) == ("R1", "C1", "K1", "V1")


def test_what_was_dropped_stays_where_it_was_last() -> None:
    places = spots((REGION, CERCLE), {}, gone=(COMMUNE, VILLAGE))
    assert {spot.line for spot in places if spot.code == "V1"} == {("R1", "C1", "K1", "V1")}


LEVELS = {"region": "R", "cercle": "C", "commune": "K", "village": "V"}


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[Place], dict[str, list[Move]]]:
    """Any places, hung anywhere one level above, followed by anything, and moved any number of times."""
    places, moves = [], {}
    above = ["ML"]
    for level, letter in LEVELS.items():
        codes = [f"{letter}{number}" for number in range(draw(st.integers(1, 3)))]
        for code in codes:
            successor = draw(st.sampled_from(["", *codes]))
            month = draw(st.sampled_from(["2020-01", "2021-06", "2023-03"]))
            parent = draw(st.sampled_from(above))
            places.append(
                Place(
                    code,
                    level,
                    code,
                    parent,
                    successor=successor,
                    valid_to=f"{month}-10" if successor else "",
                )
            )
            moves[code] = [
                Move(draw(st.sampled_from(["", "2020-02", "2021-06", "2022-01"])), before, after)
                for before, after in draw(
                    st.lists(st.tuples(st.sampled_from(above), st.sampled_from(above)), max_size=3)
                )
            ]
        above = codes
    return places, moves


def months() -> Iterator[str]:
    """Every month that may matter, and none."""
    yield ""
    yield from (f"{year}-{number:02d}" for year in range(2019, 2025) for number in range(1, 13))


@given(registers(), st.booleans())
def test_each_code_stands_somewhere_in_every_month_and_nowhere_twice(
    register: tuple[list[Place], dict[str, list[Move]]], some_are_gone: bool
) -> None:
    """Else a sheet would be lost, or counted twice."""
    places, moves = register
    half = len(places) // 2 if some_are_gone else len(places)
    made = list(spots(places[:half], moves, gone=places[half:]))
    codes = {place.code for place in places}
    for on in (THEN, NOW):
        for code in codes:
            mine = sorted(
                (spot.first_month, spot.last_month) for spot in made if (spot.map, spot.code) == (on, code)
            )
            assert mine[0][0] == ""
            assert mine[-1][1] == FOR_EVER
            for month in months():
                assert sum(first <= month <= last for first, last in mine) == 1
