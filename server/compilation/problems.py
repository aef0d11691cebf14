"""The answers about compilation sheets and their signatures."""

from aggregates.compilation.workflow import (
    CompilationChanged,
    CompilationOvertaken,
    ReasonMissing,
    SheetsOnHold,
    SheetsUndecided,
    StepNotAllowed,
    SumsDiffer,
)
from server.base.problem import Facts, Problem, Problems
from server.compilation.words import STATES
from server.words.language import mark, translate


def _state(facts: Facts, language: str) -> Facts:
    state = facts["state"]
    return {"state": translate(language, STATES.get(state) or str(state))}


PROBLEMS: Problems = {
    CompilationOvertaken: Problem(
        409.1,
        mark("Look again: somebody else signed or reopened this month of {cso} meanwhile. Nothing was done."),
    ),
    CompilationChanged: Problem(
        409.1,
        mark(
            "Look at the numbers again, then sign: sheets of {cso} arrived or changed while you were reading."
        ),
    ),
    StepNotAllowed: Problem(
        409.1, mark("This month is {state}: look again, the step cannot be taken now."), words=_state
    ),
    SheetsOnHold: Problem(
        409.1, mark("Decide on the sheets that are held back first ({count}): no number tells them yet.")
    ),
    SheetsUndecided: Problem(
        409.1,
        mark(
            "Decide on the sheets first, or say that you sign all the same: {count} wait, and what is approved later "
            "stands among the adjustments of another month."
        ),
    ),
    SumsDiffer: Problem(
        500.1,
        mark("Do not sign: numbers of this month do not add up. Tell the administrator: {differences}."),
    ),
    ReasonMissing: Problem(400.2, mark("Write a reason: the coordinator reads it.")),
}
