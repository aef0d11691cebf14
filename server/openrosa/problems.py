"""The answers to what phones ask for: lists, forms and their files."""

from server.base.problem import Problem, Problems
from server.base.refusals import HeaderMissing
from server.openrosa.form_version import MediaUnknown
from server.words.language import mark

PROBLEMS: Problems = {
    HeaderMissing: Problem(400.6, mark("The header {header} is missing.")),
    MediaUnknown: Problem(404.1, mark("The form {form_id} has no file {name}.")),
}
