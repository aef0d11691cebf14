"""Months and days as people read them."""

from datetime import date

from babel.dates import format_date


def month_in_words(language: str, month: str) -> str:
    """A month's name and year.

    >>> month_in_words("fr", "2020-03"), month_in_words("en", "2020-03")
    ('mars 2020', 'March 2020')
    """
    return str(format_date(date.fromisoformat(f"{month}-01"), "LLLL y", locale=language))


def day_in_words(language: str, day: str) -> str:
    """A day with its weekday, without the year; what is no day, as a sheet may answer, as it stands.

    >>> day_in_words("fr", "2020-03-08"), day_in_words("en", "2020-03-08")
    ('dim. 8 mars', 'Sun 8 March')
    """
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    return str(format_date(found, "E d MMMM", locale=language))
