"""The coordinator's months: which are signed, one month's compilation sheet, the sheets behind a number, signing."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from flask import g, request

from aggregates.compilation.compilation import TOTAL, Compilation
from aggregates.compilation.compilation import VERIFIED as VERIFIED_ROW
from aggregates.compilation.compile import MonthAsked
from aggregates.compilation.sign import Wish
from aggregates.compilation.source import PROVISIONAL, STATUSES, VERIFIED
from aggregates.report import numbered_reports
from forms.base.refusal import Refusal
from server.base.whole_number import whole_number
from server.compilation import words
from server.compilation.cells import cells_of
from server.compilation.compiling import (
    MonthShown,
    may_follow,
    month_shown,
    month_within,
    months_of_change,
    narratives_of,
    reader_of,
    recount,
    signer_of,
    take_step,
)
from server.compilation.download import Edition, download, refuse_format
from server.compilation.grid import MonthFilter, grid_of
from server.compilation.numbered import report_of
from server.compilation.paper import can_print
from server.compilation.table import ShownBlock, ShownRow, shown_blocks
from server.plan.expecting import today
from server.submissions import sheet_item
from server.submissions.sheet_item import items, readable_forms
from server.web.address import address_part
from server.web.answer import attachment
from server.web.page import given, go, refused, show
from server.web.problem import problem_of, sentence
from server.web.route import Asking, Resource
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery

resource = Resource("compilations", "/projects/<segment:project_id>/compilations")
KEYS = ("commune", "place", "activity", "review", "month", "measure")
"""What a row's numbers may be of, as addresses name it."""
MOST_LISTED, MOST_PAGES = 200, 10_000


@resource.get("", may="compilation.read")
def every_month(asking: Asking) -> str:
    """The months of every CSO that somebody may see, with their states and what is missing."""
    args = request.args
    wanted = MonthFilter(args.get("state", ""), args.get("month", ""), args.get("region", ""))
    day = today(asking.here.settings, asking.now)
    grid = grid_of(asking.db, asking.the_project, wanted, csos=asking.reach.csos, today=day)
    reader = reader_of(asking.db, asking.here.settings, asking.the_project, g.language)
    return show(
        "compilations.html",
        asking,
        project=asking.the_project,
        grid=grid,
        reader=reader,
        states=words.STATES,
        base=f"/projects/{asking.the_project.id}/compilations",
        kept=asdict(wanted),
        is_officer=asking.reach.csos is None,
    )


@resource.get("/<segment:code>/<segment:month>", may="compilation.read")
def one_month(asking: Asking, code: str, month: str) -> Any:
    """The compilation sheet of a CSO and month, as a page, a workbook or a PDF to sign."""
    shown = _shown(asking, code, month)
    file_format = request.args.get("format", "")
    if file_format:
        reader = reader_of(asking.db, asking.here.settings, asking.the_project, g.language)
        refuse_format(file_format)
        maker = asking.asker.account
        report = report_of(
            asking.db,
            shown,
            _status(),
            maker_id=asking.asker.id,
            maker_name=maker.display_name if maker else "",
        )
        number = asking.write(lambda db: numbered_reports.number(db, report, now=asking.now))
        file = download(shown, reader, _status(), file_format, Edition(asking.now, str(number)))
        return attachment(file.content, file.media_type, file.name)
    return _page(asking, shown)


