"""A numbered report for whoever may see it: the table as it was given out, and what is different today."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask import g

from aggregates.compilation.compilation import LINE, Compilation, from_json
from aggregates.report import numbered_reports
from aggregates.report.numbered_report import COUNTS, NumberedReport, read_number, table_from_json
from aggregates.report.table import TallyTable
from aggregates.tallies.query import TallyQuery
from forms.base.refusal import Refusal
from forms.places.projects import Project, find_project, list_projects
from server.base.refusals import AddressUnknown
from server.compilation.compiling import compiled, month_within, reader_of
from server.compilation.table import Reader, ShownBlock, shown_blocks
from server.counts.numbered import is_told_today, may_see, query_of
from server.counts.service import counts_for
from server.counts.view import names_of_filtered_places
from server.counts.words import filters_in_words, period_and_map
from server.web.access import Reach
from server.web.route import Asking
from server.words.code_names import code_names
from server.words.language import mark, translate
from server.words.table_file import headings_of, kind_in_words, labels_and_figures

NOT_COMPARED = ("missing", "checks", "adjustments")
"""Blocks of a compilation sheet that tell of no numbers of sheets."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is another today."""

    label: str
    then: int | None
    now: int | None

    @property
    def by(self) -> int:
        """Today's less that of then; what was not there is nought."""
        return (self.now or 0) - (self.then or 0)


@dataclass(frozen=True, slots=True)
class ShownTable:
    """One table of a report as it reads."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report as somebody looks at it."""

    kept: NumberedReport
    title: str
    tables: tuple[ShownTable, ...]
    differences: tuple[Difference, ...] | None
    """None where it is not told, or the question can be asked no more."""
    asked: tuple[str, ...]
    """Of a table of counts: its months, and what each filter keeps, in words."""
    address: str
    """Where the same is asked of today's numbers; "" where nowhere is."""


def shown_report(asking: Asking, number: str) -> ReportShown:
    """The report of a number. Raises AddressUnknown for whoever may not see all of it: for them there is none."""
    wanted = read_number(number)
    kept = numbered_reports.find(asking.db, wanted) if wanted else None
    if kept is None:
        raise AddressUnknown
    try:
        return _counts(asking, kept) if kept.report.kind == COUNTS else _compilation(asking, kept)
    except Refusal:  # of another CSO, of a project that is gone: nobody learns which
        raise AddressUnknown from None


def _counts(asking: Asking, kept: NumberedReport) -> ReportShown:
    counts = counts_for(asking)
    if not may_see(counts.reach, kept.report):
        raise AddressUnknown
    table, query = table_from_json(kept.report.contents), query_of(kept.report.asked)
    differences = None
    if is_told_today(query):
        try:
            differences = tuple(_count_differences(table, counts.table(query)))
        except Refusal:  # its age scheme is gone
            differences = None
    title = " · ".join(kind_in_words(table, g.language))
    rows = tuple(tuple(line) for line in labels_and_figures(table, g.language))
    shown = ShownTable(title, tuple(headings_of(table, g.language)), rows)
    asked = tuple(_asked_in_words(asking, query))
    return ReportShown(kept, title, (shown,), differences, asked, _counts_address(kept, query))


def _asked_in_words(asking: Asking, query: TallyQuery) -> Iterator[str]:
    """Only for who may see the whole report: its own projects and organisations are named, no others."""
    yield period_and_map(query.first_month, query.last_month, query.map, g.language)
    names = dict(names_of_filtered_places(asking.db, query.filters))
    for project in list_projects(asking.db):
        key = str(project.id)
        if key in query.filters.get("project", ()):
            csos = query.filters.get("cso", ())
            names |= {
                **code_names(asking.db, project.id, g.language, csos=csos),
                ("project", key): project.name,
            }
    for _, heading, kept in filters_in_words(query.filters, names, g.language):
        yield translate(g.language, mark("{heading}: {words}"), heading=heading, words=kept)


def _counts_address(kept: NumberedReport, query: TallyQuery) -> str:
    return f"/projects/{kept.report.project_id}/counts" if kept.report.project_id else ""


def _count_differences(then: TallyTable, now: TallyTable) -> Iterator[Difference]:
    before, after = _numbers(then), _numbers(now)
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield Difference(" · ".join(filter(None, key)), before.get(key), after.get(key))


def _numbers(table: TallyTable) -> dict[Key, int]:
    """The numbers of a table by their names; hidden ones, and those that mean nothing, left out."""
    rows = [*table.rows, *table.subtotals[-1:]]
    return {(*row.names, ""): row.value for row in rows if not row.is_hidden and row.adds}


def _compilation(asking: Asking, kept: NumberedReport) -> ReportShown:
    report = kept.report
    project = find_project(asking.db, report.project_id or 0)
    reach = asking.asker.reach("compilation.read", report.project_id)
    if project is None or reach is None:
        raise AddressUnknown
    settings = asking.here.settings
    reader = reader_of(asking.db, settings, project, g.language)
    then = from_json(report.contents["sheet"])
    if not reach.covers(report.cso):
        raise AddressUnknown
    try:
        now = _today(asking, project, reach, report.asked)
    except Refusal:  # the organisation works there no more: what was given out stands all the same
        now = None
    title = f"{reader.organisation(then.header)} · {reader.month(then.header.month)}"
    return ReportShown(
        kept,
        title,
        tuple(_table(block) for block in shown_blocks(then, reader, with_codes=True) if block.rows),
        None if now is None else tuple(_sheet_differences(then, now, reader)),
        (),
        f"/projects/{project.id}/compilations/{report.asked['cso']}/{report.asked['month']}",
    )


def _today(asking: Asking, project: Project, reach: Reach, asked: Mapping[str, str]) -> Compilation:
    month = month_within(asking.db, project, reach, asked["cso"], asked["month"])
    live = compiled(asking.db, asking.here.settings, month, now=asking.now, with_expected=False)
    return live.compilation(asked["status"])


def _table(block: ShownBlock) -> ShownTable:
    groups = [name for name, width in block.groups for _ in range(width)] or [""] * len(block.columns)
    headings = tuple(
        " ".join(filter(None, (group, column.text)))
        for group, column in zip(groups, block.columns, strict=True)
    )
    rows = tuple(tuple(cell.text for cell in row.cells) for row in block.rows)
    return ShownTable(block.title, headings, rows, block.notes)


def _sheet_differences(then: Compilation, now: Compilation, reader: Reader) -> Iterator[Difference]:
    before, after = _cells(then, reader), _cells(now, reader)
    for key in dict.fromkeys([*before, *after]):
        if (before.get(key) or 0) != (after.get(key) or 0):
            yield Difference(" · ".join(key), before.get(key), after.get(key))


def _cells(sheet: Compilation, reader: Reader) -> dict[Key, int]:
    """Every number of the rows that are no sums, by block, row and column as they read."""
    compared = replace(sheet, blocks=tuple(block for block in sheet.blocks if block.key not in NOT_COMPARED))
    return {
        (block.title, row.cells[0].text, column.text): cell.number
        for block in shown_blocks(compared, reader)
        for row in block.rows
        if row.kind == LINE
        for column, cell in zip(block.columns, row.cells, strict=True)
        if column.kind == "number" and column.key != "prevues" and cell.number is not None
    }
