"""Numbers by the map of then and by that of today: whatever happens to places, no sheet disappears."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.report.report import tally_table
from aggregates.tallies.query import TallyQuery
from aggregates.tallies.tally_queries import sheets_by_review
from forms.base.by import By
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.places import place_versions
from forms.places.place import LEVELS, Place, locate_all
from forms.places.place_map import MAPS, NOW, THEN
from forms.places.places import all_places, find_places, replace_places
from forms.places.register_check import mistakes
from server.places.preview import Preview, preview_of
from server.places.take_in import Origin, PlacesHaveSheets, preview_undo, take_in, undo
from tests.aggregates.sheets import SCHEMES, SESSION, STOPS, Office, session

BY = By(None, datetime(2023, 6, 15, tzinfo=UTC))
REGISTER = (
    Place("R1", "region", "Koulikoro", "ML"),
    Place("R2", "region", "Nara", "ML"),
    Place("C1", "cercle", "Kolokani", "R1"),
    Place("C2", "cercle", "Goumbou", "R2"),
    Place("K1", "commune", "Nonkon", "C1"),
    Place("K2", "commune", "Guihoyo", "C2"),
    Place("V1", "village", "Éléna", "K1"),
    Place("V2", "village", "Dinguera", "K1"),
    Place("V3", "village", "Selinkegny", "K2"),
)
SENT = {  # women by place and month; ZZZ is in no register, and a sheet without a place is a sheet too
    ("V1", "2020-03"): 1, ("V1", "2023-07"): 2, ("V2", "2020-03"): 4, ("V2", "2023-07"): 8,
    ("V3", "2022-01"): 16, ("K1-AUTRE", "2020-03"): 32, ("K1", "2023-07"): 64, ("ELENA", "2020-03"): 128,
    ("ZZZ", "2020-03"): 256, ("", "2020-03"): 512, ("C2", "2021-01"): 1024,
}  # fmt: skip
TOTAL = sum(SENT.values())


class Undone(Exception):
    """What an example changed is taken back."""


@dataclass(frozen=True)
class Work:
    """The register in a transaction that leaves nothing behind."""

    db: Database

    def women(self, by: str, on: str, *others: str) -> dict[str, int]:
        """How many women, by a level, on a map; laid out by other dimensions too they are the same."""
        table = tally_table(self.db, TallyQuery(by=(by, *others), map=on), SCHEMES)
        found: Counter[str] = Counter()
        for row in table.rows:
            found[row.keys[0]] += row.value
        return dict(found)

    def take_in(self, places: Sequence[Place], first_month: str = "2023-06") -> Preview:
        """An import."""
        preview = preview_of(self.db, all_places(self.db), places)
        take_in(self.db, preview, Origin("lieux.csv", first_month), by=BY)
        return preview

    def undo(self, successors: Mapping[str, str] | None = None) -> None:
        """The last import that counts is undone."""
        last = place_versions.last_version(self.db)
        version, preview = preview_undo(self.db, last.id if last else None, successors or {}, by=BY)
        undo(self.db, version, preview, by=BY)

    @property
    def places(self) -> dict[str, Place]:
        """The register, without what is made from it."""
        return {place.code: place for place in all_places(self.db) if not place.is_unlisted}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Sheets of every place, counted."""
    made = Office(tmp_path_factory.mktemp("maps"), SESSION, STOPS)
    with made.storage.writing() as db:
        replace_places(db, locate_all(REGISTER)[0])
    for (place, month), women in SENT.items():
        made.send("seance", session(n_femmes=women, village=place, date_seance=f"{month}-08"))
    made.night()
    yield made
    made.storage.close()


@pytest.fixture
def work(office: Office) -> Iterator[Callable[[], Work]]:
    """Work that is taken back at the end of a test."""
    with suppress(Undone), office.storage.writing() as db:
        yield Work(db)
        raise Undone


def test_without_a_history_both_maps_are_one(work: Work) -> None:
    for level in LEVELS:
        assert work.women(level, THEN) == work.women(level, NOW)


def test_a_merged_village_counts_for_itself_then_and_for_its_successor_today(work: Work) -> None:
    merged = replace(work.places["V2"], valid_to="2023-06-30", successor="V3")
    preview = work.take_in([*(place for place in REGISTER if place.code != "V2"), merged])
    assert (preview.counts["merged"], preview.sheets_changing, preview.sheets_losing) == (1, 2, 0)
    then, now = work.women("village", THEN), work.women("village", NOW)
    assert (then["V2"], then["V3"]) == (4, 16 + 8)  # what came from it after its last day is its successor's
    assert ("V2" in now, now["V3"]) == (False, 4 + 8 + 16)
    assert work.women("region", THEN)["R1"] - work.women("region", NOW)["R1"] == 4
    work.undo()
    assert work.women("village", NOW)["V2"] == 12


