"""Whether a night's work is due: what is done once a night is asked for each minute, and this decides.

Nights are counted by the clock on the wall, where every day has each hour once, and only then told in UTC: asked in a
timezone itself, the trigger leaves out the midnight after clocks went forward.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger


def is_due(last: datetime, hour: str, zone: ZoneInfo, now: datetime) -> bool:
    """Whether this hour of the day ("02:00") has come in the timezone since the last run, however long that is ago.

    The night on which clocks go forward over the hour has it all the same; the one on which it comes twice, once.
    """
    hours, minutes = map(int, hour.split(":"))
    nightly = CronTrigger(hour=hours, minute=minutes, timezone=UTC)
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    nights = [nightly.get_next_fire_time(None, today - timedelta(days=ago)) for ago in (0, 1)]
    return last < next(moment for night in nights if (moment := _in_utc(night, zone)) <= now)


def _in_utc(on_the_wall: datetime, zone: ZoneInfo) -> datetime:
    return on_the_wall.replace(tzinfo=zone).astimezone(UTC)
