"""Reads a plan's rows: the lines that can be taken in, and every line that cannot, with what is allowed. Pure.

The rows come from a file (`server.base.table_reader`) or from a program; what names may mean comes in as a name
resolver.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aggregates.plan.column import LAYOUT
from aggregates.plan.planned import Planned
from aggregates.plan.resolver import NameResolver, NotFound
from forms.base.table import CellProblem, Columns, Rows, find_columns, shortened
from forms.base.table_cell import When, read_count, read_when
from forms.places.cso_code import NO_CSO, CsoCode

CELLS = ("men", "women", "boys", "girls")
MOST_SESSIONS = 999
MOST_PEOPLE = 1_000_000
LONGEST_CELL = 200
Find = Callable[[str], str | NotFound]


@dataclass(frozen=True, slots=True)
class PlanReading:
    """What a plan's rows came to."""

    planned: tuple[Planned, ...]
    """The lines that can be taken in, in their order."""
    problems: tuple[CellProblem, ...]
    """By row; a row may have several."""
    remarks: tuple[CellProblem, ...]
    """What hinders nothing and should be looked at."""
    unread: tuple[tuple[str, str], ...]
    """Headings that are not read, each with the one that was perhaps meant."""

    @property
    def refused(self) -> int:
        """How many lines are refused."""
        return len({problem.row for problem in self.problems})


def read_plan(rows: Rows, resolver: NameResolver) -> PlanReading:
    """Read the rows of a plan, its headings among the first. Raises ColumnsMissing."""
    columns = find_columns(rows, LAYOUT)
    planned: list[Planned] = []
    problems: list[CellProblem] = []
    remarks: list[CellProblem] = []
    seen: dict[Planned, int] = {}
    for number, cells in rows:
        if number <= columns.row:
            continue
        line = _Line(number, columns, cells, resolver)
        read = line.read()
        problems += sorted(line.problems, key=line.position)
        if read is None:
            continue
        if read in seen:
            line.remark("cso", "same_as", found="", allowed=(str(seen[read]),))
        seen.setdefault(read, number)
        remarks += line.remarks
        planned.append(read)
    return PlanReading(tuple(planned), tuple(problems), tuple(remarks), columns.unread)


def rows_of(lines: Sequence[Mapping[str, object]]) -> Rows:
    """The rows of lines that a program sends, under the English headings."""
    names = (
        "cso",
        "place",
        "commune",
        "month",
        "date",
        "activity",
        "form",
        "animator",
        "sessions",
        "people",
        *CELLS,
    )
    rows: list[tuple[int, Sequence[str]]] = [(0, names)]
    for number, line in enumerate(lines, start=1):
        rows.append((number, ["" if line.get(name) is None else str(line[name]) for name in names]))
    return rows


