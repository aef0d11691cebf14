"""`fiche cso`: organisations of civil society, and where they work."""

import csv
from datetime import date
from pathlib import Path

import click

from forms.places.csos import Zone, create_cso, find_cso, list_csos, replace_zones, zones_of
from server.base.clock import now
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
        "Say where an organisation works: a CSV with the columns place, from, to (days; to may be empty)."
    ),
    epilog=examples("fiche cso zones TAGNE villages.csv"),
)
@config_option
@click.argument("code", metavar=_("CODE"))
@click.argument("file", metavar=_("FILE"), type=click.Path(exists=True, dir_okay=False, path_type=Path))
def zones(code: str, file: Path) -> None:
    """In place of all that was said before."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        given = [_zone(number, row) for number, row in enumerate(csv.DictReader(opened), start=2)]
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        replace_zones(db, find_cso(db, code), given)
    click.echo(_("{count} places for {code}.", count=len(given), code=code))


def _zone(number: int, row: dict[str, str]) -> Zone:
    place, first, last = ((row.get(name) or "").strip() for name in ("place", "from", "to"))
    try:
        date.fromisoformat(first)
        is_right = bool(place) and (not last or date.fromisoformat(last) >= date.fromisoformat(first))
    except ValueError:
        is_right = False
    if not is_right:
        raise ErrorInWords(
            _("Mend row {row}: place, from and to (2020-01-31), to not before from.", row=number)
        )
    return Zone(place, first, last)
