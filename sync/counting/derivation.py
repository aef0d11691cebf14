"""What is derived of one sheet: its records with their facts, and what is amiss. Values alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms.definition.dimension import Grain
from sync.counting.cell import Cell


@dataclass(frozen=True, slots=True)
class Record:
    """What one scope of a sheet (its root, or one repeat instance) counted, and under which grain."""

    number: int
    """0 for the root, then 1, 2 … in the order of the document."""
    grain: Grain
    event_date: str
    """ISO date, or "" where the sheet has no readable one."""
    status: str
    """The status answer ("oui", "reportee" …), "" where the form asks none."""
    facts: tuple[tuple[Cell, int], ...]
    """Each cell once. An unanswered cell is unknown and not there; zero is a number like another."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a sheet that a coordinator should look at. No name and no free text is repeated here."""

    rule: str
    """Its code (`aggregates.flags.catalogue`): "missing_date", "unreadable_value", "stated_total_mismatch" …"""
    path: str
    """The question, repeat instances numbered ("/personnes[2]/age")."""
    details: Mapping[str, int | str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Derivation:
    """What one sheet counts, from which whoever tells its numbers tells them."""

    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()
    event_date: str = ""
    """Of the sheet as a whole: the first readable one, as an ISO date; "" where there is none."""
    place: str = ""
    """Code of the finest place that its outermost scope answers."""
    activity: str = ""
    """As answered: a code of the form's own list."""
    status: str = ""
    """The status answer ("oui", "reportee" …), "" where the form asks none."""
    took_place: bool = True
    """Whether the event took place, as far as the form asks: what did not has no facts."""

    @property
    def facts(self) -> Iterator[tuple[Cell, int]]:
        """The facts of all records; a cell that several of them fill comes several times."""
        for record in self.records:
            yield from record.facts
