"""The answers about accounts, passwords, phones, invitations and links."""

from server.base.problem import Problem, Problems
from server.identity.accounts import AccountUnknown, EmailTaken, LastAdministrator, PasswordWrong
from server.identity.agreement import (
    NotTheSecond,
    OthersMayAgree,
    RequestStale,
    RequestUnknown,
    SecondPersonNeeded,
)
from server.identity.app_users import AppUserUnknown
from server.identity.attempts import TooManyAttempts
from server.identity.budgets import BudgetSpent
from server.identity.invitations import InvitationUnknown
from server.identity.password import PasswordTooShort, PasswordTooWeak
from server.identity.password_queue import SigningInBusy
from server.identity.public_links import PublicLinkUnknown, PublicLinkUsed
from server.words.language import mark

PROBLEMS: Problems = {
    PasswordTooShort: Problem(400.21, mark("Choose a password of {least} signs or more.")),
    PasswordTooWeak: Problem(400.44, mark("Choose another password: this one would be guessed soon.")),
    PasswordWrong: Problem(401.2, mark("The present password is another.")),
    TooManyAttempts: Problem(
        429.1, mark("Wait {seconds} seconds and try again: signing in failed too often.")
    ),
    SigningInBusy: Problem(
        503.1, mark("Try again in {seconds} seconds: too many people are signing in at this moment.")
    ),
    BudgetSpent: Problem(
        429.2,
        mark(
            "Send again tomorrow: today's {sheets} sheets or {megabytes} MB of this phone or link are used up. "
            "What waits stays on your device."
        ),
    ),
    AccountUnknown: Problem(404.1, mark("There is no person {id}.")),
    EmailTaken: Problem(409.3, mark("{email} has an account already.")),
    LastAdministrator: Problem(409.1, mark("Name another administrator first: this is the last one.")),
    SecondPersonNeeded: Problem(
        409.1,
        mark(
            "Nothing is done yet: an account that reads referrals is given by two people. Ask another administrator "
            "or a case manager to agree to request {number}, on their page “To agree to”."
        ),
    ),
    RequestUnknown: Problem(404.1, mark("No request {number} waits any more.")),
    NotTheSecond: Problem(
        403.1,
        mark(
            "Somebody else has to agree: not whoever asked, and nobody who was given an account or rights by them "
            "in the last 30 days."
        ),
    ),
    RequestStale: Problem(409.1, mark("Ask anew: the account was changed since request {number} was made.")),
    OthersMayAgree: Problem(
        409.1,
        mark(
            "Ask an administrator or a case manager to agree to request {number}: the command line does it alone "
            "only where there is nobody else."
        ),
    ),
    InvitationUnknown: Problem(
        404.1, mark("Ask your administrator for a new link: this one was used already or is too old.")
    ),
    AppUserUnknown: Problem(404.1, mark("There is no phone {id} in service.")),
    PublicLinkUsed: Problem(
        403.1,
        mark(
            "Ask for a new link: this one was for one sheet, which has come. This sheet stays on your device."
        ),
    ),
    PublicLinkUnknown: Problem(
        404.1, mark("Ask whoever gave you this link for a new one: it was withdrawn, or is not whole.")
    ),
}
