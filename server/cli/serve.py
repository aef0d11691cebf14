"""`fiche serve` and `fiche start`."""

import click

from server.settings.settings import Settings
from server.terminal.command import (
    ErrorInWords,
    config_option,
    examples,
    project_named,
    project_option,
    settings_here,
    storage_of,
)
from server.terminal.words import _

FIRST_PHONE = "Premier téléphone"


@click.command(
    help=_("Serve phones and pages, and roll up every night, until Ctrl-C."),
    epilog=examples("fiche serve", "fiche serve --config /etc/fiche/fiche.toml"),
)
@config_option
def serve() -> None:
    """The whole server in the foreground."""
    settings = settings_here()
    storage_of(settings)[0].close()
    _serve(settings)


@click.command(
    help=_("Begin: create what is missing, show the code of a first phone, and serve."),
    epilog=examples("fiche start"),
)
@config_option
@project_option
def start(project: str | None) -> None:
    """`fiche init`, a first phone, `fiche serve`."""
    from server.cli.init import create

    settings, made = create()
    if made["password"]:
        click.echo(_("Account: {email}", email=made["email"]))
        click.echo(_("Password: {password}", password=made["password"]))
        click.echo(_("Write the password down: it is shown this once."))
    _first_phone(settings, project)
    _serve(settings)


def _first_phone(settings: Settings, project: str | None) -> None:
    from server.base.clock import now
    from server.identity.app_users import NewPhone, add_app_user, app_users
    from server.phones.cli import show

    storage, _blobs = storage_of(settings)
    token = ""
    with storage.writing() as db:
        owner = project_named(db, project)
        if not app_users(db, owner.id):
            _id, token = add_app_user(db, owner.id, NewPhone(display_name=FIRST_PHONE), now=now())
    storage.close()  # a connection is never carried into the processes that serve
    if token:
        show(settings, owner, FIRST_PHONE, token, has_picture=False)
    else:
        click.echo(_('Another phone: fiche app-user add "NAME"'))


def _serve(settings: Settings) -> None:
    from server.serve import serve as run
    from server.web.address import server_address

    def tell_address() -> None:
        listening = _("Listening on {address} — stop with Ctrl-C.", address=server_address(settings))
        click.echo(listening, err=True)

    code = run(settings, tell_address)
    if code:
        raise ErrorInWords(_("The server stopped with code {code}; its log says why.", code=code))