class _Line:
    """One row being read; every mistake in it is noted, not the first alone."""

    def __init__(self, number: int, columns: Columns, cells: Sequence[str], resolver: NameResolver) -> None:
        self.number = number
        self.columns = columns
        self.resolver = resolver
        self.problems: list[CellProblem] = []
        self.remarks: list[CellProblem] = []
        self.text: dict[str, str] = {}
        for column in columns.at:
            text = columns.text(cells, column)
            if len(text) > LONGEST_CELL:
                self.refuse(column, "too_long", found=text, allowed=(str(LONGEST_CELL),))
                text = ""
            self.text[column] = text

    def read(self) -> Planned | None:
        """The line, None where anything in it is refused."""
        when = self._when()
        named, place = self._place()
        form = self._named("form", self.resolver.form)
        activity = self._named("activity", lambda text: self.resolver.activity(text, form))
        sessions = self._count("sessions", 1, MOST_SESSIONS)
        people = self._count("people", 0, MOST_PEOPLE)
        cells = {cell: self._count(cell, 0, MOST_PEOPLE) for cell in CELLS}
        if when is not None and when.day and sessions not in (None, 1):
            self.refuse("sessions", "day_has_one_session")
        self._compare(people, cells)
        animator = self._animator(named)
        if self.problems or when is None:
            return None
        return Planned(
            cso=named,
            month=when.month,
            place=place,
            day=when.day,
            form=form,
            activity=activity,
            animator=animator,
            sessions=sessions or 1,
            people=people,
            **cells,
        )

    def refuse(
        self, column: str, rule: str, *, found: str | None = None, allowed: Sequence[str] = ()
    ) -> None:
        """Note a mistake."""
        self.problems.append(self._problem(column, rule, found, allowed))

    def remark(
        self, column: str, rule: str, *, found: str | None = None, allowed: Sequence[str] = ()
    ) -> None:
        """Note something that hinders nothing."""
        self.remarks.append(self._problem(column, rule, found, allowed))

    def _problem(self, column: str, rule: str, found: str | None, allowed: Sequence[str]) -> CellProblem:
        text = self.text.get(column, "") if found is None else found
        return self.columns.problem(self.number, column, text, rule, *allowed)

    def position(self, problem: CellProblem) -> int:
        """Where in the line a mistake stands."""
        headings = {shortened(text): self.columns.at[column] for column, text in self.columns.written.items()}
        return headings.get(problem.column, -1)

    def _when(self) -> When | None:
        month_text, day_text = self.text.get("month", ""), self.text.get("date", "")
        if not month_text and not day_text and not self.problems:
            self.refuse("month" if "month" in self.columns.at else "date", "required")
            return None
        month = self._one("month", month_text)
        day = self._one("date", day_text)
        if month and month.day and month.day.endswith("-01"):
            month = When(month.month)  # a spreadsheet writes a month as its first day
        if month and day and month.month != day.month:
            self.refuse("date", "month_differs", allowed=(month.month,))
        return day or month

    def _one(self, column: str, text: str) -> When | None:
        when = read_when(text) if text else None
        if text and when is None:
            self.refuse(column, "when_unreadable")
        return when

    def _place(self) -> tuple[CsoCode, str]:
        """The codes of the CSO and of the place, "" where either is refused."""
        cso_text = self.text.get("cso", "")
        named = self.resolver.cso(cso_text) if cso_text else NO_CSO
        if isinstance(named, NotFound):
            self.refuse("cso", named.rule, allowed=named.allowed)
        cso = NO_CSO if isinstance(named, NotFound) else named
        has_problems = bool(self.problems)
        place = self.resolver.place(self.text.get("place", ""), self.text.get("commune", ""), cso)
        if isinstance(place, NotFound):
            column = (
                "commune" if place.rule == "commune_unknown" or "place" not in self.columns.at else "place"
            )
            self.refuse(column, place.rule, allowed=place.allowed)
            return cso, ""
        if not cso and not has_problems:
            cso = self._default_cso(self.resolver.cso_of(place))
        return cso, place.place.code

    def _default_cso(self, of_place: CsoCode) -> CsoCode:
        """The CSO of a line that names none: the only one that may be meant, else the place's."""
        reachable = self.resolver.reachable
        if len(reachable) == 1:
            return next(iter(reachable))
        if of_place in reachable:
            return of_place
        self.refuse("cso", "required", allowed=sorted(reachable.values())[:12])
        return NO_CSO

    def _named(self, column: str, find: Find) -> str:
        text = self.text.get(column, "")
        found = find(text) if text else ""
        if isinstance(found, NotFound):
            self.refuse(column, found.rule, allowed=found.allowed)
            return ""
        return found

    def _animator(self, cso: CsoCode) -> str:
        text = self.text.get("animator", "")
        found = self.resolver.animator(text, cso) if text else ""
        if isinstance(found, NotFound):  # phones may come later than the plan
            self.remark("animator", found.rule, allowed=found.allowed)
            return text
        return found

    def _count(self, column: str, least: int, most: int) -> int | None:
        text = self.text.get(column, "")
        if not text:
            return None
        count = read_count(text)
        if count is None or not least <= count <= most:
            self.refuse(column, "number_unreadable", allowed=(str(least), str(most)))
            return None
        return count

    def _compare(self, people: int | None, cells: Mapping[str, int | None]) -> None:
        given = [cell for cell in cells.values() if cell is not None]
        if people is None or not given:
            return
        if sum(given) > people or (len(given) == len(CELLS) and sum(given) != people):
            self.refuse("people", "people_differ", allowed=(str(sum(given)),))
