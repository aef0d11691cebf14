"""The answers of the roll-up."""

from aggregates.tallies.roll_up import DefinitionUnreadable, RollUpOvertaken
from server.base.problem import Problem, Problems
from server.words.language import mark

PROBLEMS: Problems = {
    RollUpOvertaken: Problem(409.1, mark("Another roll-up ran at the same time. Start it again.")),
    DefinitionUnreadable: Problem(500.1, mark("The form definition {definition_id} cannot be read.")),
}
