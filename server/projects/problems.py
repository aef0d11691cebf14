"""The answers about projects, organisations and places."""

from forms.places.csos import CsoTaken, CsoUnknown
from forms.places.projects import ProjectUnknown
from server.base.problem import Problem, Problems
from server.words.language import mark

PROBLEMS: Problems = {
    ProjectUnknown: Problem(404.1, mark("There is no project {project}.")),
    CsoUnknown: Problem(404.1, mark("There is no organisation {code}.")),
    CsoTaken: Problem(409.3, mark("There is an organisation {code} already.")),
}
