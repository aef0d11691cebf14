"""The answers about submissions and their files."""

from server.base.problem import Problem, Problems
from server.base.refusals import AttachmentUnknown
from server.submissions.lookup import InstanceUnknown
from server.words.language import mark
from sync.intake.submissions import SubmissionUnknown

PROBLEMS: Problems = {
    InstanceUnknown: Problem(404.1, mark("There is no submission {instance_id}.")),
    SubmissionUnknown: Problem(404.1, mark("There is no submission {submission_id}.")),
    AttachmentUnknown: Problem(404.1, mark("The submission has no file {name}.")),
}
