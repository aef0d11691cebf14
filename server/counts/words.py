"""The words around counts on pages and in workbooks: periods, headings, what a line is about."""

from collections.abc import Mapping, Sequence

from aggregates.report.pivot import PivotColumn, PivotLine
from forms.definition.age_scheme import AgeScheme
from forms.places.place_map import THEN
from server.words.days import month_in_words
from server.words.language import mark, translate
from server.words.sex_and_age import age_in_words, sex_in_words, sex_label
from server.words.table_file import HEADINGS, NOT_STATED, TOTAL, WORDS

PEOPLE_HEADING = mark("Sex and age band")
WHOLE_TIME = mark("since the beginning")
QUARTERS = {"1": "03", "2": "06", "3": "09", "4": "12"}
"""The last month of each."""


def period_in_words(first: str, last: str, language: str) -> str:
    """The months from `first` to `last`, both counted; "" for no bound."""
    if first and first == last:
        return month_in_words(language, first)
    if first and last:
        message = mark("{first} to {last}")
    elif first:
        message = mark("since {first}")
    elif last:
        message = mark("until {last}")
    else:
        return translate(language, WHOLE_TIME)
    words = {
        name: month_in_words(language, month) for name, month in (("first", first), ("last", last)) if month
    }
    return translate(language, message, **words)


def period_and_map(first: str, last: str, on_map: str, language: str) -> str:
    """The months, and by which map where it is not that of then."""
    told = [period_in_words(first, last, language)]
    return " · ".join([*told, translate(language, WORDS[on_map])] if on_map != THEN else told)


def key_in_words(dimension: str, key: str, name: str, language: str) -> str:
    """One key of a row or column."""
    if dimension == "sex":
        return sex_in_words(key, language)
    if dimension == "age_band":
        return age_in_words(key, language)
    if not key:
        return translate(language, NOT_STATED)
    if dimension == "month":
        return month_in_words(language, key)
    if dimension == "quarter":
        year, _, number = key.partition("-Q")
        told = month_in_words(language, f"{year}-{QUARTERS.get(number, '')}", "QQQ y")
        return told if number in QUARTERS else key
    return name


def column_heading(
    across: Sequence[str], column: PivotColumn, scheme: AgeScheme, language: str
) -> tuple[str, str]:
    """What stands above a column of a table by this age scheme: the main word, and a smaller one ("Women", "18+")."""
    keys = dict(zip(across, column.keys, strict=True))
    if across == ("sex", "age_band"):
        return sex_label(keys, scheme, language), age_in_words(keys["age_band"], language)
    words = [
        key_in_words(dimension, key, name, language)
        for dimension, key, name in zip(across, column.keys, column.names, strict=True)
    ]
    return words[0], " · ".join(words[1:])


def line_heading(rows: Sequence[str], line: PivotLine, language: str) -> list[str]:
    """What a line is about, group by group, its own word last."""
    return [
        key_in_words(dimension, key, name, language)
        for dimension, key, name in zip(rows, line.keys, line.names, strict=False)
    ]


def dimension_in_words(dimensions: Sequence[str], language: str) -> str:
    """The heading over rows or columns laid out by these dimensions."""
    if not dimensions:
        return translate(language, TOTAL)
    if tuple(dimensions) == ("sex", "age_band"):
        return translate(language, PEOPLE_HEADING)
    return " › ".join(translate(language, HEADINGS[dimension]) for dimension in dimensions)


def filters_in_words(
    filters: Mapping[str, Sequence[str]], names: Mapping[tuple[str, str], str], language: str
) -> list[tuple[str, str, str]]:
    """Each filter as (dimension, its heading, what is kept)."""
    return [
        (
            dimension,
            translate(language, HEADINGS[dimension]),
            ", ".join(
                key_in_words(dimension, key, names.get((dimension, key), key), language) for key in keys
            ),
        )
        for dimension, keys in filters.items()
    ]
