"""The answers about sheets filled in a browser."""

from server.base.problem import Problem, Problems
from server.browser.hand_out import FormOnPhonesOnly
from server.words.language import mark

PROBLEMS: Problems = {
    FormOnPhonesOnly: Problem(
        403.1, mark("The form {form_id} is confidential: it is filled on phones alone.")
    ),
}
