"""The figures beside the counts: villages are those of the register, and nothing else that was answered."""

from aggregates.tallies.query import TallyQuery
from server.counts.headline import headline
from server.counts.query import CountQuery
from server.counts.service import every_count
from sync.counting import schemes
from tests.aggregates.months import Months
from tests.station import Station, station

__all__ = ["station"]


def test_only_villages_of_the_register_are_villages_reached(station: Station) -> None:
    months = Months(station)
    for village in ("NON1", "NON2", "GUI1", "GUI1", "ZZZ-INCONNU", "NON", "NON-AUTRE", ""):
        months.send(village=village, f=3)
    months.night()
    with station.storage.reading() as db:
        counts = every_count(db, {"own": schemes.scheme_in_use(db)})
        assert counts.table(TallyQuery(measure="sessions")).total == 8
        told = headline(counts, CountQuery(), 1)
    assert (told.villages, told.elsewhere, told.sessions.provisional) == (3, 4, 8)
