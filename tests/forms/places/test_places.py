"""The register of places in the database."""

from dataclasses import replace

from aggregates.quality.references import load
from aggregates.tallies.tally_queries import names_of_places
from forms.places.place import locate_all
from forms.places.places import all_places, find_places, places_within, replace_places
from tests.forms.places.test_gazetteer import SMALL, gazetteer
from tests.station import Station


def test_a_new_register_takes_the_place_of_the_old_one(station: Station) -> None:
    with station.storage.writing() as db:
        located, _ = locate_all(gazetteer(SMALL))
        assert replace_places(db, located) == len(located) == 7
        assert [place.code for place in all_places(db)] == ["C1", "K1", "K1-AUTRE", "R1", "R2", "V1", "V2"]
        assert all_places(db)[5] == gazetteer(SMALL)[5]
        located, _ = locate_all(gazetteer("code,level,name,parent\nR7,region,Gao,ML\n"))
        replace_places(db, located)
        assert [place.code for place in all_places(db)] == ["R7"]


def test_the_levels_above_each_place_are_there_for_sums(station: Station) -> None:
    with station.storage.writing() as db:
        replace_places(db, locate_all(gazetteer(SMALL))[0])
        found = db.execute("SELECT region, cercle, commune, village FROM place WHERE code = 'V1'").fetchone()
    assert found == ("R1", "C1", "K1", "V1")


def test_a_place_is_found_by_what_phones_send_for_it(station: Station) -> None:
    called = [replace(place, aliases=("BEN",)) if place.code == "V1" else place for place in gazetteer(SMALL)]
    with station.storage.writing() as db:
        replace_places(db, locate_all(called)[0])
        found = find_places(db, ["BEN", "V2", "NOWHERE", ""])
        assert {code: located.place.code for code, located in found.items()} == {"BEN": "V1", "V2": "V2"}
        assert names_of_places(db, ["BEN", "V2"]) == {"BEN": "Bendougou", "V2": "Zambougou"}
        assert load(db).places["BEN"] == load(db).places["V1"], "a sheet that names it is of a known village"


def test_places_that_are_listed_tell_how_many_live_there(station: Station) -> None:
    told = [replace(place, population=312) if place.code == "V1" else place for place in gazetteer(SMALL)]
    with station.storage.writing() as db:
        replace_places(db, locate_all(told)[0])
        assert find_places(db, ["V1"])["V1"].place.population == 312
        assert {place.code: place.population for place in places_within(db, "village")}["V1"] == 312
