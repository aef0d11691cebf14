"""One view of a project's counts, put together from the tallies: the table, the headline figures, the drawings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import g
from markupsafe import Markup

from aggregates.report import suppression
from aggregates.report.order import Names
from aggregates.report.pivot import Figure, Keys, Pivot, pivot
from aggregates.report.report import Schemes, is_longer_than, tally_sums
from aggregates.report.table import TallyTable
from aggregates.tallies.query import AGE_UNDETAILED, AGE_UNKNOWN, PEOPLE, PLACES
from aggregates.tallies.tally_queries import names_of_places, sheets_by_review
from forms.places.place import UNLISTED
from server.counts.api import sees_small_counts, table_for, within_reach
from server.counts.month_chart import month_chart, months_shown
from server.counts.pyramid import Step, pyramid
from server.counts.query import BOTH, CountQuery, sheets_addresses
from server.counts.words import key_in_words
from server.web.route import Asking
from server.words.code_names import code_names, listed_forms
from server.words.language import mark, translate

MOST_COLUMNS = 36
"""Of a table; more of them are laid out as lines."""
MOST_NUMBERS = 20_000
"""Of a table on the page and in its workbook; where there would be more, rows are left out, the innermost first."""
SEXES = ("M", "F")


@dataclass(frozen=True, slots=True)
class CountView:
    """What the page and the workbook show."""

    asked: CountQuery
    """As it could be answered: for a confidential measure, within what may be asked of it."""
    names: Names
    table: TallyTable
    laid: Pivot
    is_too_wide: bool
    """Whether columns were laid out as lines, because there were too many."""
    left_out: Keys
    """Rows that were asked for and are not shown, because there would be too many."""

    @property
    def as_laid(self) -> CountQuery:
        """The query with the rows and columns of the table, to find the sheets behind its numbers."""
        return replace(self.asked, rows=self.laid.rows, columns=self.laid.across)

    @property
    def statuses(self) -> tuple[str, ...]:
        """The ones shown."""
        return ("provisional", "verified") if self.asked.status == BOTH else (self.asked.status,)


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures that an officer asks for first, of the view's period, places and codes."""

    sessions: Figure
    """Held."""
    villages: int
    """Of the register, with at least one session held."""
    elsewhere: int
    """Sessions held in a village that is not in the register."""
    sheets: Mapping[str, int]
    """By review class, held or not; those of confidential forms are not among them."""

    @property
    def received(self) -> int:
        """All sheets, whatever became of them."""
        return sum(self.sheets.values())

    @property
    def verified_share(self) -> float | None:
        """Of all sheets; None where there are none."""
        return self.sheets.get("approved", 0) / self.received if self.received else None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing with the numbers it is made of, for those who do not see it."""

    svg: Markup
    rows: tuple[tuple[str, tuple[Figure, ...], tuple[str, ...]], ...]
    """What each row is about, its numbers, and the addresses of the sheets behind them ("" for none)."""
    others: Figure
    """What cannot be drawn: without a sex, or without a month."""


def is_confidential(asking: Asking, asked: CountQuery) -> bool:
    """Whether small counts of this measure are hidden from whoever asks, and its sheets with them."""
    return asked.measure in suppression.MEASURES and not sees_small_counts(asking.db, asking.asker)


def base_of(asking: Asking) -> str:
    """The address of a project's counts."""
    return f"/projects/{asking.the_project.id}/counts"


def names_for(asking: Asking, asked: CountQuery) -> Names:
    """What the codes of a project are called, and the places among the filters."""
    placed = {name: keys for name, keys in asked.filters.items() if name in PLACES}
    named = names_of_places(asking.db, sorted({key for keys in placed.values() for key in keys}))
    places = {(name, key): named[key] for name, keys in placed.items() for key in keys if key in named}
    return {**code_names(asking.db, asking.the_project.id, g.language, csos=asking.reach.csos), **places}


def count_view(asking: Asking, asked: CountQuery, *, is_whole: bool = False) -> CountView:
    """The view that was asked for, as far as the asker may see it, and as far as it can be read unless `is_whole`.

    Raises QueryInvalid for a scheme that is not there, RightMissing for another project's counts.
    """
    names = names_for(asking, asked)
    schemes = asking.here.settings.band_schemes
    if is_confidential(asking, asked):
        asked = _askable(asked)
    else:
        asked = asked.with_filters(project=(str(asking.the_project.id),))
    rows = asked.rows if is_whole else _rows_that_fit(asking, asked, schemes)
    table = table_for(asking.db, asking.asker, asked.tally((*rows, *asked.columns)), schemes, names=names)
    split = len(rows)
    is_too_wide = len({row.keys[split:] for row in table.rows}) > MOST_COLUMNS
    across = () if is_too_wide else asked.columns
    bands = [str(scheme) for scheme in schemes[table.scheme]]
    laid = pivot(
        table,
        len(across),
        schemes[table.scheme],
        always=_always(across, bands) if _is_own_scheme(table, schemes) else (),
        sorting=asked.sorting,
    )
    return CountView(asked, names, table, laid, is_too_wide, asked.rows[split:])


def _rows_that_fit(asking: Asking, asked: CountQuery, schemes: Schemes) -> Keys:
    """The rows that are shown: one at least, and no more than people can read and a small machine can lay out."""
    rows = asked.rows
    while len(rows) > 1:
        query = within_reach(asking.db, asking.asker, asked.tally((*rows, *asked.columns)))
        if not is_longer_than(asking.db, query, schemes, MOST_NUMBERS):
            break
        rows = rows[:-1]
    return rows


