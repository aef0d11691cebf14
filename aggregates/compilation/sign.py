"""Takes a step with a month: submits, takes back, validates or reopens it, and freezes what was signed (§ 6.3)."""

from dataclasses import dataclass
from datetime import datetime

from aggregates.compilation import contributions, frozen_facts, signatures
from aggregates.compilation.balance import differences, differences_to
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
    SheetsUndecided,
    SumsDiffer,
    follow,
)
from aggregates.tallies.tally_queries import sum_month
from forms.base.by import By
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync import audits
from sync.audits import About
from sync.counting.schemes import scheme_in_use

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
    accepts_undecided: bool = False
    """Whether they sign although nobody has decided on some sheets."""


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
    SheetsOnHold, SheetsUndecided and SumsDiffer (V26: also where the tallies say something else).
    """
    cso, of = CsoCode(month.header.cso), month.header.month
    steps = signatures.steps_of(db, project_id, cso=cso, month=of)
    if len(steps) != wish.steps_seen:
        raise CompilationOvertaken(cso=cso.shown, month=of)
    state = follow(steps, wish.action)
    if wish.action == REOPEN and not wish.remark:
        raise ReasonMissing
    contents, digest = (
        _frozen(db, project_id, month, wish, cso=cso) if wish.action in FREEZING else (None, "")
    )
    step = NewStep(wish.action, signer, now, wish.remark, contents, digest)
    step_id = signatures.add_step(db, project_id, step, cso=cso, month=of, number=len(steps) + 1)
    if wish.action == VALIDATE:
        frozen_facts.freeze(db, step_id, month.to_freeze)
    audits.append(
        db,
        f"compilation.{wish.action}",
        By(signer.id, now),
        About(project_id=project_id),
        details={"cso": cso, "month": of, **({"digest": digest} if digest else {})},
        notes=wish.remark or None,
    )
    return state


def _frozen(
    db: Database, project_id: int, month: CompiledMonth, wish: Wish, *, cso: CsoCode
) -> tuple[str, str]:
    if wish.seen and wish.seen != month.seen:
        raise CompilationChanged(cso=cso.shown, month=month.header.month)
    if month.header.on_hold:
        raise SheetsOnHold(count=month.header.on_hold)
    if month.header.undecided and not wish.accepts_undecided:
        raise SheetsUndecided(count=month.header.undecided)
    differing = [*differences(month.provisional), *differences(month.verified)]
    stated = sum_month(db, project_id, cso=cso, month=month.header.month)
    if otherwise := differences_to(stated, month, scheme_in_use(db)):
        if contributions.count_waiting(db, project_id, cso=cso):  # came between the roll-up and the signature
            raise CompilationChanged(cso=cso.shown, month=month.header.month)
        differing += otherwise
    if differing:
        raise SumsDiffer(differences=tuple(str(difference) for difference in differing[:LONGEST_LIST]))
    return frozen(month)
