"""`fiche projects`."""

import click

from forms.places.projects import create_project, list_projects
from server.base.clock import now
from server.terminal.command import (
    ErrorInWords,
    Group,
    config_option,
    examples,
    json_option,
    settings_here,
    storage_of,
)
from server.terminal.output import say_json, say_table
from server.terminal.words import _


@click.group(
    cls=Group,
    invoke_without_command=True,
    help=_("List the projects, or add one."),
    epilog=examples("fiche projects", 'fiche projects add "Espaces sûrs 2021"'),
)
@config_option
@click.pass_context
def projects(context: click.Context) -> None:
    """Without a subcommand: the list."""
    if context.invoked_subcommand is None:
        context.invoke(list_them, as_json=False)


@projects.command("list", help=_("List the projects."), epilog=examples("fiche projects list --json"))
@config_option
@json_option
def list_them(as_json: bool) -> None:
    """Number and name of each."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        found = list_projects(db)
    if as_json:
        say_json(
            [
                {
                    "id": project.id,
                    "code": project.code,
                    "name": project.name,
                    "created_at": project.created_at,
                }
                for project in found
            ]
        )
        return
    say_table(
        [_("No."), _("Code"), _("Project")],
        [[str(project.id), project.code, project.name] for project in found],
    )


@projects.command("add", help=_("Add a project."), epilog=examples('fiche projects add "Espaces sûrs 2021"'))
@config_option
@json_option
@click.option(
    "--code",
    default="",
    help=_(
        "By which other servers know it: a to z, digits, hyphens. Made from the name where it is left out."
    ),
)
@click.argument("name", metavar=_("NAME"))
def add(name: str, code: str, as_json: bool) -> None:
    """A project without forms."""
    if not name.strip():
        raise ErrorInWords(_("Give the project a name."))
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        project_id = create_project(db, name.strip(), now=now(), code=code)
    if as_json:
        say_json({"id": project_id, "name": name.strip()})
        return
    click.echo(_("Project: {name} (number {id})", name=name.strip(), id=project_id))
