"""Takes a plan in, takes it back and lets it count again: for the page, programs and the command line alike."""

from collections.abc import Sequence

from aggregates.plan import plans
from aggregates.plan.planned import Planned
from aggregates.plan.plans import PlanImport
from forms.base.by import By
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from server.base.whole_number import whole_number
from sync import audits
from sync.audits import About


class PlanImportUnknown(Refusal):
    """There is no such import (`id`)."""


class PlanImportShared(Refusal):
    """The import also holds the plan of other CSOs: whoever reaches them all may take it back."""


class PlanRefused(Refusal):
    """Lines of the plan cannot be taken in (`count`; `lines` says which and why)."""


def take_in(
    db: Database,
    project_id: int,
    planned: Sequence[Planned],
    *,
    file_name: str,
    by: By,
) -> int:
    """Take lines in, at least one, in place of what counted for their CSOs and months; gives the import's id."""
    key = plans.add_import(db, project_id, planned, file_name=file_name, actor_id=by.actor_id, now=by.at)
    _note(db, "plan.import", project_id, key, lines=len(planned), by=by)
    return key


def turn(
    db: Database,
    project_id: int,
    import_id: str,
    *,
    is_undone: bool,
    reach: frozenset[CsoCode] | None,
    by: By,
) -> PlanImport:
    """Take an import back, or let it count again, for somebody who reaches these CSOs (None for all).

    Raises PlanImportUnknown or PlanImportShared.
    """
    number = whole_number(import_id)
    found = plans.imports(db, project_id, csos=reach, import_id=number) if number is not None else []
    if not found:
        raise PlanImportUnknown(id=import_id)
    [one] = found
    if one.is_shared:
        raise PlanImportShared(id=import_id)
    if (one.undone_at is not None) != is_undone:
        plans.set_undone(db, project_id, one.id, is_undone=is_undone, now=by.at)
        action = "plan.undo" if is_undone else "plan.redo"
        _note(db, action, project_id, one.id, lines=one.rows, by=by)
    return one


def _note(
    db: Database,
    action: str,
    project_id: int,
    import_id: int,
    *,
    lines: int,
    by: By,
) -> None:
    details = {"import": import_id, "lines": lines}
    audits.append(db, action, by, About(project_id=project_id), details=details)
