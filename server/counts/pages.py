"""The programme officer's first page: the counts of a project, laid out as wanted, and its files."""

from babel.numbers import format_percent
from flask import Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from aggregates.report import numbered_reports
from aggregates.report.numbered_report import NewReport
from aggregates.report.pivot import PivotLine
from forms.base.moment import read
from server.base.refusals import ParameterInvalid
from server.counts.choice import choices, periods, presets
from server.counts.numbered import report_of
from server.counts.pivot_file import MEDIA_TYPES, write_pivot
from server.counts.query import NOT_TOLD, CountQuery, read_count_query, sheets_addresses
from server.counts.service import counts_for
from server.counts.view import CountView, count_page, count_view
from server.counts.words import (
    column_heading,
    dimension_in_words,
    filters_in_words,
    line_heading,
    period_and_map,
)
from server.plan.expecting import today
from server.web.answer import attachment
from server.web.page import go, show
from server.web.route import Asking, Resource
from server.words.language import mark, moment, translate, translate_plural
from server.words.table_file import TOTAL, WORDS, About, describe, kind_in_words, write_table

resource = Resource("counts", "/projects/<segment:project_id>/counts")
LINES, CELLS = 60, 480
"""Of the table on one page: at most so many, fewer of a wide one."""


@resource.get("", may="tally.read")
def counts(asking: Asking) -> str:
    """The counts, laid out and filtered by the address."""
    told = count_page(asking, read_count_query(request.args))
    view, asked, figures = told.view, told.view.asked, told.headline
    lines = _lines(view)
    pages = max(1, -(-len(view.laid.lines) // lines))
    first = (min(asked.page, pages) - 1) * lines
    return show(
        "counts.html",
        asking,
        project=asking.the_project,
        asked=asked,
        view=view,
        lines=view.laid.lines[first : first + lines],
        page=first // lines + 1,
        pages=pages,
        kind=kind_in_words(view.table, g.language),
        period=period_and_map(asked.first_month, asked.last_month, asked.map, g.language),
        rolled_up=_rolled_up(asking, view),
        address=sheets_addresses(view.as_laid, told.sheets) if told.sheets else None,
        heading=lambda column: column_heading(view.laid.across, column, view.table.bands, g.language),
        column_keys=lambda column: ",".join(key or NOT_TOLD for key in column.keys),
        named=lambda line: _named(view, line),
        share=lambda value: format_percent(value, locale=g.language),
        words=WORDS,
        left_out=dimension_in_words(view.left_out, g.language),
        side=dimension_in_words(view.laid.rows, g.language),
        across=dimension_in_words(view.laid.across, g.language) if view.laid.across else "",
        filters=_filters(view),
        headline=figures,
        elsewhere=translate_plural(
            g.language,
            "and {count} session in a village outside the register",
            "and {count} sessions in villages outside the register",
            figures.elsewhere if figures else 0,
        ),
        people=told.drawings.people if told.drawings else None,
        months=told.drawings.months if told.drawings else None,
        hides=told.hides,
        choices=choices(asking, asked, view.names),
        periods=periods(asked, today(asking.here.settings, asking.now)),
        presets=presets(asked),
    )


@resource.get("/file", may="tally.read", gives_media=tuple(MEDIA_TYPES.values()))
def counts_file(asking: Asking) -> Response:
    """The same view as a workbook, or its numbers as CSV."""
    file_format = request.args.get("format", "xlsx")
    if file_format not in MEDIA_TYPES:
        raise ParameterInvalid(parameter="format", value=file_format, allowed=tuple(MEDIA_TYPES))
    view = count_view(asking, read_count_query(request.args), is_whole=file_format == "csv")
    about = About(view.asked.first_month, view.asked.last_month, view.rolled_up_at)
    if file_format == "csv":
        content = write_table(view.table, "csv", language=g.language, about=about)
    else:
        number = asking.write(
            lambda db: numbered_reports.number(db, report_of_view(asking, view), now=asking.now)
        )
        content = write_pivot(
            view.laid,
            view.table,
            statuses=view.statuses,
            notes=[
                *_notes(asking, view),
                *describe(view.table, g.language, about)[1:],
                translate(g.language, mark("Number of the report: {number}"), number=number),
            ],
            language=g.language,
        )
    return attachment(content, MEDIA_TYPES[file_format], _file_name(view.asked, file_format))


@resource.post("/number", may="tally.read")
def number_view(asking: Asking) -> AnyResponse:
    """Keep the view of the address under a number, and show it by its number."""
    with asking.again() as again:
        report = report_of_view(again, count_view(again, read_count_query(request.args)))
    number = asking.write(lambda db: numbered_reports.number(db, report, now=asking.now))
    return go(f"/reports/{number}")


def report_of_view(asking: Asking, view: CountView) -> NewReport:
    """What is kept of a view."""
    maker = asking.asker.account
    return report_of(
        asking.db,
        view.table,
        view.asked.tally(view.table.by),
        reach=counts_for(asking).reach,
        maker=(asking.asker.id, maker.display_name if maker else ""),
    )


def _lines(view: CountView) -> int:
    return max(10, min(LINES, CELLS // (len(view.laid.columns) + 1)))


def _rolled_up(asking: Asking, view: CountView) -> str:
    """When the numbers were last brought up to date, in words; "" for never."""
    at = view.rolled_up_at
    return moment(g.language, read(at), asking.here.settings.zone) if at else ""


def _named(view: CountView, line: PivotLine) -> list[str]:
    return line_heading(view.laid.rows, line, g.language) or [translate(g.language, TOTAL)]


def _filters(view: CountView) -> list[tuple[str, str, str]]:
    """Each filter as its heading, what it keeps, and the address without it."""
    return [
        (heading, words, view.asked.with_filters(**{dimension: None}).address())
        for dimension, heading, words in filters_in_words(view.asked.filters_in_words, view.names, g.language)
    ]


def _notes(asking: Asking, view: CountView) -> list[str]:
    """What a workbook says of itself first: what is counted, when, where and in which states."""
    language, asked = g.language, view.asked
    states = ", ".join(translate(language, WORDS[status]) for status in view.statuses)
    kept = [
        translate(language, mark("{heading}: {words}"), heading=heading, words=words)
        for _, heading, words in filters_in_words(view.asked.filters_in_words, view.names, language)
    ]
    return [
        " · ".join([asking.the_project.name, *kind_in_words(view.table, language), states]),
        " · ".join([period_and_map(asked.first_month, asked.last_month, asked.map, language), *kept]),
    ]


def _file_name(asked: CountQuery, file_format: str) -> str:
    period = "_".join(filter(None, (asked.first_month, asked.last_month)))
    words = (asked.measure, asked.unit, "" if asked.reach == "direct" else asked.reach, period)
    return f"fiche-{'-'.join(filter(None, words))}.{file_format}"
