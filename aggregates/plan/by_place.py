"""A month place by place: planned, held, put off, called off, missing (domain page § 7, block 1). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from aggregates.plan.expectation import MonthExpectation, SheetSeen


@dataclass(slots=True)
class PlaceCount:
    """One place of the plan, or one where something happened that no line awaited."""

    place: str
    """Code; a line of a commune counts the sheets of its villages that fulfil it."""
    planned: int = 0
    took_place: int = 0
    postponed: int = 0
    cancelled: int = 0
    missing: int = 0
    overdue: int = 0
    for_others: int = 0
    """Sheets that fulfil a line of the month before or after; they are among those held, put off or called off."""
    unplanned: int = 0
    """Sheets that no line awaited; they are among those held, put off or called off."""
    people_planned: int | None = None
    people: int = 0

    def add_sheets(self, sheets: Iterable[SheetSeen]) -> None:
        """Count sheets by what they say became of the session."""
        for sheet in sheets:
            self.took_place += sheet.took_place
            self.postponed += sheet.is_postponed
            self.cancelled += sheet.is_cancelled
            self.people += sheet.people if sheet.took_place else 0


def place_counts(expectation: MonthExpectation) -> list[PlaceCount]:
    """The places of a month, by code."""
    found: dict[str, PlaceCount] = {}
    for line in expectation.lines:
        count = found.setdefault(line.awaited.place, PlaceCount(line.awaited.place))
        count.planned += line.planned
        count.missing += line.missing
        count.overdue += line.missing if line.is_overdue else 0
        count.add_sheets(
            received for received in line.sheets if received.event_date.startswith(str(expectation.month))
        )
        if line.awaited.people is not None:
            count.people_planned = (count.people_planned or 0) + line.awaited.people
    for sheet in (*expectation.unplanned, *expectation.for_others):
        found.setdefault(sheet.place, PlaceCount(sheet.place)).add_sheets((sheet,))
    for sheet in expectation.unplanned:
        found[sheet.place].unplanned += 1
    for sheet in expectation.for_others:
        found[sheet.place].for_others += 1
    return [found[code] for code in sorted(found)]


def total_of(counts: Iterable[PlaceCount]) -> PlaceCount:
    """All places together."""
    total = PlaceCount("")
    for count in counts:
        for name in (field.name for field in fields(PlaceCount)):
            value = getattr(count, name)
            if isinstance(value, int):
                setattr(total, name, (getattr(total, name) or 0) + value)
    return total
