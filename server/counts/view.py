"""One view of a project's counts as its page and its files show them: the table, the headline figures, the drawings.

Asked once, with the address's query; what the reader may see is `server.counts.service`'s to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import g

from aggregates.report import suppression
from aggregates.report.order import Names
from aggregates.report.pivot import Keys, Pivot, pivot
from aggregates.report.table import TallyTable
from aggregates.tallies.query import PLACES
from aggregates.tallies.tally_queries import names_of_places
from forms.base.sqlite import Database
from server.counts.drawing import SEXES, Drawings, drawings
from server.counts.headline import Headline, headline
from server.counts.query import BOTH, CountQuery
from server.counts.service import VisibleCounts, counts_for
from server.web.route import Asking
from server.words.code_names import code_names

MOST_COLUMNS = 36
"""Of a table; more of them are laid out as lines."""
MOST_NUMBERS = 20_000
"""Of a table on the page and in its workbook; where there would be more, rows are left out, the innermost first."""


@dataclass(frozen=True, slots=True)
class CountView:
    """The table that the page and the workbook show."""

    asked: CountQuery
    """As it could be answered: for a confidential measure, within what may be asked of it."""
    names: Names
    table: TallyTable
    laid: Pivot
    is_too_wide: bool
    """Whether columns were laid out as lines, because there were too many."""
    left_out: Keys
    """Rows that were asked for and are not shown, because there would be too many."""
    rolled_up_at: str | None
    """When the numbers were last brought up to date; None for never."""

    @property
    def as_laid(self) -> CountQuery:
        """The query with the rows and columns of the table, to find the sheets behind its numbers."""
        return replace(self.asked, rows=self.laid.rows, columns=self.laid.across)

    @property
    def statuses(self) -> tuple[str, ...]:
        """The ones shown."""
        return ("provisional", "verified") if self.asked.status == BOTH else (self.asked.status,)


@dataclass(frozen=True, slots=True)
class CountPage:
    """Everything that the page tells of one view."""

    view: CountView
    sheets: str
    """Where the sheets behind a number are listed; "" for who may list none of them."""
    hides: bool
    """Whether small counts of the measure are hidden from the reader; then there are no figures beside the table."""
    headline: Headline | None = None
    drawings: Drawings | None = None


def base_of(asking: Asking) -> str:
    """The address of a project's counts."""
    return f"/projects/{asking.the_project.id}/counts"


def count_page(asking: Asking, asked: CountQuery) -> CountPage:
    """The view that was asked for, with all that stands beside it. Raises what `count_view` raises."""
    counts = counts_for(asking)
    view = _view(asking, counts, asked)
    sheets = f"{base_of(asking)}/sheets" if _opens_sheets(asking, view.asked) else ""
    if counts.reach.hides(view.asked.measure):
        return CountPage(view, sheets, hides=True)
    return CountPage(
        view,
        sheets,
        hides=False,
        headline=headline(counts, view.asked, asking.the_project.id),
        drawings=drawings(counts, view.asked, view.table.scheme, sheets),
    )


def count_view(asking: Asking, asked: CountQuery, *, is_whole: bool = False) -> CountView:
    """The table that was asked for, as far as the asker may see it, and as far as it can be read unless `is_whole`.

    Raises QueryInvalid for a scheme that is not there, RightMissing for another project's counts.
    """
    return _view(asking, counts_for(asking), asked, is_whole=is_whole)


def names_for(asking: Asking, asked: CountQuery) -> Names:
    """What the codes of a project are called, and the places among the filters."""
    places = names_of_filtered_places(asking.db, asked.filters)
    return {**code_names(asking.db, asking.the_project.id, g.language, csos=asking.reach.csos), **places}


def names_of_filtered_places(db: Database, filters: Mapping[str, Sequence[str]]) -> Names:
    """What the places among filters are called today, by dimension and code."""
    placed = {name: keys for name, keys in filters.items() if name in PLACES}
    named = names_of_places(db, sorted({key for keys in placed.values() for key in keys}))
    return {(name, key): named[key] for name, keys in placed.items() for key in keys if key in named}


def _view(asking: Asking, counts: VisibleCounts, asked: CountQuery, *, is_whole: bool = False) -> CountView:
    names = names_for(asking, asked)
    if counts.reach.hides(asked.measure):
        asked = _askable(asked)
    else:
        asked = asked.with_filters(project=(str(asking.the_project.id),))
    rows = asked.rows if is_whole else _rows_that_fit(counts, asked)
    table = counts.table(asked.tally((*rows, *asked.columns)), names=names)
    split = len(rows)
    is_too_wide = len({row.keys[split:] for row in table.rows}) > MOST_COLUMNS
    across = () if is_too_wide else asked.columns
    scheme = counts.schemes[table.scheme]
    laid = pivot(
        table,
        len(across),
        scheme,
        always=_always(across, [str(band) for band in scheme]) if counts.is_own_scheme(table.scheme) else (),
        sorting=asked.sorting,
    )
    return CountView(asked, names, table, laid, is_too_wide, asked.rows[split:], counts.rolled_up_at)


def _rows_that_fit(counts: VisibleCounts, asked: CountQuery) -> Keys:
    """The rows that are shown: one at least, and no more than people can read and a small machine can lay out."""
    rows = asked.rows
    while len(rows) > 1:
        if not counts.is_longer_than(asked.tally((*rows, *asked.columns)), MOST_NUMBERS):
            break
        rows = rows[:-1]
    return rows


def _opens_sheets(asking: Asking, asked: CountQuery) -> bool:
    """Whether the asker may list the sheets behind these numbers."""
    is_reader = asking.asker.reach("submission.list", asking.the_project.id) is not None
    return is_reader and asked.measure not in suppression.MEASURES


def _askable(asked: CountQuery) -> CountQuery:
    """What may be asked of a confidential measure, nearest to what was asked (`suppression.askable`)."""
    rows = asked.rows if asked.rows == suppression.LAYOUT[: len(asked.rows)] else suppression.LAYOUT
    return CountQuery(
        rows=rows, columns=(), measure=asked.measure, status=asked.status, page=asked.page, lang=asked.lang
    )


def _always(columns: Keys, bands: Sequence[str]) -> list[Keys]:
    """The columns that stand there whatever was counted: everybody's (domain page § 2.1)."""
    if columns == ("sex", "age_band"):
        return [(sex, band) for band in bands for sex in SEXES]
    if columns == ("sex",):
        return [(sex,) for sex in SEXES]
    return [(band,) for band in bands] if columns == ("age_band",) else []
