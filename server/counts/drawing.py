"""The drawings of one view of the counts, the pyramid and the months, each with the numbers it is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import g
from markupsafe import Markup

from aggregates.report.pivot import Figure, Keys
from aggregates.tallies.query import AGE_UNDETAILED, AGE_UNKNOWN
from forms.definition.measure import ALL, YEAR
from server.counts.month_chart import month_chart, months_shown
from server.counts.pyramid import Step, pyramid
from server.counts.query import CountQuery, sheets_addresses
from server.counts.service import VisibleCounts
from server.counts.words import key_in_words
from server.words.language import mark, translate

SEXES = ("M", "F")
Address = Callable[[Keys, Keys, str], str]
"""Gives the address of the sheets behind a number: by the keys of its line, those of its column, and the status."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing with the numbers it is made of, for those who do not see it."""

    svg: Markup
    rows: tuple[tuple[str, tuple[Figure, ...], tuple[str, ...]], ...]
    """What each row is about, its numbers, and the addresses of the sheets behind them ("" for none)."""
    others: Figure
    """What cannot be drawn: without a sex, or without a month."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """Both drawings of a view, made of the same numbers."""

    people: Drawing | None
    """The pyramid; None where no people are counted, or over several moments that do not add up."""
    months: Drawing


def drawings(counts: VisibleCounts, asked: CountQuery, scheme: str, base: str) -> Drawings:
    """The drawings of a view in the bands of a scheme; `base` is where sheets are listed, "" for who opens none.

    Raises RightMissing for a measure whose small counts the reader may not see.
    """
    people = ("sex", "age_band") if asked.is_of_people else ()
    by_month: dict[Keys, Figure] = {}
    by_people: dict[Keys, Figure] = {}
    query = asked.tally(("month", *people))
    within = ALL[query.measure].adds_within(query.counted_unit)
    moments: set[str] = set()
    for part in counts.sums(query):
        if within and part.provisional:
            moments.add(part.keys[0][: len("2020")] if within == YEAR else part.keys[0])
        figure = Figure(part.provisional, part.verified)
        for figures, keys in ((by_month, part.keys[:1]), (by_people, part.keys[1:])):
            figures[keys] = _sum([figures.get(keys, Figure()), figure])
    bands = _bands(counts, scheme, by_people)
    return Drawings(
        _people(asked, base, by_people, bands) if people and len(moments) < 2 else None,
        _months(asked, base, by_month),
    )


def _bands(counts: VisibleCounts, scheme: str, figures: Mapping[Keys, Figure]) -> list[str]:
    """The steps of the pyramid, oldest first: all of the programme's own scheme, of another those with people."""

    def has_people(band: str) -> bool:
        return any((sex, band) in figures for sex in SEXES)

    bands = [str(band) for band in reversed(counts.schemes[scheme])]
    if not counts.is_own_scheme(scheme):
        bands = [band for band in bands if has_people(band)]
    return bands + [band for band in (AGE_UNDETAILED, AGE_UNKNOWN) if has_people(band)]


def _people(asked: CountQuery, base: str, figures: Mapping[Keys, Figure], bands: Sequence[str]) -> Drawing:
    language: str = g.language
    steps = [
        Step(
            key_in_words("age_band", band, "", language),
            figures.get(("F", band), Figure()),
            figures.get(("M", band), Figure()),
        )
        for band in bands
    ]
    address = _drill(replace(asked, rows=(), columns=("sex", "age_band")), base)
    rows = tuple(
        (
            step.band,
            (step.women, step.men),
            tuple(
                address((), (sex, band), asked.counted) if figure.of(asked.counted) else ""
                for sex, figure in (("F", step.women), ("M", step.men))
            ),
        )
        for band, step in zip(bands, steps, strict=True)
    )
    others = [figure for keys, figure in figures.items() if keys[0] not in SEXES]
    title = translate(language, mark("Women and girls, men and boys by age band"))
    svg = pyramid(steps, status=asked.counted, title=title, language=language)
    return Drawing(svg, rows, _sum(others))


def _months(asked: CountQuery, base: str, figures: Mapping[Keys, Figure]) -> Drawing:
    language: str = g.language
    by_month = {keys[0]: figure for keys, figure in figures.items()}
    months = months_shown([month for month in by_month if month])
    address = _drill(replace(asked, rows=("month",), columns=()), base)
    rows = tuple(
        (
            key_in_words("month", month, month, language),
            (figure := by_month.get(month, Figure()),),
            (address((month,), (), asked.counted) if figure.of(asked.counted) else "",),
        )
        for month in months
    )
    title = translate(language, mark("Counts by month, provisional and verified"))
    svg = month_chart(by_month, months, status=asked.counted, title=title, language=language)
    return Drawing(svg, rows, by_month.get("", Figure()))


def _drill(asked: CountQuery, base: str) -> Address:
    return sheets_addresses(asked, base) if base else lambda _line, _column, _status: ""


def _sum(figures: Sequence[Figure]) -> Figure:
    return Figure(sum(figure.provisional for figure in figures), sum(figure.verified for figure in figures))