def test_a_moved_commune_counts_where_it_was_until_the_month_of_the_new_map(work: Work) -> None:
    moved = [replace(place, parent="C2") if place.code == "K1" else place for place in REGISTER]
    preview = work.take_in(moved, "2023-07")
    assert preview.counts["moved"] == 1
    assert preview.sheets_changing == 6
    assert "R1" not in work.women("region", NOW)
    assert work.women("region", THEN)["R1"] == 1 + 4 + 32
    assert work.women("commune", THEN)["K1"] == work.women("commune", NOW)["K1"]


def test_an_import_that_mends_the_register_mends_the_past_too(work: Work) -> None:
    moved = [replace(place, parent="C2") if place.code == "K1" else place for place in REGISTER]
    work.take_in(moved, "")
    assert work.women("region", THEN) == work.women("region", NOW)


def test_an_alias_brings_the_sheets_that_name_it_to_the_place(work: Work) -> None:
    preview = work.take_in(
        [replace(place, aliases=("ELENA",)) if place.code == "V1" else place for place in REGISTER]
    )
    assert preview.sheets_changing == 1
    for on in MAPS:
        assert work.women("village", on)["V1"] == 1 + 2 + 128
        assert work.women("region", on)["R1"] == 1 + 2 + 4 + 8 + 32 + 64 + 128


def test_a_place_with_sheets_is_not_dropped_and_one_without_is(work: Work) -> None:
    with pytest.raises(PlacesHaveSheets) as refusal:
        work.take_in([place for place in REGISTER if place.code != "V3"])
    assert refusal.value.facts == {"places": ("V3",), "count": 1, "sheets": 1}
    assert "V3" in work.places, "nothing was done"
    extra = Place("V9", "village", "Neuf", "K1")
    work.take_in([*REGISTER, extra])
    work.take_in(REGISTER)
    assert "V9" not in work.places


def test_undoing_an_import_is_refused_where_a_new_place_has_sheets_by_now(work: Work) -> None:
    work.take_in([*REGISTER, Place("ZZZ", "village", "Neuf", "K1")])
    with pytest.raises(PlacesHaveSheets):
        work.undo()
    work.undo({"ZZZ": "V1"})
    assert work.places["ZZZ"].successor == "V1"
    assert work.women("village", NOW)["V1"] == 1 + 2 + 256
    assert work.women("village", THEN)["ZZZ"] == 256


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["drop", "merge", "move", "add", "alias", "rename", "undo"]),
        st.sampled_from([place.code for place in REGISTER] + ["N1", "N2"]),
        st.sampled_from([place.code for place in REGISTER] + ["N1", "N2"]),
        st.sampled_from(["", "2020-01", "2022-01", "2023-07"]),
    ),
    max_size=8,
)


def changed(places: dict[str, Place], what: str, code: str, other: str, month: str) -> dict[str, Place]:
    """The register after somebody's change of their list."""
    place = places.get(code)
    if what == "add" and place is None:
        return {**places, code: Place(code, "village", code, "K1", aliases=("ZZZ",))}
    if place is None:
        return places
    changes = {
        "merge": {"valid_to": f"{month or '2021-05'}-10", "successor": other},
        "move": {"parent": other},
        "alias": {"aliases": ("ELENA", "ZZZ")},
        "rename": {"name": other},
    }
    left = {key: place for key, place in places.items() if key != code}
    return left if what == "drop" else {**left, code: replace(place, **changes.get(what, {}))}


@given(history=HISTORIES)
def test_whatever_happens_to_places_the_total_is_the_same_on_both_maps(
    office: Office, history: list[tuple[str, str, str, str]]
) -> None:
    """Under any imports, successors and undos, those that are refused left out: no sheet is lost or counted twice."""
    with suppress(Undone), office.storage.writing() as db:
        work = Work(db)
        for what, code, other, month in history:
            before = work.places
            try:
                if what == "undo":
                    work.undo({code: other} if month else {})
                else:
                    take_file(work, changed(before, what, code, other, month), month)
            except Refusal:
                assert work.places == before, "a refused import leaves everything as it was"
            for on in MAPS:
                for level in LEVELS:
                    told = work.women(level, on)
                    assert sum(told.values()) == TOTAL
                    for others in (("cso",), ("activity", "sex"), ("month",), ("form", "year")):
                        assert work.women(level, on, *others) == told
                assert sheets_by_review(db, TallyQuery(by=("region",), map=on)) == {"received": len(SENT)}
            assert find_places(db, [place for place, _ in SENT]).keys() >= had_sheets(before)
        raise Undone


def had_sheets(before: Mapping[str, Place]) -> set[str]:
    """The places of a register that sheets name: they are there for good."""
    return {place for place, _ in SENT} & before.keys()


def take_file(work: Work, places: Mapping[str, Place], month: str) -> None:
    """An import as somebody does it: from a file, which is checked."""
    if any(mistakes(tuple(places.values()))):
        return
    work.take_in(tuple(places.values()), month)
