"""Whether a night's work is due: what is done once a night is asked for each minute, and this decides."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_due(last: datetime, hour: str, zone: ZoneInfo, now: datetime) -> bool:
    """Whether this hour of the day ("02:00") has come in the timezone since the last run, however long that is ago.

    The night on which clocks go forward over the hour has it all the same; the one on which it comes twice, once.
    """
    here = now.astimezone(zone).date()
    nights = (_moment(day, hour, zone) for day in (here, here - timedelta(days=1)))
    return last < next(night for night in nights if night <= now)


def _moment(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """In UTC: where clocks go forward or back, hours of one timezone are not to be compared."""
    return datetime.combine(day, time.fromisoformat(hour), zone).astimezone(UTC)
