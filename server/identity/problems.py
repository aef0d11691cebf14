"""The answers about accounts, passwords, phones, invitations and links."""

from server.base.problem import Problem, Problems
from server.identity.accounts import AccountUnknown, EmailTaken, LastAdministrator, PasswordWrong
from server.identity.app_users import AppUserUnknown
from server.identity.attempts import TooManyAttempts
from server.identity.invitations import InvitationUnknown
from server.identity.password import PasswordTooShort, PasswordTooWeak
from server.identity.public_links import PublicLinkUnknown, PublicLinkUsed
from server.words.language import mark

PROBLEMS: Problems = {
    PasswordTooShort: Problem(400.21, mark("Choose a password of {least} signs or more.")),
    PasswordTooWeak: Problem(400.44, mark("Choose another password: this one would be guessed soon.")),
    PasswordWrong: Problem(401.2, mark("The present password is another.")),
    TooManyAttempts: Problem(
        429.1, mark("Wait {seconds} seconds and try again: signing in failed too often.")
    ),
    AccountUnknown: Problem(404.1, mark("There is no person {id}.")),
    EmailTaken: Problem(409.3, mark("{email} has an account already.")),
    LastAdministrator: Problem(409.1, mark("Name another administrator first: this is the last one.")),
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
