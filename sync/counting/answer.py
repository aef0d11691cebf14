"""How answers are read: numbers of heads, days, sexes and ages, as form engines write them. Pure."""

from datetime import date

from forms.definition.age_band import AgeBandInvalid, completed_years, parse_band
from sync.instance.instance import Scope

LARGEST_COUNT = 2**31 - 1
"""What a form engine's `int` holds: a longer row of digits is a slip of the pen, not a crowd."""
OLDEST_AGE = 130
SEXES = {"M": "M", "m": "M", "F": "F", "f": "F"}


def read_count(text: str) -> int | None:
    """A whole number from 0 up, as form engines write it ("12", "12.0", "1.2E1"); None for all else.

    >>> read_count("12"), read_count("12.0"), read_count("-1"), read_count("douze")
    (12, 12, None, None)
    """
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    if "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() and 0 <= number <= LARGEST_COUNT else None


def read_date(text: str) -> date | None:
    """The day that a date or a moment tells; None for all else.

    >>> read_date("2020-03-08T23:30:00.000+01:00"), read_date("hier")
    (datetime.date(2020, 3, 8), None)
    """
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _age(text: str, event: date | None) -> str:
    age = read_count(text)
    if age is not None:
        return str(age) if age <= OLDEST_AGE else ""
    try:
        return str(parse_band(text))
    except AgeBandInvalid:
        return ""


def _age_by_birthdate(text: str, event: date | None) -> str:
    birth = read_date(text)
    if birth is None or event is None or birth > event:
        return ""
    return _age(str(completed_years(birth, event)), event)


def _age_by_year(text: str, event: date | None) -> str:
    year = read_count(text)
    if year is None or event is None or year > event.year:
        return ""
    return _age(str(event.year - year), event)


BIRTH_YEAR = "birth_year"
AGE_READERS = (("birthdate", _age_by_birthdate), ("age", _age), (BIRTH_YEAR, _age_by_year))
"""By which dimension an age is told, the exact one first; each reads an answer and the day of the event."""


def located(path: str, chain: tuple[Scope, ...]) -> str:
    """A question with its repeat instances numbered: "/personnes[2]/age"."""
    for scope in reversed(chain):
        if scope.repeat and path.startswith(scope.repeat):
            path = f"{scope.repeat}[{scope.position[-1]}]{path[len(scope.repeat) :]}"
    return path
