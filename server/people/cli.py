"""`fiche people`: who signs in, and in which role."""

import click

from forms.base.by import By
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from forms.places.csos import find_cso
from server.base.clock import now
from server.identity import accounts, agreements, assignments, invitations, sessions
from server.identity.accounts import Account
from server.identity.agreement import ENABLE, LINK, SHARED_ROLE
from server.identity.role import BY_SYSTEM
from server.people import agreeing
from server.terminal.command import (
    ErrorInWords,
    Group,
    config_option,
    examples,
    json_option,
    project_named,
    project_option,
    settings_here,
    storage_of,
)
from server.terminal.output import say_json, say_table
from server.terminal.words import _
from server.web.address import server_address
from sync import audits
from sync.audits import About

ROLES = ("admin", "manager", "viewer", "coordinator", "case-manager", "formfill")


@click.group(
    cls=Group,
    help=_("People who sign in: invite, give roles, disable."),
    epilog=examples(
        "fiche people add awa@osc.ml --role coordinator --cso TAGNE",
        "fiche people link awa@osc.ml",
        "fiche people list",
    ),
)
@config_option
def people() -> None:
    """The accounts of people."""


@people.command(
    "add",
    help=_("Invite somebody: prints a link with which they choose a password."),
    epilog=examples("fiche people add awa@osc.ml --role coordinator --cso TAGNE"),
)
@config_option
@project_option
@click.option("--role", type=click.Choice(ROLES), default="coordinator", help=_("What they may do."))
@click.option("--cso", default="", metavar=_("CODE"), help=_("CSO of a coordinator or case manager."))
@click.option("--name", default="", metavar=_("NAME"), help=_("How others see them."))
@json_option
@click.argument("email", metavar=_("EMAIL"))
def add(email: str, role: str, cso: str, name: str, project: str | None, as_json: bool) -> None:
    """A person with a role."""
    if "@" not in email:
        raise ErrorInWords(_("Give an email address."))
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    with storage.writing() as db:
        code = find_cso(db, cso).code if cso else ""
        account_id = accounts.add_person(
            db, accounts.NewPerson(email, display_name=name, cso=code), now=now()
        )
        place = None if role == "admin" else project_named(db, project).id
        _write_down(db, "user.create", account_id)
        request = None
        if role == SHARED_ROLE:
            request = agreeing.ask_for_role(db, account_id, By(None, now()), project_id=place)
        else:
            assignments.assign(db, account_id, role, project_id=place)
            token = invitations.invite(db, account_id, now=now())
    if request is not None:
        _say_request(request, email, as_json)
        return
    _say_link(f"{server_address(settings)}/invitation/{token}", email, as_json)


@people.command(
    "link",
    help=_("A new link to choose a password, for somebody who forgot theirs."),
    epilog=examples("fiche people link awa@osc.ml"),
)
@config_option
@json_option
@click.argument("email", metavar=_("EMAIL"))
def link(email: str, as_json: bool) -> None:
    """Earlier links are dead."""
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    with storage.writing() as db:
        account = _named(db, email)
        request = None
        if agreements.is_shared(db, account.id):
            request = agreeing.ask(db, LINK, account.id, By(None, now()))
        else:
            _write_down(db, "user.password.reset", account.id)
            token = invitations.invite(db, account.id, now=now())
    if request is not None:
        _say_request(request, email, as_json)
        return
    _say_link(f"{server_address(settings)}/invitation/{token}", email, as_json)


@people.command("list", help=_("List the people."), epilog=examples("fiche people list --json"))
@config_option
@json_option
def list_them(as_json: bool) -> None:
    """By name, disabled ones too."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        found = accounts.people(db, with_disabled=True)
        roles = assignments.every_assignment(db)
    if as_json:
        say_json(
            [
                {
                    "id": account.id,
                    "email": account.email,
                    "display_name": account.display_name,
                    "cso": account.cso,
                    "disabled": account.is_disabled,
                    "roles": [
                        {"role": given.role, "project_id": given.project_id}
                        for given in roles.get(account.id, [])
                    ],
                }
                for account in found
            ]
        )
        return
    rows = [
        [
            account.email,
            account.display_name,
            CsoCode(account.cso).shown,
            ", ".join(_(BY_SYSTEM[given.role].name) for given in roles.get(account.id, [])),
            _("disabled") if account.is_disabled else "",
        ]
        for account in found
    ]
    say_table([_("Email address"), _("Name"), _("CSO"), _("Roles"), ""], rows)


@people.command(
    "disable",
    help=_("Let somebody sign in no more. What they did stays."),
    epilog=examples("fiche people disable awa@osc.ml"),
)
@config_option
@click.argument("email", metavar=_("EMAIL"))
def disable(email: str) -> None:
    """Their sessions end at once."""
    _turn(email, is_disabled=True)
    click.echo(_("{email} can no longer sign in.", email=email))


@people.command(
    "enable", help=_("Let somebody sign in again."), epilog=examples("fiche people enable awa@osc.ml")
)
@config_option
@click.argument("email", metavar=_("EMAIL"))
def enable(email: str) -> None:
    """With the password they had."""
    request = _turn(email, is_disabled=False)
    if request is not None:
        _say_request(request, email, as_json=False)
        return
    click.echo(_("{email} can sign in again.", email=email))


def _turn(email: str, *, is_disabled: bool) -> int | None:
    """Close or open an account; gives the number of the request where two have to open it."""
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        account = _named(db, email)
        if not is_disabled and agreements.is_shared(db, account.id):
            return agreeing.ask(db, ENABLE, account.id, By(None, now()))
        accounts.set_disabled(db, account.id, is_disabled=is_disabled, now=now())
        if is_disabled:
            sessions.end_sessions_of(db, account.id)
            invitations.end_invitations(db, account.id)
        _write_down(db, "user.delete" if is_disabled else "user.restore", account.id)
    return None


def _named(db: Database, email: str) -> Account:
    account = accounts.person_by_email(db, email)
    if account is None:
        raise ErrorInWords(_("There is no person {email}.", email=email))
    return account


def _write_down(db: Database, action: str, account_id: int) -> None:
    audits.append(db, action, By(None, now()), About(account_id=account_id))


def _say_request(number: int, email: str, as_json: bool) -> None:
    if as_json:
        say_json({"email": email, "request": number})
        return
    click.echo(
        _(
            "Nothing is done yet for {email}: an account that reads referrals is given by two people. An "
            "administrator or a case manager agrees to request {number} on their page “To agree to”; where there is "
            "nobody, say here: fiche people agree {number}",
            email=email,
            number=number,
        )
    )


def _say_link(url: str, email: str, as_json: bool) -> None:
    if as_json:
        say_json({"email": email, "invitation_url": url})
        return
    click.echo(_("Give this link to {email}. It is shown this once and works for seven days.", email=email))
    click.echo(url)
