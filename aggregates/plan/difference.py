"""What a new plan changes of the present one, by CSO and month: an import replaces both whole. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregates.plan.expectation import planned_people
from aggregates.plan.planned import Planned
from forms.places.cso_code import CsoCode

Key = tuple[CsoCode, str]
"""A CSO and a month."""


@dataclass(frozen=True, slots=True)
class PlanTotals:
    """A plan in three numbers."""

    lines: int = 0
    sessions: int = 0
    people: int | None = None
    """None where no line gives a number."""


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """One CSO and month of a new plan beside the present one."""

    cso: CsoCode
    month: str
    new: PlanTotals
    present: PlanTotals
    same: int
    """Lines that stand in both."""

    @property
    def added(self) -> int:
        """Lines that the present plan does not have."""
        return self.new.lines - self.same

    @property
    def dropped(self) -> int:
        """Lines of the present plan that will count no more."""
        return self.present.lines - self.same


def totals(planned: Sequence[Planned]) -> PlanTotals:
    """Lines, sessions and people of a plan."""
    people = [count for session in planned if (count := planned_people(session)) is not None]
    sessions = sum(1 if session.day else session.sessions for session in planned)
    return PlanTotals(len(planned), sessions, sum(people) if people else None)


def by_cso_and_month(planned: Sequence[Planned]) -> dict[Key, list[Planned]]:
    """The lines apart by CSO and month, in that order."""
    found: dict[Key, list[Planned]] = {}
    for session in planned:
        found.setdefault((session.cso, session.month), []).append(session)
    return dict(sorted(found.items()))


def difference(new: Sequence[Planned], present: Mapping[Key, Sequence[Planned]]) -> list[PlanDifference]:
    """What a new plan replaces, for every CSO and month that it names."""
    told = []
    for (cso, month), lines in by_cso_and_month(new).items():
        before = present.get((cso, month), ())
        same = (Counter(lines) & Counter(before)).total()
        told.append(PlanDifference(cso, month, totals(lines), totals(before), same))
    return told
