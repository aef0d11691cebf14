"""`fiche init`."""

import click

from server.settings.settings import Settings, read_settings
from server.terminal.command import (
    config_option,
    examples,
    finish_cut_off,
    hold_data,
    json_option,
    settings_file,
    tell_upgrade,
)
from server.terminal.output import say_json
from server.terminal.words import _


@click.command(
    help=_("Create the configuration, the database, a project, an account, and publish the shipped sheets."),
    epilog=examples("fiche init", "fiche init --config /etc/fiche/fiche.toml --json"),
)
@config_option
@json_option
def init(as_json: bool) -> None:
    """Bring an installation to where work can begin; running it again changes nothing."""
    _settings, told = create()
    if as_json:
        say_json(told)
        return
    click.echo(_("Configuration: {path}", path=told["config"]))
    click.echo(_("Database: {path}", path=told["database"]))
    click.echo(_("Project: {name} (number {id})", name=told["project"], id=told["project_id"]))
    click.echo(_("Account: {email}", email=told["email"]))
    if told["password"]:
        click.echo(_("Password: {password}", password=told["password"]))
        click.echo(_("Write the password down: it is shown this once."))


def create() -> tuple[Settings, dict[str, object]]:
    """Install where the command's configuration file lies; gives the settings and what was made."""
    from server.base.clock import now
    from server.upkeep.install import install, open_storage, write_configuration
    from server.upkeep.java import find_java

    path = settings_file()
    write_configuration(path)
    settings = read_settings(path)
    finish_cut_off(settings)
    settings.data_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    hold_data(settings)
    storage, blobs = open_storage(settings, tell_upgrade)
    installed = install(settings, storage, blobs, now=now(), java=find_java())
    storage.close()
    return settings, {
        "email": installed.email,
        "password": installed.password,
        "project_id": installed.project.id,
        "project": installed.project.name,
        "config": str(path),
        "database": str(settings.database_path),
    }
