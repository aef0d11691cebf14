"""What was to come and what came, as values: lines that await sheets, and what became of each.

The plan is one source of lines; registers whose groups meet weekly or report quarterly add theirs beside it
(domain page § 7, block 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from aggregates.plan.planned import Planned
from forms.base.month import Month
from forms.places.cso_code import CsoCode

POSTPONED = "reportee"
CANCELLED = "annulee"
"""How the sheets say that a session was not held (domain page § 5.1, statut_seance)."""
PLAN = "plan"


@dataclass(frozen=True, slots=True)
class ExpectationLimits:
    """From when on something is missing or late."""

    days_around: int = 3
    """A session with a day may be held so many days before or after it."""
    grace_days: int = 3
    """A sheet is overdue so many days after its day, or after the month."""
    late_days: int = 7
    """A sheet that is received more than so many days after the event is late (domain page § 7, block 6)."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """Sheets that are to come: so many of one kind, from one place, in one span of days."""

    place: str
    """Code, whatever its level: every place below it serves."""
    first_day: str
    last_day: str
    """ISO dates, both included: an event in this span serves."""
    sessions: int = 1
    day: str = ""
    """The very day, where there is one."""
    form: str = ""
    activity: str = ""
    animator: str = ""
    """As the plan names them, "" where it does not."""
    people: int | None = None
    source: str = PLAN
    """Where the line comes from: the plan, or a register."""

    @property
    def due(self) -> str:
        """The day after which the sheet is waited for."""
        return self.day or self.last_day


class SheetSeen(NamedTuple):
    """One sheet of the month that counts as received."""

    submission_id: int
    form: str
    place: str
    above: frozenset[str]
    """The codes of all levels above its place."""
    activity: str
    event_date: str
    status: str
    took_place: bool
    people: int
    animator_id: int | None
    created_at: str
    review: str
    """"" for received."""

    @property
    def is_postponed(self) -> bool:
        """Whether it says that the session was put off."""
        return not self.took_place and self.status == POSTPONED

    @property
    def is_cancelled(self) -> bool:
        """Whether it says that the session was called off."""
        return not self.took_place and self.status == CANCELLED


@dataclass(frozen=True, slots=True)
class Animator:
    """Somebody in the field, by their phone."""

    id: int
    name: str
    last_seen: str = ""
    """ISO date or moment of the last synchronisation, "" for never."""


@dataclass(frozen=True, slots=True)
class Field:
    """Who works for a CSO, by their phones."""

    cso: CsoCode
    animators: Sequence[Animator] = ()


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """What one month awaits, and the sheets whose event is in it."""

    month: Month
    lines: Sequence[Awaited]
    sheets: Sequence[SheetSeen]

    def reaching(self, other: Month) -> list[Awaited]:
        """The lines that a sheet of another month may serve."""
        first, last = other.first_day.isoformat(), other.last_day.isoformat()
        return [line for line in self.lines if line.first_day <= last and line.last_day >= first]


@dataclass(frozen=True, slots=True)
class AwaitedResult:
    """What became of one line."""

    awaited: Awaited
    sheets: tuple[SheetSeen, ...]
    """Those that fulfil it, by date."""
    animator_id: int | None
    animator: str
    """From whom the sheets are expected, "" where nobody can tell."""
    is_overdue: bool
    """Whether something is missing, and its day and the days of grace have passed."""

    @property
    def planned(self) -> int:
        """How many sheets are awaited."""
        return self.awaited.sessions

    @property
    def received(self) -> int:
        """How many came."""
        return len(self.sheets)

    @property
    def missing(self) -> int:
        """How many did not."""
        return self.planned - self.received

    @property
    def took_place(self) -> int:
        """How many of the events took place."""
        return sum(sheet.took_place for sheet in self.sheets)

    @property
    def people(self) -> int:
        """How many people came to those that took place."""
        return sum(sheet.people for sheet in self.sheets if sheet.took_place)


@dataclass(frozen=True, slots=True)
class AnimatorResult:
    """The month of one animator. `expected` = `fulfilled` + `missing`; `received` counts every sheet."""

    id: int | None
    """None for sheets of which nobody can tell from whom they are to come."""
    name: str
    expected: int = 0
    fulfilled: int = 0
    missing: int = 0
    overdue: int = 0
    received: int = 0
    """Sheets sent by this animator, planned or not."""
    unplanned: int = 0
    """Of them, those that no line awaited."""
    late: int = 0
    """Of them, those that came late."""
    days_silent: int | None = None
    """Days since the last synchronisation, None for never."""


@dataclass(frozen=True, slots=True)
class MonthExpectation:
    """A CSO's month: what was to come, what came, what is missing."""

    cso: CsoCode
    month: Month
    lines: tuple[AwaitedResult, ...]
    """In the order in which they were given."""
    unplanned: tuple[SheetSeen, ...]
    """Sheets that no line awaited, by date."""
    animators: tuple[AnimatorResult, ...]
    """By name; what nobody can be asked about last."""
    sheets: tuple[SheetSeen, ...] = field(repr=False)
    """Every sheet received, by date."""
    for_others: tuple[SheetSeen, ...] = ()
    """Those of them that fulfil a line of the month before or after, by date: they are not unplanned."""

    @property
    def planned(self) -> int:
        """How many sheets are awaited."""
        return sum(line.planned for line in self.lines)

    @property
    def received(self) -> int:
        """How many sheets came, planned or not."""
        return len(self.sheets)

    @property
    def received_otherwise(self) -> int:
        """How many of them no phone sent: they were filled in the office, or with a link."""
        return len(self.sheets) - sum(animator.received for animator in self.animators)

    @property
    def missing(self) -> int:
        """How many of the awaited ones did not come."""
        return sum(line.missing for line in self.lines)

    @property
    def took_place(self) -> int:
        """How many events took place, planned or not."""
        return sum(sheet.took_place for sheet in self.sheets)

    @property
    def took_place_beside(self) -> int:
        """How many of the awaited sheets came with a day of the month before or after, where they are counted."""
        return sum(
            not sheet.event_date.startswith(str(self.month)) for line in self.lines for sheet in line.sheets
        )

    @property
    def missing_lines(self) -> list[AwaitedResult]:
        """The lines that still await something: overdue ones first, then by day."""
        wanting = [line for line in self.lines if line.missing]
        return sorted(
            wanting,
            key=lambda each: (not each.is_overdue, each.awaited.due, each.animator, each.awaited.place),
        )


def awaited_of(planned: Planned, limits: ExpectationLimits) -> Awaited:
    """A line of the plan as the sheets that it awaits: a day awaits one, a month as many as sessions."""
    month = Month.parse(planned.month)
    first, last = month.first_day, month.last_day
    if planned.day:
        around = timedelta(days=limits.days_around)
        day = date.fromisoformat(planned.day)
        first, last = day - around, day + around
    return Awaited(
        place=planned.place,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        sessions=1 if planned.day else planned.sessions,
        day=planned.day,
        form=planned.form,
        activity=planned.activity,
        animator=planned.animator,
        people=planned_people(planned),
    )


def planned_people(planned: Planned) -> int | None:
    """How many people were to come: the number for everybody, else the sum of the cells that are given."""
    if planned.people is not None:
        return planned.people
    cells = [cell for cell in (planned.men, planned.women, planned.boys, planned.girls) if cell is not None]
    return sum(cells) if cells else None
