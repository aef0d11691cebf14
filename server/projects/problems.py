"""The answers about projects, organisations and places."""

from forms.places.csos import CsoTaken, CsoUnknown
from forms.places.projects import ProjectCodeInvalid, ProjectCodeTaken, ProjectUnknown
from server.base.problem import Problem, Problems
from server.words.language import mark

PROBLEMS: Problems = {
    ProjectCodeTaken: Problem(409.3, mark("There is a project with the code {code} already.")),
    ProjectCodeInvalid: Problem(
        400.8, mark("“{code}” is no code: letters a to z, digits and hyphens, 50 at most.")
    ),
    ProjectUnknown: Problem(404.1, mark("There is no project {project}.")),
    CsoUnknown: Problem(404.1, mark("There is no organisation {code}.")),
    CsoTaken: Problem(409.3, mark("There is an organisation {code} already.")),
}
