"""What the page of a validated month says of the sheets that changed since."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aggregates.compilation import signatures
from aggregates.compilation.compile import MonthAsked
from forms.places.csos import find_cso
from server.compilation.compiling import MonthShown, months_of_change
from tests.aggregates.months import APRIL, Months
from tests.station import Station, station

__all__ = ["station"]


def test_a_validated_month_leads_to_the_month_of_the_change_where_fiche_works(station: Station) -> None:
    months = Months(station)
    months.send(h=3)
    for step in ("submit", "validate"):
        months.take(step, at=APRIL)
    months.send(f=5, at=datetime(2020, 5, 31, 19, 0, tzinfo=UTC))
    now = months.month()
    changed = tuple(line for lines in now.lines.values() for line in lines if line.submission_id == 2)
    assert changed
    with station.storage.reading() as db:
        asked = MonthAsked(months.project, find_cso(db, "TAGNE"), "2020-03")
        steps = signatures.steps_of(db, 1, cso="tagne", month="2020-03")
        shown = MonthShown(asked, tuple(steps), now, changed)
        assert months_of_change(db, shown, ZoneInfo("Africa/Bamako")) == ["2020-05"]
        assert months_of_change(db, shown, ZoneInfo("Asia/Kolkata")) == ["2020-06"]
