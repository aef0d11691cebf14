"""The answers of backing up and restoring."""

from server.base.problem import Problem, Problems
from server.upkeep.backup import BackupDamaged, DataPresent
from server.words.language import mark

PROBLEMS: Problems = {
    BackupDamaged: Problem(500.1, mark("The backup is damaged: {reason}.")),
    DataPresent: Problem(409.1, mark("{path} holds data already. Give --force to set it aside and restore.")),
}
