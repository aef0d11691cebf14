"""`fiche app-user`: phones, and the codes that configure them."""

from pathlib import Path

import click

from forms.places.csos import find_cso
from forms.places.projects import Project
from server.base.clock import now
from server.identity.app_users import NewPhone, add_app_user, app_users, revoke_app_user
from server.settings.settings import Settings
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
from server.terminal.value import WholeNumber
from server.terminal.words import _
from server.web.address import phone_address

PICTURES = (".png", ".svg")


@click.group(
    cls=Group,
    help=_("Phones: add one, list them, withdraw one's access."),
    epilog=examples(
        'fiche app-user add "Awa" --qr awa.png', "fiche app-user list", "fiche app-user revoke 3"
    ),
)
@config_option
def app_user() -> None:
    """The phones of a project."""


@app_user.command(
    "add",
    help=_("Add a phone and show the QR code that configures ODK Collect on it."),
    epilog=examples('fiche app-user add "Awa"', 'fiche app-user add "Awa" --qr awa.png'),
)
@config_option
@project_option
@click.option(
    "--qr", "picture", metavar=_("FILE"), type=click.Path(path_type=Path), help=_("Picture: .png or .svg.")
)
@click.option("--cso", default="", metavar=_("CODE"), help=_("CSO whose phone it is."))
@click.option(
    "--language", type=click.Choice(["fr", "en"]), help=_("Language of the phone's messages and of Collect.")
)
@json_option
@click.argument("name", metavar=_("NAME"))
def add(
    name: str, project: str | None, picture: Path | None, cso: str, language: str | None, as_json: bool
) -> None:
    """A phone with a token of its own, told once."""
    if not name.strip():
        raise ErrorInWords(_("Give the phone a name."))
    if picture and picture.suffix not in PICTURES:
        raise click.UsageError(_("The name of the picture ends in .png or .svg."))
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    with storage.writing() as db:
        owner = project_named(db, project)
        phone_id, token = add_app_user(
            db,
            owner.id,
            NewPhone(
                display_name=name.strip(), cso=find_cso(db, cso).code if cso else "", language=language or ""
            ),
            now=now(),
        )
    if picture:
        draw(picture, settings, owner, token, language=language or "")
    if as_json:
        say_json(
            {
                "id": phone_id,
                "display_name": name.strip(),
                "project_id": owner.id,
                "token": token,
                "server_url": phone_address(settings, token=token, project_id=owner.id),
            }
        )
        return
    show(settings, owner, name.strip(), token, has_picture=picture is not None, language=language or "")


@app_user.command("list", help=_("List the phones of a project."), epilog=examples("fiche app-user list"))
@config_option
@project_option
@json_option
def list_them(project: str | None, as_json: bool) -> None:
    """Those in service first."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        found = app_users(db, project_named(db, project).id)
    if as_json:
        say_json(
            [
                {
                    "id": phone.id,
                    "display_name": phone.display_name,
                    "project_id": phone.project_id,
                    "created_at": phone.created_at,
                    "revoked": phone.is_revoked,
                }
                for phone in found
            ]
        )
        return
    rows = [
        [str(phone.id), phone.display_name, phone.created_at[:10], _("withdrawn") if phone.is_revoked else ""]
        for phone in found
    ]
    say_table([_("No."), _("Phone"), _("Added"), ""], rows)


@app_user.command(
    "revoke",
    help=_("Withdraw a phone's access, for instance when it was lost."),
    epilog=examples("fiche app-user list", "fiche app-user revoke 3"),
)
@config_option
@click.argument("number", type=WholeNumber(), metavar=_("NUMBER"))
def revoke(number: int) -> None:
    """What the phone sent stays."""
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        revoke_app_user(db, number, now=now())
    click.echo(_("The phone {id} can no longer list, download or send.", id=number))


def show(
    settings: Settings, project: Project, name: str, token: str, *, has_picture: bool, language: str = ""
) -> None:
    """Tell a person how to configure the phone: the code on a terminal, the address anywhere."""
    from server.phones.qr import for_terminal

    click.echo(_("Phone: {name}, project {project}", name=name, project=project.name))
    click.echo(_("Server address: {url}", url=phone_address(settings, token=token, project_id=project.id)))
    if not has_picture:
        click.echo(for_terminal(_settings_text(settings, project, token, language)))
    click.echo(
        _("In ODK Collect: Configure with QR code. The code opens this server: show it to nobody else.")
    )


def draw(path: Path, settings: Settings, project: Project, token: str, *, language: str = "") -> None:
    """Write the code as a picture that only its owner may read."""
    import os

    from server.phones.qr import picture

    content = picture(_settings_text(settings, project, token, language), path.suffix.removeprefix("."))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _settings_text(settings: Settings, project: Project, token: str, language: str) -> str:
    from server.phones.qr import collect_settings, settings_text

    url = phone_address(settings, token=token, project_id=project.id)
    return settings_text(
        collect_settings(url, project_name=project.name, language=language or settings.language)
    )
