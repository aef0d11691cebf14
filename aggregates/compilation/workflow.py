"""How a month is signed: draft, submitted by the coordinator, validated by the officer, reopened (§ 6.3). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from forms.base.refusal import Refusal

DRAFT, SUBMITTED, VALIDATED = "draft", "submitted", "validated"
STATES = (DRAFT, SUBMITTED, VALIDATED)
SUBMIT, TAKE_BACK, VALIDATE, REOPEN = "submit", "take_back", "validate", "reopen"
STEPS = {
    SUBMIT: ((DRAFT,), SUBMITTED),
    TAKE_BACK: ((SUBMITTED,), DRAFT),
    VALIDATE: ((SUBMITTED,), VALIDATED),
    REOPEN: ((SUBMITTED, VALIDATED), DRAFT),
}
"""From which states a step leads, and to which."""
FREEZING = (SUBMIT, VALIDATE)
"""The steps that keep what they were about."""


class StepNotAllowed(Refusal):
    """The month is in a state from which this step does not lead (`step`, `state`)."""


class CompilationOvertaken(Refusal):
    """Somebody else took a step with this month meanwhile (`cso`, `month`)."""


class CompilationChanged(Refusal):
    """The month's numbers are not those any more that were seen when it was signed (`cso`, `month`)."""


class SumsDiffer(Refusal):
    """Numbers of the sheet that should add up do not (`differences`; domain page § 10, V26)."""


class SheetsOnHold(Refusal):
    """Sheets are held: no number tells them until somebody decides (`count`)."""


class SheetsUndecided(Refusal):
    """Nobody has decided on some sheets yet, and whoever signs did not say that they sign all the same (`count`)."""


class ReasonMissing(Refusal):
    """The step needs a reason."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as it was taken."""

    id: int
    number: int
    """1, 2 … of its month."""
    action: str
    actor_id: int | None
    actor_name: str
    """As it was then: a signature does not change with an account."""
    actor_role: str
    """The role's system word."""
    remark: str
    taken_at: str
    digest: str
    """SHA-256 of what was frozen, "" for a step that freezes nothing."""

    @property
    def state(self) -> str:
        """The state to which it led."""
        return STEPS[self.action][1]


def state_of(steps: Sequence[Step]) -> str:
    """The state of a month whose steps are these, oldest first."""
    return steps[-1].state if steps else DRAFT


def frozen_step(steps: Sequence[Step]) -> Step | None:
    """The step whose snapshot the month shows: that of a submitted or validated month."""
    return steps[-1] if steps and steps[-1].action in FREEZING else None


def follow(steps: Sequence[Step], action: str) -> str:
    """The state after one more step. Raises StepNotAllowed."""
    before = state_of(steps)
    sources, after = STEPS[action]
    if before not in sources:
        raise StepNotAllowed(step=action, state=before)
    return after
