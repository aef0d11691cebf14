"""Reads one cell of a table as people write it: a month, a day, a whole number, degrees, a name. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTHS = {
    "janvier": 1, "janv": 1, "january": 1, "jan": 1,
    "fevrier": 2, "fevr": 2, "fev": 2, "february": 2, "feb": 2,
    "mars": 3, "march": 3, "mar": 3,
    "avril": 4, "avr": 4, "april": 4, "apr": 4,
    "mai": 5, "may": 5,
    "juin": 6, "june": 6, "jun": 6,
    "juillet": 7, "juil": 7, "july": 7, "jul": 7,
    "aout": 8, "august": 8, "aug": 8,
    "septembre": 9, "september": 9, "sept": 9, "sep": 9,
    "octobre": 10, "october": 10, "oct": 10,
    "novembre": 11, "november": 11, "nov": 11,
    "decembre": 12, "december": 12, "dec": 12,
}  # fmt: skip
"""French and English, in full and cut short, without accents."""
_ISO_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_SPLIT = re.compile(r"[\s/.\-]+")
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+")


@dataclass(frozen=True, slots=True)
class When:
    """A month, and the day where there is one."""

    month: str
    """"2020-03"."""
    day: str = ""
    """"2020-03-08"."""


def plain(text: str) -> str:
    """A name as it is compared: without accents, case, signs and needless blanks.

    >>> plain("  Séances   PRÉVUES ")
    'seances prevues'
    >>> plain("N'Golobougou") == plain("Ngolobougou")
    True
    """
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(
        letter if letter.isalnum() else "" if letter in "'’`ʼ" or unicodedata.combining(letter) else " "
        for letter in letters
    )
    return " ".join(kept.split())


def read_when(text: str) -> When | None:
    """The month or the day in a text, the day before the month; None where there is none.

    >>> read_when("08/03/2020"), read_when("mars 2020")
    (When(month='2020-03', day='2020-03-08'), When(month='2020-03', day=''))
    """
    parts = [part for part in _SPLIT.split(plain_date(text)) if part]
    if len(parts) == 2:
        return _month(*parts)
    if len(parts) != 3:
        return None
    if len(parts[0]) == 4:
        parts.reverse()
    day, month, year = parts
    day = day.removesuffix("er") if day == "1er" else day
    number, of_year = _month_number(month), _year(year)
    if number is None or of_year is None or not (day.isascii() and day.isdecimal() and len(day) < 3):
        return None
    try:
        found = date(of_year, number, int(day)).isoformat()
    except ValueError:
        return None
    return When(found[:7], found)


def read_day(text: str) -> str | None:
    """The day in a text as "2020-03-08"; None where there is none.

    >>> read_day("8/3/2020"), read_day("1991-08-04"), read_day("mars 2020")
    ('2020-03-08', '1991-08-04', None)
    """
    bare = plain_date(text)
    if _ISO_DAY.fullmatch(bare):
        try:
            return date.fromisoformat(bare).isoformat()
        except ValueError:
            return None
    when = read_when(text)
    return (when.day or None) if when is not None else None


def read_degrees(text: str, *, largest: int) -> float | None:
    """Degrees with a point or a comma, between minus and plus `largest`; None where there are none.

    >>> read_degrees("14,45", largest=90), read_degrees("-9.5", largest=180), read_degrees("91", largest=90)
    (14.45, -9.5, None)
    """
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        return None
    return degrees if -largest <= degrees <= largest else None  # "nan" is not between either


def plain_date(text: str) -> str:
    """A date's text without accents and without the midnight that spreadsheets add."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
    return re.sub(r"[t ]00:00(:00(\.0+)?)?z?$", "", bare)


def read_count(text: str) -> int | None:
    """The whole number in a text, thousands apart by blanks or not at all; None where there is none.

    >>> read_count("1 200"), read_count("12,0"), read_count("12,5")
    (1200, 12, None)
    """
    bare = " ".join(text.split())
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(" ", "")
    bare = re.sub(r"[.,]0{1,2}$", "", bare)
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 10 else None


def _month(first: str, second: str) -> When | None:
    if len(first) == 4 and first.isdecimal():
        first, second = second, first
    month, year = _month_number(first), _year(second)
    if month is None or year is None or (first.isdecimal() and len(second) != 4):
        return None
    return When(f"{year:04d}-{month:02d}")


def _month_number(text: str) -> int | None:
    if text in MONTHS:
        return MONTHS[text]
    if text.isascii() and text.isdecimal() and len(text) < 3 and 1 <= int(text) <= 12:
        return int(text)
    return None


def _year(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) in (2, 4)):
        return None
    year = int(text) + (2000 if len(text) == 2 else 0)
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