@resource.get("/<segment:code>/<segment:month>/sheets", may="compilation.read")
def behind(asking: Asking, code: str, month: str) -> str:
    """The sheets behind a number, each with what it brings: they add up to it."""
    shown = _shown(asking, code, month, with_expected=False)
    args = request.args
    keys = {name: args[name] for name in KEYS if name in args}
    block, column, status = args.get("block", "sessions"), args.get("column", ""), _status()
    brought = shown.month.behind(block, keys, column, status)
    ids = sorted(brought)
    page = whole_number(args.get("page", ""), most=MOST_PAGES) or 1
    ids_here = ids[(page - 1) * MOST_LISTED : page * MOST_LISTED]
    rows = sorted(_rows(asking, ids_here), key=lambda row: (row.summary.event_date, row.id))
    reader = reader_of(asking.db, asking.here.settings, asking.the_project, g.language)
    compilation = shown.month.compilation(status)
    named = replace(
        compilation, blocks=tuple(candidate for candidate in compilation.blocks if candidate.key == block)
    )
    return show(
        "compilation_sheets.html",
        asking,
        project=asking.the_project,
        shown=shown,
        reader=reader,
        back=_address(shown.asked),
        status=status,
        title=_title_of(shown_blocks(named, reader), block, keys, column, reader.said(words.TOTAL)),
        items=[(item, brought[item.row.id]) for item in items(asking, rows)],
        total=sum(brought.values()),
        count=len(brought),
        unseen=len(ids_here) - len(rows),
        page=page,
        pages=-(-len(ids) // MOST_LISTED),
        page_address=lambda number: "?" + urlencode({**args.to_dict(), "page": number}),
        states=sheet_item.STATES,
    )


@resource.post("/<segment:code>/<segment:month>/recount", may="submission.update")
def recount_month(asking: Asking, code: str, month: str) -> Any:
    """Count now what arrived since the last roll-up."""
    with asking.again() as again:
        asked = _asked(again, code, month)
    recount(asking.here.storage, asking.here.settings)
    return go(f"{_address(asked)}?counted=1")


@resource.post("/<segment:code>/<segment:month>/submit", may="compilation.submit")
def submit(asking: Asking, code: str, month: str) -> Any:
    """The coordinator signs the month."""
    return _take(asking, code, month, "submit")


@resource.post("/<segment:code>/<segment:month>/take-back", may="compilation.submit")
def take_back(asking: Asking, code: str, month: str) -> Any:
    """The coordinator takes the month back before it is validated."""
    return _take(asking, code, month, "take_back")


@resource.post("/<segment:code>/<segment:month>/validate", may="compilation.validate")
def validate(asking: Asking, code: str, month: str) -> Any:
    """The project officer validates the month, which freezes it."""
    return _take(asking, code, month, "validate")


@resource.post("/<segment:code>/<segment:month>/reopen", may="compilation.validate")
def reopen(asking: Asking, code: str, month: str) -> Any:
    """The project officer gives the month back, with a reason."""
    return _take(asking, code, month, "reopen")


def _page(asking: Asking, shown: MonthShown, *, refusal: Refusal | None = None) -> str:
    asker, project = asking.asker, asking.the_project
    settings = asking.here.settings
    reader = reader_of(asking.db, settings, project, g.language)
    reaches = {
        verb: (reach := asker.reach(verb, project.id)) is not None and reach.covers(shown.asked.code)
        for verb in ("compilation.submit", "compilation.validate", "submission.update", "narrative.read")
    }
    status = _status()
    compilation = shown.month.compilation(status)
    return show(
        "compilation.html",
        asking,
        project=project,
        shown=shown,
        header=shown.month.header,
        reader=reader,
        status=status,
        statuses=STATUSES,
        blocks=shown_blocks(compilation, reader),
        states=words.STATES,
        actions=words.ACTIONS,
        said=words.DONE,
        address=_address(shown.asked),
        cells_of=cells_of(lambda block, row: _number_addresses(shown.asked, block, row, status)),
        steps=may_follow(
            shown.state,
            submits=reaches["compilation.submit"],
            validates=reaches["compilation.validate"],
        ),
        sheet_address_of=lambda keys: (
            f"/projects/{project.id}/sheets/{address_part(keys['form'])}/{address_part(keys['instance'])}"
        ),
        missing=_missing(compilation),
        may_recount=reaches["submission.update"],
        narratives_told=narratives_of(asking.db, shown.asked) if reaches["narrative.read"] else (),
        changed=items(asking, _rows(asking, [line.submission_id for line in shown.changed][:MOST_LISTED])),
        adjusted_in=months_of_change(asking.db, shown, asking.here.settings.zone),
        can_print=can_print(),
        told=sentence(refusal, g.language) if refusal else "",
        remark=given("remark") if refusal else "",
        done=request.args.get("done", "") if request.method == "GET" else "",
    )


def _missing(compilation: Compilation) -> int:
    """How many expected sheets did not come."""
    block = compilation.block("missing")
    total = block.value(block.of_kind(TOTAL)[0], "manquantes") if block else 0
    return total if isinstance(total, int) else 0


def _rows(asking: Asking, ids: list[int]) -> list[inbox_pages.InboxRow]:
    query = InboxQuery(tuple(readable_forms(asking, asking.db)), asking.reach.csos)
    return inbox_pages.of_ids(asking.db, query, ids)


def _take(asking: Asking, code: str, month: str, action: str) -> Any:
    """A step, then the sheet again: with what was done, or why it was not."""
    steps = whole_number(given("steps"))
    wish = Wish(
        action,
        -1 if steps is None else steps,
        given("seen"),
        given("remark"),
        given("undecided") == "accepted",
    )
    verb = "compilation.validate" if action in ("validate", "reopen") else "compilation.submit"
    here = asking.here
    with asking.again() as again:
        asked = _asked(again, code, month)
    signer = signer_of(asking.asker, verb)
    try:
        take_step(here.storage, here.settings, asked, wish=wish, signer=signer, now=asking.now)
    except Refusal as refusal:
        with asking.again() as again:
            page = _page(again, _shown(again, code, month), refusal=refusal)
        return refused(page, problem_of(refusal).status)
    return go(f"{_address(asked)}?done={action}")


def _asked(asking: Asking, code: str, month: str) -> MonthAsked:
    return month_within(asking.db, asking.the_project, asking.reach, code, month)


def _shown(asking: Asking, code: str, month: str, *, with_expected: bool = True) -> MonthShown:
    asked = _asked(asking, code, month)
    return month_shown(asking.db, asking.here.settings, asked, now=asking.now, with_expected=with_expected)


def _status() -> str:
    status = request.args.get("status", PROVISIONAL)
    return status if status in STATUSES else PROVISIONAL


def _address(asked: MonthAsked) -> str:
    return f"/projects/{asked.project.id}/compilations/{address_part(asked.cso.code)}/{asked.month}"


def _number_addresses(asked: MonthAsked, block: ShownBlock, row: ShownRow, status: str) -> str:
    """Where the sheets behind the numbers of a row are listed; a column's key is to be added."""
    status = VERIFIED if row.kind == VERIFIED_ROW else status
    asks = {"block": block.key, **row.keys, "status": status}
    return f"{_address(asked)}/sheets?{urlencode(asks)}&column="


def _title_of(
    blocks: Iterable[ShownBlock], key: str, keys: Mapping[str, str], column: str, total: str
) -> str:
    """What the number is of: its block, row and column, as the sheet names them."""
    for block in blocks:
        if block.key == key:
            rows = [line for line in block.rows if keys and keys.items() <= dict(line.keys).items()]
            row = min(rows, key=lambda each: len(each.keys)).cells[0].text if rows else total
            heading = next((listed.text for listed in block.columns if listed.key == column), column)
            return " · ".join(filter(None, (block.title, row, heading)))
    return ""
