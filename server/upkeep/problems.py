"""The answers of backing up and restoring."""

from server.base.problem import Problem, Problems
from server.upkeep.backup import BackupDamaged, DataInUse, DataPresent, RestoreNoRoom
from server.words.language import mark

PROBLEMS: Problems = {
    BackupDamaged: Problem(500.1, mark("The backup is damaged: {reason}.")),
    DataInUse: Problem(
        409.1,
        mark(
            "Stop the server first, and every other command of fiche: they work on {path}. Nothing was changed."
        ),
    ),
    RestoreNoRoom: Problem(
        507.1,
        mark(
            "Make room on the disk of {path}, then restore again: {needed} MB are needed and {free} MB are free. "
            "The data that were there are still in place."
        ),
    ),
    DataPresent: Problem(409.1, mark("{path} holds data already. Give --force to set it aside and restore.")),
}
