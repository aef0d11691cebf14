"""Months and days as people read them. What is none, as a sheet or an address may say, is told as it stands."""

from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date

from forms.base.moment import read


def month_in_words(language: str, month: str, pattern: str = "LLLL y") -> str:
    """A month's name and year.

    >>> month_in_words("fr", "2020-03"), month_in_words("en", "2020-03", "LLL"), month_in_words("fr", "mars")
    ('mars 2020', 'Mar', 'mars')
    """
    told = day_in_words(language, f"{month}-01", pattern)
    return month if told == f"{month}-01" else told


def day_in_words(language: str, day: str, pattern: str = "E d MMMM") -> str:
    """A day with its weekday, without the year, or as a pattern says.

    >>> day_in_words("fr", "2020-03-08"), day_in_words("en", "2020-03-08"), day_in_words("fr", "demain")
    ('dim. 8 mars', 'Sun 8 March', 'demain')
    """
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    return str(format_date(found, pattern, locale=language))


def day_of(moment: str | None, zone: ZoneInfo) -> str:
    """The day of a moment where fiche works, as the database writes both; "" for no moment.

    >>> day_of("2020-03-08T23:30:00.000Z", ZoneInfo("Africa/Bamako"))
    '2020-03-08'
    >>> day_of("2020-03-08T23:30:00.000Z", ZoneInfo("Asia/Kolkata"))
    '2020-03-09'
    """
    return read(moment).astimezone(zone).date().isoformat() if moment else ""
