"""The answers to a plan that cannot be taken in."""

from aggregates.plan.uploads import PlanUploadUnknown
from server.base.problem import Problem, Problems
from server.plan.take_in import PlanImportShared, PlanImportUnknown, PlanRefused
from server.words.language import mark

PROBLEMS: Problems = {
    PlanRefused: Problem(
        400.8, mark("Lines of the plan that cannot be taken in: {count}. The details say which and why.")
    ),
    PlanUploadUnknown: Problem(
        404.1, mark("Choose the file again: it was taken in or put aside, or it waited longer than a day.")
    ),
    PlanImportUnknown: Problem(404.1, mark("There is no import {id} of a plan.")),
    PlanImportShared: Problem(
        409.1, mark("This import also holds the plan of other organisations: ask a project officer.")
    ),
}
