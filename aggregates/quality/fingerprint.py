"""A sheet as its neighbours are compared with it: one flat row, so that nobody has to read its XML again."""

from datetime import datetime
from typing import NamedTuple

from aggregates.quality.sheet import Sheet
from forms.base.month import Month
from forms.places.cso_code import CsoCode

ROUND = 10


class Fingerprint(NamedTuple):
    """One sheet about an event that was held. Days and months are numbers, so that they can be reckoned with."""

    submission_id: int
    project_id: int
    form_id: int
    instance_id: str
    cso: CsoCode
    animator_id: int | None
    day: int
    """Days since the first of January of year 1."""
    month: int
    """Months since January of year 0 (`Month.ordinal`)."""
    place: str
    activity: str
    people: int
    cells: str
    """The four cells ("9,22,6,11"), "" where they do not tell everybody who was there."""
    is_round: int
    """1 where all four cells are multiples of ten."""
    started: int | None
    """When the sheet was opened, in minutes since 1970; None where that was not on the day of the event."""
    ended: int | None
    minutes: int | None
    """How long the event took."""
    received_at: str
    counts: int
    """0 for a rejected sheet: it is looked at, and no other is compared with it."""
    photos: str
    """SHA-256 of its pictures, in order, with commas."""

    @property
    def order(self) -> tuple[str, int]:
        """Which of two sheets came later."""
        return self.received_at, self.submission_id


def fingerprint_of(sheet: Sheet) -> Fingerprint | None:
    """The row of a sheet; None for one without a day, not held, or about no heads: it is compared with nothing."""
    event, arrival = sheet.event_date, sheet.arrival
    if event is None or not sheet.took_place or not sheet.has_heads:
        return None
    four = [n or 0 for n in sheet.heads.four]
    is_whole = 0 < sheet.people == sum(four)
    is_timed = sheet.started is not None and sheet.started.date() == event
    return Fingerprint(
        arrival.submission_id,
        arrival.project_id,
        arrival.form_id,
        arrival.instance_id,
        arrival.cso,
        arrival.animator_id,
        event.toordinal(),
        Month.of(event).ordinal,
        sheet.grain.place,
        sheet.grain.activity,
        sheet.people,
        ",".join(map(str, four)) if is_whole else "",
        int(is_whole and all(n % ROUND == 0 for n in four)),
        _minutes(sheet.started) if is_timed else None,
        _minutes(sheet.ended) if is_timed else None,
        sheet.minutes,
        arrival.received_at,
        int(not arrival.is_rejected),
        ",".join(sorted(arrival.photos)),
    )


def _minutes(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() // 60)
