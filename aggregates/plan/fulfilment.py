"""Lays sheets beside the lines that await them: each fulfils at most one, across the edge of a month too. Pure.

Called by `aggregates.plan.expect`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from aggregates.plan.expectation import (
    Animator,
    AnimatorResult,
    Awaited,
    AwaitedResult,
    ExpectationLimits,
    Field,
    MonthExpectation,
    PlannedMonth,
    SheetSeen,
)
from aggregates.plan.matching import Edge, matched


def expectation(
    here: PlannedMonth,
    field: Field,
    *,
    today: date,
    last_senders: Mapping[str, int],
    limits: ExpectationLimits,
    around: Sequence[PlannedMonth] = (),
) -> MonthExpectation:
    """Lay the sheets of a month beside the lines that await them.

    `around` are months before and after it: what was planned for the last days of a month may be held in the first
    of the next. A sheet is counted in its own month all the same.
    `last_senders` tells by place who last sent a sheet from there: of them is expected what names nobody.
    The order of the lines and the sheets changes nothing, but for the order of the answer.
    """
    lines, animators = here.lines, field.animators
    sheets = sorted(here.sheets, key=_by_date)
    every_line = [*lines, *(line for month in around for line in month.lines)]
    every_sheet = sorted((*sheets, *(sheet for month in around for sheet in month.sheets)), key=_by_date)
    pairs = matched(edges_of(every_line, every_sheet), [line.sessions for line in every_line])
    taken: dict[int, list[SheetSeen]] = defaultdict(list)
    line_of: dict[int, int] = {}
    for position, number in sorted(pairs.items()):
        taken[number].append(every_sheet[position])
        line_of[every_sheet[position].submission_id] = number
    by_name = {
        animator.name.casefold(): animator
        for animator in sorted(animators, key=lambda one: (one.last_seen, one.id))
    }
    by_id = {animator.id: animator for animator in animators}
    results = []
    for number, line in enumerate(lines):
        found = by_name.get(line.animator.casefold()) if line.animator else None
        if not line.animator:
            found = by_id.get(last_senders.get(line.place, -1))
        overdue = date.fromisoformat(line.due) + timedelta(days=limits.grace_days) < today
        results.append(
            AwaitedResult(
                line,
                tuple(taken[number]),
                found.id if found else None,
                found.name if found else line.animator,
                overdue and len(taken[number]) < line.sessions,
            )
        )
    unplanned = tuple(sheet for sheet in sheets if sheet.submission_id not in line_of)
    for_others = tuple(sheet for sheet in sheets if line_of.get(sheet.submission_id, -1) >= len(lines))
    told = _animators(results, sheets, unplanned, animators, today=today, limits=limits)
    return MonthExpectation(field.cso, here.month, tuple(results), unplanned, told, tuple(sheets), for_others)


def edges_of(lines: Sequence[Awaited], sheets: Sequence[SheetSeen]) -> list[Edge]:
    """Every sheet that may fulfil a line, with how well: what took place first, then the nearest day, the
    very place, the kind that is named, the animator that is named."""
    near: dict[str, list[tuple[int, SheetSeen, tuple[str, str, int]]]] = defaultdict(list)
    for number, sheet in enumerate(sheets):
        entry = number, sheet, _by_date(sheet)
        for code in sheet.above | {sheet.place}:
            near[code].append(entry)
    edges = []
    for number, line in enumerate(lines):
        canonical = _canonical(line)
        for other, sheet, by_date in near.get(line.place, ()):
            if not _serves(line, sheet):
                continue
            rank = (
                not sheet.took_place,
                not line.day,
                abs((date.fromisoformat(sheet.event_date) - date.fromisoformat(line.day)).days)
                if line.day
                else 0,
                sheet.place != line.place,
                not line.activity,
                not line.form,
                not line.animator,
                by_date,
                canonical,
            )
            edges.append(Edge(rank, number, other))
    return edges


def is_late(sheet: SheetSeen, late_days: int) -> bool:
    """Whether a sheet was received more than so many days after its event."""
    taken = date.fromisoformat(sheet.created_at[:10]) - date.fromisoformat(sheet.event_date)
    return taken.days > late_days


def _serves(line: Awaited, sheet: SheetSeen) -> bool:
    return (
        line.first_day <= sheet.event_date <= line.last_day
        and line.form in ("", sheet.form)
        and line.activity in ("", sheet.activity)
    )


def _by_date(sheet: SheetSeen) -> tuple[str, str, int]:
    return (sheet.event_date, sheet.created_at, sheet.submission_id)


def _canonical(line: Awaited) -> tuple[str, ...]:
    """Tells two lines apart by what they say, never by where they stand."""
    return (
        line.place,
        line.due,
        line.first_day,
        line.activity,
        line.form,
        line.animator,
        line.source,
        f"{line.sessions:09d}",
        str(line.people),
    )


def _animators(
    results: Sequence[AwaitedResult],
    sheets: Sequence[SheetSeen],
    unplanned: Sequence[SheetSeen],
    animators: Sequence[Animator],
    *,
    today: date,
    limits: ExpectationLimits,
) -> tuple[AnimatorResult, ...]:
    known = {animator.id: animator for animator in animators}
    lines: dict[tuple[int | None, str], list[AwaitedResult]] = defaultdict(list)
    for result in results:
        lines[result.animator_id, result.animator].append(result)
    sent: dict[int, list[SheetSeen]] = defaultdict(list)
    for sheet in sheets:
        if sheet.animator_id in known:
            sent[sheet.animator_id].append(sheet)
    extra = {sheet.submission_id for sheet in unplanned}
    keys = {*lines, *((animator.id, animator.name) for animator in animators)}
    told = []
    for key, name in keys:
        theirs, own = lines[key, name], sent[key] if key is not None else []
        told.append(
            AnimatorResult(
                key,
                name,
                expected=sum(their.planned for their in theirs),
                fulfilled=sum(their.received for their in theirs),
                missing=sum(their.missing for their in theirs),
                overdue=sum(their.missing for their in theirs if their.is_overdue),
                received=len(own),
                unplanned=sum(sheet.submission_id in extra for sheet in own),
                late=sum(is_late(sheet, limits.late_days) for sheet in own),
                days_silent=_days_since(known[key].last_seen, today) if key in known else None,
            )
        )
    return tuple(sorted(told, key=lambda each: (not each.name, each.name.casefold(), each.id or 0)))


def _days_since(moment: str, today: date) -> int | None:
    return max(0, (today - date.fromisoformat(moment[:10])).days) if moment else None
