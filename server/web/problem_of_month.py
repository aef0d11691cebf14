"""The errors of a month's work: flags, the plan, reminders, compilation sheets, links (`server.web.problem`)."""

from aggregates.compilation.workflow import (
    CompilationChanged,
    CompilationOvertaken,
    ReasonMissing,
    SheetsOnHold,
    StepNotAllowed,
    SumsDiffer,
)
from aggregates.plan.column import PlanColumnsMissing
from aggregates.plan.uploads import PlanUploadUnknown
from aggregates.quality.decide import FlagChanged, FlagDecisionUnknown, FlagReasonMissing
from aggregates.tallies.roll_up import DefinitionUnreadable, RollUpOvertaken
from forms.base.refusal import Refusal
from server.identity.public_links import PublicLinkUnknown, PublicLinkUsed
from server.plan.file import PlanEmpty, PlanTooLarge, PlanTooLong, PlanUnreadable
from server.plan.take_in import PlanImportShared, PlanImportUnknown, PlanRefused
from server.reminders.mail import MailNotConfigured, MailRefused
from server.web.problem_row import Problem
from server.words.language import mark

PROBLEMS: dict[type[Refusal], Problem] = {
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
    MailNotConfigured: Problem(
        409.1, mark("No email goes out: name a server under [smtp] in the configuration.")
    ),
    MailRefused: Problem(502.1, mark("The email did not go out: {reason} ({host}: {told})")),
    FlagReasonMissing: Problem(400.2, mark("Write the reason of your decision: it stays with the flag.")),
    FlagDecisionUnknown: Problem(400.8, mark("{decision} is no decision on a flag. Allowed: {allowed}.")),
    PublicLinkUsed: Problem(
        403.1,
        mark(
            "Ask for a new link: this one was for one sheet, which has come. This sheet stays on your device."
        ),
    ),
    PublicLinkUnknown: Problem(
        404.1, mark("Ask whoever gave you this link for a new one: it was withdrawn, or is not whole.")
    ),
    FlagChanged: Problem(
        409.1,
        mark(
            "Look at the flag again: it has changed, or somebody has decided meanwhile. Nothing was changed."
        ),
    ),
    RollUpOvertaken: Problem(409.1, mark("Another roll-up ran at the same time. Start it again.")),
    DefinitionUnreadable: Problem(500.1, mark("The form definition {definition_id} cannot be read.")),
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
    StepNotAllowed: Problem(409.1, mark("This month is {state}: look again, the step cannot be taken now.")),
    SheetsOnHold: Problem(
        409.1, mark("Decide on the sheets that are held back first ({count}): no number tells them yet.")
    ),
    SumsDiffer: Problem(
        500.1,
        mark("Do not sign: numbers of this month do not add up. Tell the administrator: {differences}."),
    ),
    ReasonMissing: Problem(400.2, mark("Write a reason: the coordinator reads it.")),
}
