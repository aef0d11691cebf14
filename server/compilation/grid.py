"""The months of a project's CSOs at a glance: which are signed, what waits, what was planned."""

from dataclasses import dataclass
from datetime import date

from aggregates.compilation import contributions, signatures
from aggregates.compilation.workflow import DRAFT, FREEZING
from aggregates.plan.plans import planned_sessions
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from forms.places.csos import Cso, list_csos
from forms.places.projects import Project
from server.compilation.changed import counts_since_signed


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One CSO's month."""

    cso: Cso
    month: str
    state: str
    sheets: int
    undecided: int
    planned: int | None
    """Sessions; None where the month was not planned."""
    signed_by: str
    signed_at: str
    changed: int | None
    """Sheets to which something happened since it was signed; None where it is not."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.sheets and self.planned is None and not self.signed_by


@dataclass(frozen=True, slots=True)
class Grid:
    """Every CSO's months, newest first."""

    csos: tuple[Cso, ...]
    months: tuple[str, ...]
    cells: dict[tuple[CsoCode, str], MonthCell]
    """By CSO and month."""
    every_month: tuple[str, ...]
    regions: tuple[tuple[str, str], ...]
    """Codes and names, to choose from."""
    counts: dict[str, int]
    """How many months are in each state."""


@dataclass(frozen=True, slots=True)
class MonthFilter:
    """Which months are wanted; "" leaves nothing out."""

    state: str = ""
    month: str = ""
    region: str = ""
    """Code of the region that sheets of the CSO came from."""


EVERY_MONTH = MonthFilter()


def grid_of(
    db: Database,
    project: Project,
    wanted: MonthFilter = EVERY_MONTH,
    *,
    csos: frozenset[CsoCode] | None,
    today: date,
) -> Grid:
    """The months of CSOs (None for all) that are wanted; the counts are of all of them."""
    organisations = [cso for cso in list_csos(db, project_id=project.id) if csos is None or cso.key in csos]
    if wanted.region:
        there = contributions.csos_in_region(db, project.id, wanted.region)
        organisations = [organisation for organisation in organisations if organisation.key in there]
    sheets = contributions.months_with_sheets(db, project.id, csos=csos)
    steps = signatures.last_steps(db, project.id, csos=csos)
    planned = planned_sessions(db, project.id, csos=csos)
    changed = counts_since_signed(db, project, steps)
    cells = {}
    this_month = str(Month.of(today))
    for organisation in organisations:
        code = organisation.key
        months = {key for owner, key in (*sheets, *steps, *planned) if owner == code}
        for key in sorted(months | {this_month}):
            step = steps.get((code, key))
            count, undecided = sheets.get((code, key), (0, 0))
            cells[code, key] = MonthCell(
                organisation, key, step.state if step else DRAFT, count, undecided, planned.get((code, key)),
                step.actor_name if step else "", step.taken_at if step else "",
                changed.get((code, key), 0) if step and step.action in FREEZING else None,
            )  # fmt: skip
    counts: dict[str, int] = {}
    for cell in cells.values():
        if not cell.is_empty:
            counts[cell.state] = counts.get(cell.state, 0) + 1
    every_month = tuple(sorted({key for _, key in cells}, reverse=True))
    kept = {
        key: cell
        for key, cell in cells.items()
        if wanted.month in ("", cell.month)
        and (not wanted.state or (cell.state == wanted.state and not cell.is_empty))
    }
    shown = tuple(sorted({key for _, key in kept}, reverse=True))
    columns = tuple(
        organisation
        for organisation in organisations
        if any((organisation.key, key) in kept for key in shown)
    )
    regions = contributions.regions_with_sheets(db, project.id) if csos is None else ()
    return Grid(columns, shown, kept, every_month, tuple(regions), counts)
