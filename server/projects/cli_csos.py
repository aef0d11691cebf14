"""`fiche cso`: organisations of civil society, and where they work."""

from pathlib import Path

import click

from forms.places.csos import create_cso, find_cso, list_csos, replace_zones, zones_of
from forms.places.zone import LAYOUT, read_zones
from server.base.clock import now
from server.base.table_reader import read_rows
from server.terminal.command import (
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


@click.group(
    cls=Group,
    help=_("Organisations (CSOs): add one, list them, say where they work."),
    epilog=examples(
        'fiche cso add TAGNE "Association Tagné"', "fiche cso zones TAGNE villages.csv", "fiche cso list"
    ),
)
@config_option
def cso() -> None:
    """The organisations."""


@cso.command(
    "add",
    help=_("Add an organisation to a project."),
    epilog=examples('fiche cso add TAGNE "Association Tagné"'),
)
@config_option
@project_option
@click.argument("code", metavar=_("CODE"))
@click.argument("name", metavar=_("NAME"))
def add(code: str, name: str, project: str | None) -> None:
    """Its code is what the sheets write."""
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        made = create_cso(db, code, name, projects=[project_named(db, project).id], now=now())
    click.echo(_("Organisation {code} added.", code=made.code))


@cso.command("list", help=_("List the organisations."), epilog=examples("fiche cso list --json"))
@config_option
@json_option
def list_them(as_json: bool) -> None:
    """By code."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        found = [(listed, len(zones_of(db, listed))) for listed in list_csos(db)]
    if as_json:
        say_json(
            [
                {"code": listed.code, "name": listed.name, "projects": list(listed.projects), "zones": zones}
                for listed, zones in found
            ]
        )
        return
    rows = [[listed.code, listed.name, str(zones)] for listed, zones in found]
    say_table([_("Code"), _("Name"), _("Places")], rows)


@cso.command(
    "zones",
    help=_(
        "Say where an organisation works: CSV or XLSX with the columns place, from, to (days; to may be empty)."
    ),
    epilog=examples("fiche cso zones TAGNE villages.csv"),
)
@config_option
@click.argument("code", metavar=_("CODE"))
@click.argument("file", metavar=_("FILE"), type=click.Path(exists=True, dir_okay=False, path_type=Path))
def zones(code: str, file: Path) -> None:
    """In place of all that was said before."""
    given = read_zones(read_rows(file.read_bytes(), file.name, LAYOUT))
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        replace_zones(db, find_cso(db, code), given)
    click.echo(_("{count} places for {code}.", count=len(given), code=code))
