"""When the night's work is due: once a night, at its hour, in each timezone and whatever its clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.night.due import is_due

BAMAKO, PARIS = ZoneInfo("Africa/Bamako"), ZoneInfo("Europe/Paris")
LAST_NIGHT = datetime(2020, 3, 8, 2, 0, 5, tzinfo=UTC)
CHANGES = datetime(2027, 3, 26, 12, tzinfo=UTC), datetime(2027, 10, 29, 12, tzinfo=UTC)
"""In Paris clocks go forward on 28 March 2027, and back on 31 October."""


def nights(hour: str, zone: ZoneInfo, begins: datetime, *, days: int) -> list[datetime]:
    """When the work is done, asked each minute."""
    done, last = [], begins
    for minute in range(days * 24 * 60):
        now = begins + timedelta(minutes=minute, seconds=30)
        if is_due(last, hour, zone, now):
            last = now
            done.append(now)
    return done


def test_a_night_is_done_once() -> None:
    after = (LAST_NIGHT + timedelta(hours=hours) for hours in (1, 12, 23.9, 24, 25))
    assert [is_due(LAST_NIGHT, "02:00", BAMAKO, now) for now in after] == [False, False, False, True, True]


def test_a_laptop_that_slept_through_three_nights_is_due_when_it_wakes() -> None:
    assert is_due(LAST_NIGHT, "02:00", BAMAKO, LAST_NIGHT + timedelta(days=3, hours=6))


@pytest.mark.parametrize("begins", CHANGES, ids=["forward", "back"])
@pytest.mark.parametrize("hour", ["00:00", "01:00", "02:00", "02:30", "03:00", "23:59"])
def test_each_night_has_its_work_where_clocks_change(hour: str, begins: datetime) -> None:
    done = nights(hour, PARIS, begins, days=5)
    days = [moment.astimezone(PARIS).date() for moment in done]
    assert days == [days[0] + timedelta(days=number) for number in range(5)]


def test_midnight_is_the_timezones_and_not_that_of_greenwich() -> None:
    assert nights("00:00", PARIS, datetime(2027, 7, 1, 12, tzinfo=UTC), days=1) == [
        datetime(2027, 7, 1, 22, 0, 30, tzinfo=UTC)
    ]


@given(
    some.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    some.timedeltas(timedelta(), timedelta(days=3)),
    some.sampled_from(["Africa/Bamako", "Europe/Paris", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"]),
    some.times().map(lambda time: time.strftime("%H:%M")),
)
def test_whoever_waits_longer_than_a_day_is_due_and_whoever_has_just_run_is_not(
    moment: datetime, waited: timedelta, zone: str, hour: str
) -> None:
    last = moment.replace(tzinfo=UTC)
    assert not is_due(last, hour, ZoneInfo(zone), last)
    if waited > timedelta(hours=26):
        assert is_due(last, hour, ZoneInfo(zone), last + waited)
