"""Every text a person sees, in French or English: messages, numbers, days.

English texts are the keys; `locale/fr/LC_MESSAGES/fiche.po` holds the French. Holes are named and
filled by `str.format`: translate("fr", "{count} sheets", count=3).
"""

import gettext
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import get_group_symbol

from server.words.compiled import bring_up_to_date, compiled

DOMAIN = "fiche"
FOLDER = Path(__file__).parent.parent / "locale"


def translate(language: str, message: str, **facts: Any) -> str:
    """The message in a language, its holes filled. A text without a French one stays English."""
    text = _catalogue(language).gettext(message)
    return text.format(**facts) if facts else text


def translate_plural(language: str, one: str, many: str, count: int) -> str:
    """The form that goes with a number; `{count}` is filled with it as it is written in the language.

    >>> translate_plural("en", "{count} sheet", "{count} sheets", 1200)
    '1,200 sheets'
    """
    return _catalogue(language).ngettext(one, many, count).format(count=number(language, count))


def mark(message: str) -> str:
    """Mark a text for translation where it is declared and not yet shown."""
    return message


@lru_cache(maxsize=20_000)
def number(language: str, value: int) -> str:
    """A whole number with the language's thousands separator.

    >>> number("en", 139327)
    '139,327'
    """
    return f"{value:,}".replace(",", _thousands_separator(language))


def moment(language: str, value: datetime, zone: ZoneInfo) -> str:
    """A day and time in words, in a timezone."""
    return str(format_datetime(value.astimezone(zone), "d MMMM y, HH:mm", locale=language))


def language_of_locale(environment: Mapping[str, str]) -> str:
    """The language of a terminal, by LC_ALL, LC_MESSAGES and LANG as POSIX orders them: "fr" or "en"."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "fr" if environment[name].lower().startswith("fr") else "en"
    return "en"


@lru_cache(maxsize=8)
def _thousands_separator(language: str) -> str:
    """Asked for once: pages of counts write a thousand numbers."""
    return str(get_group_symbol(language))


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    written = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    try:
        bring_up_to_date(written)
    except OSError:  # a checkout of somebody else's: nothing is kept
        return gettext.GNUTranslations(BytesIO(compiled(written)))
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)
