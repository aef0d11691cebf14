"""The answers about reminders by email."""

from server.base.problem import Facts, Problem, Problems
from server.reminders.mail import MailNotConfigured, MailRefused
from server.words.language import mark, translate

REASONS = {
    "password": mark("the server does not take this account and password; correct user and password_file"),
    "password_file": mark("the file with the password cannot be read; correct password_file"),
    "recipient": mark("the server does not take the address of the recipient"),
    "tls": mark("the line could not be made safe; correct security, or the server's certificate"),
    "not_offered": mark("the server does not offer this; correct security or user"),
    "unreachable": mark("the server does not answer; correct host and port, or wait for the network"),
    "server": mark("the server refused it"),
}
"""Why an email did not go out, and what to do."""


def _reason(facts: Facts, language: str) -> Facts:
    return {"reason": translate(language, REASONS.get(facts["reason"], REASONS["server"]))}


PROBLEMS: Problems = {
    MailNotConfigured: Problem(
        409.1, mark("No email goes out: name a server under [smtp] in the configuration.")
    ),
    MailRefused: Problem(502.1, mark("The email did not go out: {reason} ({host}: {told})"), words=_reason),
}
