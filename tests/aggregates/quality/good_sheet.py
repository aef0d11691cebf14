"""A sheet without a fault, as the tests of the quality rules change it, and the lists that it is checked against."""

from dataclasses import replace
from datetime import date
from typing import Any

from aggregates.quality.fingerprint import Fingerprint
from aggregates.quality.reference import KnownPlace, KnownZone, ReferenceData
from aggregates.quality.sheet import Arrival, Sheet
from aggregates.quality.threshold import Thresholds
from forms.definition.dimension import Grain
from forms.places.cso_code import CsoCode
from sync.counting.cell import Cell
from sync.counting.derivation import Finding
from sync.counting.head_count import Heads

THRESHOLDS = Thresholds()
EVENT = date(2020, 3, 8)
CAME = Arrival(
    2,
    1,
    1,
    "uuid:2",
    CsoCode("tagne"),
    7,
    "2020-03-09T18:00:00.000Z",
    "2020-03-09T18:00:00.000Z",
    "1",
    "",
    False,
    (),
)
GRAIN = Grain("2020-03", 1, "seance", "T-NON1", "tagne", "causerie", "hors_ecole", "non", "", "")
WOMEN = Cell("participants", "contacts", "direct", "", "F", "18+")
GIRLS = WOMEN._replace(age_band="5-17")
SHEET = Sheet(
    form="seance", arrival=CAME, event_date=EVENT, date_path="/date", grain=GRAIN, answered_cso=CsoCode("tagne"),
    took_place=True, has_heads=True, asks_people=True, people=48, heads=Heads(9, 22, 6, 11), reached=48, numbers=(),
    unanswered=(), persons=(), position=None, started=None, ended=None, minutes=None, paths={"place": "/village"},
)  # fmt: skip
REGISTERS = ReferenceData(
    {
        "T-NON1": KnownPlace(("KOU", "KOU-KOL", "KOU-KOL-NON", "T-NON1"), False, 13.5, -8.0),
        "KOU-KOL-NON-AUTRE": KnownPlace(("KOU", "KOU-KOL", "KOU-KOL-NON", "KOU-KOL-NON-AUTRE"), True),
        "T-YEL1": KnownPlace(("KAY", "KAY-YEL", "KAY-YEL-YEL", "T-YEL1"), False),
    },
    {"tagne": (KnownZone("KOU-KOL", "2020-01-01", "2020-12-31"),)},
)


def sheet(**changes: Any) -> Sheet:
    """The plain sheet, changed; what is told of its arrival or its grain goes there."""
    arrival = {name: changes.pop(name) for name in Arrival.__dataclass_fields__ if name in changes}
    grain = {name: changes.pop(name) for name in Grain._fields if name in changes and name != "form"}
    plain = replace(SHEET, arrival=replace(CAME, **arrival), grain=GRAIN._replace(**grain))
    return replace(plain, **changes)


def details(finding: Finding | None) -> dict[str, int | str] | None:
    """What a rule says, None where it says nothing."""
    return None if finding is None else dict(finding.details)


def fingerprint(**changes: Any) -> Fingerprint:
    """A sheet's row, changed."""
    plain = Fingerprint(
        2, 1, 1, "uuid:2", "tagne", 7, EVENT.toordinal(), 24242, "T-NON1", "causerie", 48, "9,22,6,11", 0,
        None, None, None, "2020-03-09T18:00:00.000Z", 1, "",
    )  # fmt: skip
    return plain._replace(**changes)
