"""The first page of somebody who decides: a coordinator's four steps of the half hour, a project officer's quarter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from babel.numbers import format_percent
from flask import g

from aggregates.compilation.workflow import DRAFT, SUBMITTED
from aggregates.flags import flags
from aggregates.flags.catalogue import HOLDING
from aggregates.report.pivot import Figure
from aggregates.tallies import roll_up_runs
from forms.base.month import Month
from forms.places.cso_code import CsoCode
from forms.places.csos import list_csos
from forms.places.projects import Project
from server.compilation.grid import Grid, MonthCell, grid_of
from server.compilation.words import STATES
from server.counts.headline import Headline, headline
from server.counts.query import CountQuery
from server.counts.service import VisibleCounts, counts_for
from server.counts.words import period_in_words
from server.identity import budgets
from server.identity.accounts import find_account
from server.identity.app_users import app_users
from server.identity.public_links import KIND
from server.plan.expecting import Phones, expectations_of, phones_by_cso, recent_months, today
from server.reminders.reminding import silences_of
from server.submissions.sheet_item import readable_forms, sheet_address
from server.upkeep.doctor import what_stands_still
from server.web.page import show
from server.web.route import Asking
from server.words.days import month_in_words
from sync.intake import conflicts
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery

OLDER_MONTHS = 3
"""So many months before the last one are listed as long as they are not signed."""


@dataclass(frozen=True, slots=True)
class AwaitedMonth:
    """What a CSO's month was to bring and did not."""

    month: str
    cso: CsoCode
    planned: int
    """0 where nothing was planned: then nobody can tell what is missing."""
    missing: int
    overdue: int


@dataclass(frozen=True, slots=True)
class CoordinatorDesk:
    """What waits for a coordinator, in the order in which it is done."""

    project: Project
    csos: tuple[str, ...]
    """Codes, as the CSOs write them."""
    received: int
    """All sheets that ever came."""
    undecided: int
    oldest: str
    """The moment at which the first of them came; "" for none."""
    first: str
    """Where the newest of them is looked at, from which one goes on to the others; "" for none."""
    on_hold: int
    """Sheets that a rule holds back from every count."""
    flagged: int
    """Sheets with an open flag, those held back among them."""
    phone_edits: int
    returned: int
    """Sheets sent back and not corrected yet."""
    awaited: tuple[AwaitedMonth, ...]
    phones: int
    silent: int
    months: tuple[MonthCell, ...]
    """This month, the last one and older ones that are not signed; the newest first."""
    spent: tuple[str, ...]
    """Phones and links that have sent what they may today."""


@dataclass(frozen=True, slots=True)
class LateMonths:
    """The months of a CSO that should have been submitted."""

    cso: str
    cells: tuple[MonthCell, ...]


@dataclass(frozen=True, slots=True)
class OfficerDesk:
    """What a project officer looks at first."""

    project: Project
    csos: int
    phones: int
    received: int
    period: str
    """The quarter of the figures, in words."""
    is_present: bool
    """Whether it is the present quarter; else nothing came in it, and it is the last with sheets."""
    counts: str
    """The address of its counts."""
    people: Figure
    headline: Headline
    submitted: tuple[MonthCell, ...]
    """Months that wait to be validated, the oldest first."""
    late: tuple[LateMonths, ...]
    """CSOs with months before the present one that have sheets or a plan and are not submitted."""
    undecided: int
    """Over all time."""
    flagged: int
    on_hold: int
    spent: tuple[str, ...]
    """Phones and links that have sent what they may today."""


def coordinator_desk(asking: Asking, project: Project) -> CoordinatorDesk:
    """The desk of somebody who reaches the sheets of their own CSOs alone."""
    asking = replace(asking, project=project)
    db, settings = asking.db, asking.here.settings
    reach = asking.asker.reach("compilation.submit", project.id)
    csos = frozenset() if reach is None or reach.csos is None else reach.csos
    forms = readable_forms(asking, db)
    query = InboxQuery(tuple(forms), csos)
    counts = inbox_pages.counts(db, query)
    undecided = counts[""] + counts["edited"]
    waiting = replace(query, state="todo", order="oldest")
    oldest = inbox_pages.page(db, waiting, limit=1) if undecided else []
    day = today(settings, asking.now)
    phones = phones_by_cso(db, project.id)
    silences = silences_of(phones, settings, sorted(csos), asking.now)
    grid = grid_of(db, project, csos=csos, today=day)
    return CoordinatorDesk(
        project=project,
        csos=tuple(cso.code for cso in list_csos(db, project_id=project.id) if cso.key in csos),
        received=sum(counts.values()),
        undecided=undecided,
        oldest=oldest[0].created_at if oldest else "",
        first=sheet_address(forms[oldest[0].form_id], oldest[0].instance_id) if oldest else "",
        on_hold=_among(asking, query, _on_hold(asking)),
        flagged=_among(asking, query, flags.open_submissions(db)),
        phone_edits=conflicts.count_unresolved(db, project.id, csos),
        returned=counts["hasIssues"],
        awaited=tuple(_awaited(asking, project, phones, sorted(csos), recent_months(day))),
        phones=len(silences),
        silent=sum(silence.is_long for silence in silences),
        months=tuple(_to_sign(grid, recent_months(day))),
        spent=_spent(asking, project, csos),
    )


