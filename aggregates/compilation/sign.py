"""Takes a step with a month: submits, takes back, validates or reopens it, and freezes what was signed (§ 6.3)."""

from dataclasses import dataclass
from datetime import datetime

from aggregates.compilation import signatures
from aggregates.compilation.balance import differences
from aggregates.compilation.signatures import NewStep, Signer
from aggregates.compilation.snapshot import CompiledMonth, frozen
from aggregates.compilation.workflow import (
    FREEZING,
    REOPEN,
    VALIDATE,
    CompilationChanged,
    CompilationOvertaken,
    ReasonMissing,
    SheetsOnHold,
    SumsDiffer,
    follow,
)
from forms.base.by import By
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync import audits
from sync.audits import About

LONGEST_LIST = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """The step that somebody wants to take, and what they saw when they asked for it."""

    action: str
    steps_seen: int
    """How many steps the month had."""
    seen: str
    """The digest of its numbers (`CompiledMonth.seen`), "" where it does not matter."""
    remark: str = ""


def sign(
    db: Database,
    project_id: int,
    *,
    month: CompiledMonth,
    wish: Wish,
    signer: Signer,
    now: datetime,
) -> str:
    """Take a step with a CSO's month as it is compiled now; gives the state that it leads to.

    Raises CompilationOvertaken where somebody else took a step meanwhile, StepNotAllowed, ReasonMissing (reopening
    needs one), CompilationChanged where the numbers are not those that were seen; and where something is signed,
    SheetsHeld and SumsDiffer (V26).
    """
    cso, of = CsoCode(month.header.cso), month.header.month
    steps = signatures.steps_of(db, project_id, cso=cso, month=of)
    if len(steps) != wish.steps_seen:
        raise CompilationOvertaken(cso=cso.shown, month=of)
    state = follow(steps, wish.action)
    if wish.action == REOPEN and not wish.remark:
        raise ReasonMissing
    contents, digest = _frozen(month, wish, cso=cso) if wish.action in FREEZING else (None, "")
    step = NewStep(wish.action, signer, now, wish.remark, contents, digest)
    step_id = signatures.add_step(db, project_id, step, cso=cso, month=of, number=len(steps) + 1)
    if wish.action == VALIDATE:
        signatures.freeze(
            db, step_id, (*month.counted, *(adjustment.counted for adjustment in month.adjustments))
        )
    audits.append(
        db,
        f"compilation.{wish.action}",
        By(signer.id, now),
        About(project_id=project_id),
        details={"cso": cso, "month": of, **({"digest": digest} if digest else {})},
        notes=wish.remark or None,
    )
    return state


def _frozen(month: CompiledMonth, wish: Wish, *, cso: CsoCode) -> tuple[str, str]:
    if wish.seen and wish.seen != month.seen:
        raise CompilationChanged(cso=cso.shown, month=month.header.month)
    if month.header.on_hold:
        raise SheetsOnHold(count=month.header.on_hold)
    differing = (*differences(month.provisional), *differences(month.verified))
    if differing:
        raise SumsDiffer(differences=tuple(str(difference) for difference in differing[:LONGEST_LIST]))
    return frozen(month)
