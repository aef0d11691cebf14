"""The answers to a plan that cannot be taken in."""

from aggregates.plan.column import PlanColumnsMissing
from aggregates.plan.uploads import PlanUploadUnknown
from server.base.problem import Problem, Problems
from server.plan.file import PlanEmpty, PlanTooLarge, PlanTooLong, PlanUnreadable
from server.plan.take_in import PlanImportShared, PlanImportUnknown, PlanRefused
from server.words.language import mark

PROBLEMS: Problems = {
    PlanColumnsMissing: Problem(
        400.8,
        mark(
            "The plan has no column {missing}. Its headings: {found}. Nearly right: {near}. "
            "Take the template and fill it in."
        ),
    ),
    PlanUnreadable: Problem(
        400.8, mark("{name} cannot be read. Save the plan as XLSX or CSV and choose it again.")
    ),
    PlanEmpty: Problem(400.8, mark("{name} holds no line of a plan.")),
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
    PlanTooLong: Problem(400.8, mark("The plan has more than {most} lines: take it in by parts.")),
    PlanTooLarge: Problem(
        413.1,
        mark("The file is too large: at most {megabytes} MB. Take pictures out, or take it in by parts."),
    ),
}