def officer_desk(asking: Asking, project: Project) -> OfficerDesk:
    """The desk of somebody who validates the months of every CSO."""
    asking = replace(asking, project=project)
    db, day = asking.db, today(asking.here.settings, asking.now)
    grid = grid_of(db, project, csos=None, today=day)
    present = str(Month.of(day))
    with_sheets = [cell.month for cell in grid.cells.values() if cell.sheets and cell.month <= present]
    quarter = _quarter(present)
    is_present = not with_sheets or max(with_sheets) >= quarter[0]
    quarter = quarter if is_present else _quarter(max(with_sheets))
    asked = CountQuery(first_month=quarter[0], last_month=quarter[1], filters={"project": (str(project.id),)})
    query = InboxQuery(tuple(readable_forms(asking, db)))
    counts, visible = inbox_pages.counts(db, query), counts_for(asking)
    return OfficerDesk(
        project=project,
        csos=len(list_csos(db, project_id=project.id)),
        phones=sum(not user.is_revoked for user in app_users(db, project.id)),
        received=sum(counts.values()),
        period=period_in_words(*quarter, g.language),
        is_present=is_present,
        counts=f"/projects/{project.id}/counts{asked.address()}",
        people=_people(visible, asked),
        headline=headline(visible, asked, project.id),
        submitted=tuple(
            sorted(
                (cell for cell in grid.cells.values() if cell.state == SUBMITTED),
                key=lambda cell: (cell.month, cell.cso.code),
            )
        ),
        late=tuple(_late(grid.cells.values(), present)),
        undecided=counts[""] + counts["edited"],
        flagged=_among(asking, query, flags.open_submissions(db)),
        on_hold=_among(asking, query, _on_hold(asking)),
        spent=_spent(asking, project, None),
    )


def show_desk(asking: Asking, desks: Sequence[CoordinatorDesk | OfficerDesk]) -> str:
    """The page: a desk for each project."""
    runs = roll_up_runs.latest(asking.db, limit=1)
    return show(
        "desk.html",
        asking,
        desks=desks,
        run=runs[0] if runs else None,
        amiss=what_stands_still(asking.here.settings, asking.here.storage, now=asking.now),
        states=STATES,
        held_flag=HOLDING[0] if len(HOLDING) == 1 else "any",
        month_name=lambda month: month_in_words(g.language, month),
        share=lambda value: format_percent(value, locale=g.language),
        silent_days=asking.here.settings.reminders.silent_days,
    )


def desk_of(asking: Asking, project: Project) -> CoordinatorDesk | OfficerDesk | None:
    """The desk that goes with somebody's role in a project; None for who reads or fills sheets, or administers."""
    asker = asking.asker
    signs = asker.reach("compilation.submit", project.id)
    if signs is not None and signs.csos is not None:
        return coordinator_desk(asking, project)
    if asker.reach("compilation.validate", project.id) and not asker.reach("user.create"):
        return officer_desk(asking, project)
    return None


def _spent(asking: Asking, project: Project, csos: frozenset[CsoCode] | None) -> tuple[str, ...]:
    """The phones and links of a project, and of these CSOs, from which nothing more is taken today, by name."""
    settings = asking.here.settings
    today = budgets.spent_today(asking.db, now=asking.now.astimezone(settings.zone))
    found = []
    for key, spent in today.items():
        sender = find_account(asking.db, key)
        if sender is None or sender.project_id != project.id:
            continue
        is_over = spent.is_over(settings.budgets.of(is_link=sender.kind == KIND))
        if is_over and (csos is None or CsoCode(sender.cso) in csos):
            found.append(sender.display_name)
    return tuple(sorted(found))


def _on_hold(asking: Asking) -> tuple[int, ...]:
    found: set[int] = set()
    for rule in HOLDING:
        found.update(flags.open_submissions(asking.db, rule))
    return tuple(sorted(found))


def _among(asking: Asking, query: InboxQuery, ids: tuple[int, ...]) -> int:
    """How many of these sheets the reader may see."""
    return sum(inbox_pages.counts(asking.db, replace(query, only=ids)).values()) if ids else 0


def _quarter(month: str) -> tuple[str, str]:
    """The first and the last month of a month's quarter.

    >>> _quarter("2020-11")
    ('2020-10', '2020-12')
    """
    first, last = Month.parse(month).quarter
    return str(first), str(last)


def _awaited(
    asking: Asking, project: Project, phones: Phones, csos: Sequence[CsoCode], months: Sequence[str]
) -> Iterable[AwaitedMonth]:
    wanted = [(cso, month) for cso in csos for month in months]
    told = expectations_of(
        asking.db, asking.here.settings, project.id, wanted=wanted, phones=phones, now=asking.now
    )
    for (cso, month), expectation in zip(wanted, told, strict=True):
        overdue = sum(line.missing for line in expectation.missing_lines if line.is_overdue)
        yield AwaitedMonth(month, cso, expectation.planned, expectation.missing, overdue)


def _to_sign(grid: Grid, recent: tuple[str, str]) -> Iterable[MonthCell]:
    """The present month and the last, and older ones as long as they are drafts with something in them."""
    older = 0
    for (_, month), cell in sorted(grid.cells.items(), key=lambda each: each[0][1], reverse=True):
        if month in recent and not (cell.is_empty and month != recent[0]):
            yield cell
        elif month < recent[1] and cell.state == DRAFT and not cell.is_empty and older < OLDER_MONTHS:
            older += 1
            yield cell


def _late(cells: Iterable[MonthCell], present: str) -> Iterable[LateMonths]:
    late: dict[str, list[MonthCell]] = {}
    for cell in cells:
        if cell.month < present and cell.state == DRAFT and not cell.is_empty:
            late.setdefault(cell.cso.code, []).append(cell)
    for code in sorted(late, key=str.casefold):
        yield LateMonths(code, tuple(sorted(late[code], key=lambda cell: cell.month)))


def _people(visible: VisibleCounts, asked: CountQuery) -> Figure:
    sums = visible.sums(asked.tally(()))
    return Figure(sum(part.provisional for part in sums), sum(part.verified for part in sums))
