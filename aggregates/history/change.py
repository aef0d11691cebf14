"""What became of each sheet of a CSO's month between a moment and now, told apart by kind, with its differences. Pure.

Each sheet has one kind, and the differences of all of them are what the month says now less what it said then: whoever
adds them to the old number has the new one, for every cell and under both statuses (§ 6.3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aggregates.compilation.adjustment import by_row
from aggregates.compilation.frozen_fact import NOTHING, Both, Facts, difference
from aggregates.compilation.source import Sums
from forms.definition.age_scheme import AgeScheme
from forms.places.cso_code import NO_CSO, CsoCode
from sync.counting.cell import Cell

LATE, LATE_REJECTED, ARRIVED, ARRIVED_REJECTED = "late", "late_rejected", "arrived", "arrived_rejected"
"""A sheet comes late when its month was signed before; before that it arrives."""
RESTORED, DELETED = "restored", "deleted"
MOVED_IN, MOVED_OUT = "moved_in", "moved_out"
MONTH_ENTERED, MONTH_LEFT = "month_entered", "month_left"
DOUBLE, REJECTED, TAKEN_BACK = "double", "rejected", "taken_back"
CORRECTED, APPROVED, UNAPPROVED = "corrected", "approved", "unapproved"
RETURNED, RECEIVED_AGAIN, RECOUNTED = "returned", "received_again", "recounted"
KINDS = (
    LATE, ARRIVED, RESTORED, MOVED_IN, MONTH_ENTERED, TAKEN_BACK, DOUBLE, REJECTED, DELETED, MOVED_OUT, MONTH_LEFT,
    CORRECTED, APPROVED, UNAPPROVED, RETURNED, RECEIVED_AGAIN, RECOUNTED, LATE_REJECTED,
    ARRIVED_REJECTED,
)  # fmt: skip
"""In the order in which they are told: what came, what went, what is otherwise."""
NOT_LATE = {LATE: ARRIVED, LATE_REJECTED: ARRIVED_REJECTED}


@dataclass(frozen=True, slots=True)
class SheetState:
    """A sheet at a moment, as a CSO's month sees it."""

    is_there: bool = False
    """Whether it had been received, and lay in no trash."""
    cso: CsoCode = NO_CSO
    """Whose it was."""
    version: int = 0
    review: str = ""
    """"" for received, "edited", "hasIssues", "approved" or "rejected"."""
    is_double: bool = False
    """Whether it was rejected as the double of another."""
    is_of_month: bool = False
    """Whether its date was in the month."""
    facts: Facts = field(default_factory=dict, hash=False)
    """What it counted in the month; {} where it did not."""


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What became of one sheet."""

    submission_id: int
    kind: str
    facts: Facts = field(hash=False)
    """By how much the month says more, cell by cell; {} where no number follows from it."""
    before: SheetState = field(repr=False)
    after: SheetState = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """All changes of one kind."""

    kind: str
    sheets: tuple[int, ...]
    brings: Mapping[str, tuple[Sums, Sums]] = field(hash=False)
    """As the rows of a compilation sheet have it (`aggregates.compilation.adjustment.by_row`)."""


def changes_of(
    before: Mapping[int, SheetState], after: Mapping[int, SheetState], *, cso: CsoCode, is_signed: bool
) -> tuple[SheetChange, ...]:
    """What became of a CSO's sheets of a month, by their ids; those of which nothing is otherwise are left out.

    `is_signed`, whether the month was signed at the moment.
    """
    found = []
    for submission_id in sorted(before.keys() | after.keys()):
        then, now = before.get(submission_id, SheetState()), after.get(submission_id, SheetState())
        facts = difference(now.facts, then.facts)
        kind = _kind(then, now, cso)
        if facts and not kind:
            kind = RECOUNTED
        if not is_signed:
            kind = NOT_LATE.get(kind, kind)
        if kind:
            found.append(SheetChange(submission_id, kind, facts, then, now))
    return tuple(found)


def groups_of(found: Iterable[SheetChange], scheme: AgeScheme) -> tuple[ChangeGroup, ...]:
    """The changes by kind, in the order of KINDS, each kind with its differences added up."""
    by_kind: dict[str, list[SheetChange]] = {}
    for change in found:
        by_kind.setdefault(change.kind, []).append(change)
    return tuple(
        ChangeGroup(
            kind,
            tuple(change.submission_id for change in by_kind[kind]),
            by_row(added(by_kind[kind]), scheme),
        )
        for kind in KINDS
        if kind in by_kind
    )


def added(found: Iterable[SheetChange]) -> dict[Cell, Both]:
    """What changes bring together, by cell; cells in which they cancel out are left out."""
    total: dict[Cell, Both] = {}
    for change in found:
        for cell, number in change.facts.items():
            total[cell] = total.get(cell, NOTHING).plus(number)
    return {cell: number for cell, number in total.items() if any(number)}


def _kind(then: SheetState, now: SheetState, cso: CsoCode) -> str:
    """What became of a sheet: the first of these that is true, "" where its state is what it was."""
    was_here = then.is_there and then.cso == cso and then.is_of_month
    is_here = now.is_there and now.cso == cso and now.is_of_month
    if not was_here and not is_here:
        return ""
    if not was_here:
        return _entered(then, now, cso)
    if not is_here:
        return DELETED if not now.is_there else MOVED_OUT if now.cso != cso else MONTH_LEFT
    if (then.review == "rejected") != (now.review == "rejected"):
        return TAKEN_BACK if then.review == "rejected" else DOUBLE if now.is_double else REJECTED
    if then.version != now.version:
        return CORRECTED
    if then.review == now.review:
        return ""
    if "approved" in (then.review, now.review):
        return APPROVED if now.review == "approved" else UNAPPROVED
    return RETURNED if now.review == "hasIssues" else RECEIVED_AGAIN


def _entered(then: SheetState, now: SheetState, cso: CsoCode) -> str:
    if not then.is_there:
        if now.review == "rejected":
            return LATE_REJECTED
        return RESTORED if then.version else LATE
    return MOVED_IN if then.cso != cso else MONTH_ENTERED