def headline(asking: Asking, asked: CountQuery) -> Headline:
    """The headline figures beside a view. Raises RightMissing."""
    db, asker = asking.db, asking.asker
    placed = {name: keys for name, keys in asked.filters.items() if name not in PEOPLE}
    query = replace(
        asked.tally(()), by=("village",), filters=placed, measure="sessions", unit="events", reach="direct",
        subset="",
    )  # fmt: skip
    open_forms = [
        form.xml_form_id
        for form in listed_forms(db, asking.the_project.id)
        if "form" not in asked.filters or form.xml_form_id in asked.filters["form"]
    ]
    filters = {**query.filters, "form": tuple(open_forms) or ("",)}
    schemes = asking.here.settings.band_schemes
    held = [
        tally_sum
        for tally_sum in tally_sums(db, within_reach(db, asker, query), schemes)
        if tally_sum.provisional
    ]
    villages = {each.keys[0] for each in held if each.keys[0] and not each.keys[0].endswith(UNLISTED)}
    return Headline(
        Figure(sum(each.provisional for each in held), sum(each.verified for each in held)),
        len(villages),
        sum(each.provisional for each in held if each.keys[0] not in villages),
        sheets_by_review(db, within_reach(db, asker, replace(query, by=(), filters=filters))),
    )


def drawings(asking: Asking, view: CountView, base: str) -> tuple[Drawing | None, Drawing]:
    """The pyramid of a view, None where no people are counted, and its months: both of the same numbers."""
    people = ("sex", "age_band") if view.asked.is_of_people else ()
    query = within_reach(asking.db, asking.asker, view.asked.tally(("month", *people)))
    by_month: dict[Keys, Figure] = {}
    by_people: dict[Keys, Figure] = {}
    for tally_sum in tally_sums(asking.db, query, asking.here.settings.band_schemes):
        figure = Figure(tally_sum.provisional, tally_sum.verified)
        for found, keys in ((by_month, tally_sum.keys[:1]), (by_people, tally_sum.keys[1:])):
            found[keys] = _sum([found.get(keys, Figure()), figure])
    pyramid_drawn = _people_drawing(asking, view, base, by_people) if people else None
    return pyramid_drawn, _month_drawing(view, base, by_month)


def _people_drawing(asking: Asking, view: CountView, base: str, found: Mapping[Keys, Figure]) -> Drawing:
    asked, language = replace(view.asked, rows=(), columns=("sex", "age_band")), g.language
    schemes = asking.here.settings.band_schemes
    bands = [str(scheme) for scheme in reversed(schemes[view.table.scheme])]
    if not _is_own_scheme(view.table, schemes):
        bands = [each for each in bands if any((sex, each) in found for sex in SEXES)]
    bands += [each for each in (AGE_UNDETAILED, AGE_UNKNOWN) if any((sex, each) in found for sex in SEXES)]
    steps = [
        Step(
            key_in_words("age_band", band, "", language),
            found.get(("F", band), Figure()),
            found.get(("M", band), Figure()),
        )
        for band in bands
    ]
    address = _drill(asked, base)
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
    others = [figure for keys, figure in found.items() if keys[0] not in SEXES]
    title = translate(language, mark("Women and girls, men and boys by age band"))
    svg = pyramid(steps, status=asked.counted, title=title, language=language)
    return Drawing(svg, rows, _sum(others))


def _month_drawing(view: CountView, base: str, counts: Mapping[Keys, Figure]) -> Drawing:
    asked, language = replace(view.asked, rows=("month",), columns=()), g.language
    found = {keys[0]: figure for keys, figure in counts.items()}
    months = months_shown([each for each in found if each])
    address = _drill(asked, base)
    rows = tuple(
        (
            key_in_words("month", month, month, language),
            (figure := found.get(month, Figure()),),
            (address((month,), (), asked.counted) if figure.of(asked.counted) else "",),
        )
        for month in months
    )
    title = translate(language, mark("Counts by month, provisional and verified"))
    svg = month_chart(found, months, status=asked.counted, title=title, language=language)
    return Drawing(svg, rows, found.get("", Figure()))


def _drill(asked: CountQuery, base: str) -> Callable[[Keys, Keys, str], str]:
    return sheets_addresses(asked, base) if base else lambda _line, _column, _status: ""


def _sum(figures: Sequence[Figure]) -> Figure:
    return Figure(sum(figure.provisional for figure in figures), sum(figure.verified for figure in figures))


def _askable(asked: CountQuery) -> CountQuery:
    """What may be asked of a confidential measure, nearest to what was asked (`suppression.askable`)."""
    rows = asked.rows if asked.rows == suppression.LAYOUT[: len(asked.rows)] else suppression.LAYOUT
    return CountQuery(
        rows=rows, columns=(), measure=asked.measure, status=asked.status, page=asked.page, lang=asked.lang
    )


def _is_own_scheme(table: TallyTable, schemes: Schemes) -> bool:
    """Whether the table is by the programme's own bands: those are shown whole."""
    return table.scheme == next(iter(schemes))


def _always(columns: Keys, bands: Sequence[str]) -> list[Keys]:
    """The columns that stand there whatever was counted: everybody's (domain page § 2.1)."""
    if columns == ("sex", "age_band"):
        return [(sex, band) for band in bands for sex in SEXES]
    if columns == ("sex",):
        return [(sex,) for sex in SEXES]
    return [(band,) for band in bands] if columns == ("age_band",) else []
