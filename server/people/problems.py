"""The answers about one's own account."""

from server.base.problem import Problem, Problems
from server.base.refusals import PasswordsDiffer
from server.words.language import mark

PROBLEMS: Problems = {
    PasswordsDiffer: Problem(400.8, mark("Write the same new password twice.")),
}
