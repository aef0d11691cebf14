"""One month of the calendar as a value: what a plan, a compilation sheet and a period of counts are kept by.

Addresses, files and the database write it as text ("2020-03"), which sorts in time order; between them it is a `Month`.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from forms.base.moment import written

WRITTEN = re.compile(r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])")
"""The calendar has no year 0."""
_IN_A_YEAR = 12
_IN_A_QUARTER = 3


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A month of a year, from 0001-01 to 9999-12.

    Raises OverflowError where a step leads out of the calendar, ValueError where it is made of no month's numbers.
    """

    year: int
    number: int
    """1 for January."""

    def __post_init__(self) -> None:
        date(self.year, self.number, 1)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month that a text writes. Raises ValueError for any other.

        >>> Month.parse("2020-03")
        Month(year=2020, number=3)
        """
        match = WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def is_written(cls, text: str) -> bool:
        """Whether a text is a month.

        >>> Month.is_written("2020-03"), Month.is_written("2020-3"), Month.is_written("0000-01")
        (True, False, False)
        """
        return WRITTEN.fullmatch(text) is not None

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day.

        >>> print(Month.of(date(2020, 3, 8)))
        2020-03
        """
        return cls(day.year, day.month)

    @classmethod
    def at(cls, moment: datetime, zone: tzinfo) -> "Month":
        """The month that it is at a moment in a timezone.

        >>> from zoneinfo import ZoneInfo
        >>> print(Month.at(datetime.fromisoformat("2020-03-31T23:30:00Z"), ZoneInfo("Asia/Kolkata")))
        2020-04
        """
        return cls.of(moment.astimezone(zone).date())

    @classmethod
    def numbered(cls, ordinal: int) -> "Month":
        """The month of an ordinal. Raises OverflowError beyond the calendar."""
        year, before = divmod(ordinal, _IN_A_YEAR)
        if not date.min.year <= year <= date.max.year:
            raise OverflowError(ordinal)
        return cls(year, before + 1)

    @property
    def ordinal(self) -> int:
        """Months since January of year 0, so that months can be reckoned with as numbers.

        >>> Month(2020, 3).ordinal - Month(2019, 12).ordinal
        3
        """
        return self.year * _IN_A_YEAR + self.number - 1

    @property
    def next(self) -> "Month":
        """The month after it."""
        return self.plus(1)

    @property
    def previous(self) -> "Month":
        """The month before it."""
        return self.plus(-1)

    @property
    def length(self) -> int:
        """How many days it has."""
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its last day.

        >>> Month(2020, 2).last_day.isoformat()
        '2020-02-29'
        """
        return date(self.year, self.number, self.length)

    @property
    def quarter(self) -> tuple["Month", "Month"]:
        """The first and the last month of its quarter.

        >>> print(*Month(2020, 11).quarter)
        2020-10 2020-12
        """
        first = self.plus(-((self.number - 1) % _IN_A_QUARTER))
        return first, first.plus(_IN_A_QUARTER - 1)

    @property
    def whole_year(self) -> tuple["Month", "Month"]:
        """The first and the last month of its year."""
        return Month(self.year, 1), Month(self.year, _IN_A_YEAR)

    def moments(self, zone: tzinfo) -> tuple[str, str]:
        """Its first and its last moment in a timezone, as the database writes moments (UTC).

        >>> from zoneinfo import ZoneInfo
        >>> print(*Month(2020, 3).moments(ZoneInfo("Europe/Paris")))
        2020-02-29T23:00:00.000Z 2020-03-31T21:59:59.999Z
        """
        return _written(self.first_day, time.min, zone), _written(self.last_day, time.max, zone)

    def plus(self, months: int) -> "Month":
        """The month so many months later, earlier where it is negative.

        >>> print(Month(2020, 12).plus(1), Month(2020, 1).plus(-1))
        2021-01 2019-12
        """
        return Month.numbered(self.ordinal + months)

    def until(self, last: "Month") -> Iterator["Month"]:
        """Every month from this one to another, both counted; none where the other is earlier.

        >>> print(*Month(2019, 12).until(Month(2020, 2)))
        2019-12 2020-01 2020-02
        """
        return (Month.numbered(ordinal) for ordinal in range(self.ordinal, last.ordinal + 1))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def _written(day: date, at: time, zone: tzinfo) -> str:
    """A moment of a day in a timezone; at the ends of the calendar, where UTC has no such day, the same hour of UTC."""
    moment = datetime.combine(day, at, zone)
    try:
        return written(moment)
    except OverflowError:
        return written(moment.replace(tzinfo=UTC))


FIRST, LAST = Month(1, 1), Month(9999, 12)
"""Beyond them there is no calendar."""
