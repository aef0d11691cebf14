"""The register of places in the database."""

from forms.places.place import locate_all
from forms.places.places import all_places, replace_places
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
