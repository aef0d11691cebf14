"""The columns of head counts, and what one sheet brings to each of them (domain page § 7, block 1). Pure.

The same function fills the sums and the lists of the sheets behind a number: what is listed adds up to what is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aggregates.compilation.compilation import Column
from aggregates.compilation.contribution import Contribution
from aggregates.compilation.source import Source, Sums
from forms.definition.age_scheme import AgeScheme
from sync.counting.cell import Cell
from sync.counting.head_count import LEFT_OUT, group_of

OTHERS = "autres"
PEOPLE = ("h", "f", "g", "fi", OTHERS)
"""The columns whose sum is the total."""
FIRST_TIMERS = frozenset(["nv_h", "nv_f", "nv_g", "nv_fi", "nv_autres"])
COLUMN_OF = {"men": "h", "women": "f", "boys": "g", "girls": "fi"}
"""The four cells (§ 2.1); an unknown sex or age and a band that is neither go to OTHERS, never away."""
SUBSETS = {"disability": "dont_handicap", "domestic_workers": "dont_aides", "out_of_school": "dont_desco"}
STATES = {"approved": "validees", "has_issues": "a_corriger", "rejected": "rejetees", "held": "retenues"}
STATUSES = {"reportee": "reportees", "annulee": "annulees"}
"""How the sheets say that an event did not take place (§ 5.1, statut_seance)."""
NOT_HELD = "not_held"
"""The unit of the cells by which frozen facts tell that an event did not take place; `subset` is the column."""
UNKNOWN_WHEN_EMPTY = FIRST_TIMERS | {"nv_total"}
"""First-timers that no sheet tells are unknown, and not nought."""
SHEET_COLUMNS = frozenset(["recues", "validees", "a_corriger", "rejetees", "retenues", "signalements"])
"""What is said of sheets whatever their numbers count for."""


@dataclass(frozen=True, slots=True)
class HeadCount:
    """Head counts of one measure of people, with the events at which they were counted."""

    people: str
    """The measure: "participants", "trainees"."""
    events: str
    """The measure of the events themselves: "sessions", "trainings"."""
    beside: Mapping[str, str]
    """Further measures of events, by their column."""

    @property
    def of_sheets(self) -> frozenset[str]:
        """The measures whose forms' sheets are sheets of this block."""
        return frozenset([self.people, self.events]) - {""}

    @property
    def measures(self) -> frozenset[str]:
        """Every measure that has a column here."""
        return self.of_sheets | frozenset(self.beside.values())

    def column_of(self, cell: Cell, scheme: AgeScheme) -> str:
        """The column of a cell, "" for one that has none here."""
        if self.events and cell.measure == self.events:
            return cell.subset if cell.unit == NOT_HELD else "tenues"
        for column, measure in self.beside.items():
            if cell.measure == measure:
                return column
        if cell.measure != self.people:
            return ""
        if cell.subset:
            return SUBSETS.get(cell.subset, "") if cell.unit == "contacts" and cell.reach == "direct" else ""
        if cell.reach != "direct":
            return cell.reach if cell.unit == "contacts" else ""
        group = group_of(cell.sex, cell.age_band, scheme)
        if group == LEFT_OUT:
            return ""
        column = COLUMN_OF.get(group, OTHERS)
        return column if cell.unit == "contacts" else f"nv_{column}"

    def columns(self) -> tuple[Column, ...]:
        """The columns that follow a row's heading, in the order of the domain page."""
        listed = [
            "tenues", "reportees", "annulees", "non_tenues", "h", "f", "g", "fi", OTHERS, "total",
            "nv_h", "nv_f", "nv_g", "nv_fi", "nv_autres", "nv_total", "nv_fiches", *SUBSETS.values(),
            "indirect", "media", *self.beside, "recues", "validees", "a_corriger", "rejetees", "retenues",
            "signalements",
        ]  # fmt: skip
        return (
            Column("prevues"),
            *(Column(key, "share" if key == "nv_fiches" else "number", True) for key in listed),
        )


OPTIONAL = frozenset(["non_tenues", OTHERS, "nv_autres", "retenues"])
"""Columns that are there only where some row has a number in them."""


def brought(
    source: Source, columns: Mapping[str, str], versions: frozenset[int], contribution: Contribution
) -> tuple[Sums, Sums]:
    """What one contribution brings to each column, provisionally and as verified.

    `columns` are those of the cells (`columns_of`), `versions` those whose sheets are sheets of this block. A column
    that it does not touch is left out: unknown, and not nought.
    """
    is_sheet = contribution.is_first and contribution.definition_id in versions
    of_sheet = _of_the_sheet(source, contribution) if is_sheet else {}
    if not contribution.is_counted:
        return of_sheet, of_sheet
    told = dict(of_sheet)
    people = first_timers = 0
    states_first_timers = False
    for key, n in contribution.facts.items():
        column = columns.get(key, "")
        if not column:
            continue
        told[column] = told.get(column, 0) + n
        if column in PEOPLE:
            people += n
        elif column in FIRST_TIMERS:
            first_timers += n
            states_first_timers = True
    told["total"] = people
    if states_first_timers:
        told["nv_total"] = first_timers
        told["nv_fiches"] = 1
    if is_sheet and (column := not_held(contribution)):
        told[column] = 1
    return told, told if contribution.review == "approved" else of_sheet


def not_held(contribution: Contribution) -> str:
    """The column of a sheet that says that its event did not take place, "" for one that does not say so."""
    if contribution.status in STATUSES:
        return STATUSES[contribution.status]
    return "non_tenues" if contribution.status and not contribution.facts else ""


def _of_the_sheet(source: Source, contribution: Contribution) -> Sums:
    told: Sums = {"recues": 1}
    state = STATES.get(contribution.review, "")
    if state:
        told[state] = 1
    flags = source.open_flags(contribution.submission_id)
    if flags:
        told["signalements"] = flags
    return told


def columns_of(source: Source, count: HeadCount) -> dict[str, str]:
    """The column of each cell that has one."""
    found = {key: count.column_of(cell, source.scheme) for key, cell in source.cells.items()}
    return {key: column for key, column in found.items() if column}
