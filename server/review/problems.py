"""The answers about decisions on sheets and flags, and about corrections."""

from aggregates.flags.decide import FlagChanged, FlagDecisionUnknown, FlagReasonMissing
from server.base.problem import Problem, Problems
from server.base.refusals import CorrectionReasonMissing
from server.words.language import mark
from sync.intake.review_state import ReviewStateUnknown
from sync.review.owners import MoveReasonMissing, OwnerUnchanged

PROBLEMS: Problems = {
    ReviewStateUnknown: Problem(400.8, mark("{state} is no review state. Allowed: {allowed}.")),
    CorrectionReasonMissing: Problem(
        400.2, mark("Say why the sheet is corrected: the reason stays with it.")
    ),
    OwnerUnchanged: Problem(409.1, mark("The sheet belongs to {cso} already. Nothing was changed.")),
    MoveReasonMissing: Problem(
        400.2, mark("Say why the sheet goes to another organisation: the reason stays with it.")
    ),
    FlagReasonMissing: Problem(400.2, mark("Write the reason of your decision: it stays with the flag.")),
    FlagDecisionUnknown: Problem(400.8, mark("{decision} is no decision on a flag. Allowed: {allowed}.")),
    FlagChanged: Problem(
        409.1,
        mark(
            "Look at the flag again: it has changed, or somebody has decided meanwhile. Nothing was changed."
        ),
    ),
}
