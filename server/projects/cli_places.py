"""`fiche places`."""

from collections import Counter
from pathlib import Path

import click

from forms.places.gazetteer import LAYOUT, read_gazetteer
from forms.places.place import LEVELS
from forms.places.places import all_places
from server.base.table_reader import read_rows
from server.terminal.command import (
    Group,
    config_option,
    examples,
    json_option,
    settings_here,
    storage_of,
)
from server.terminal.output import say_json, say_table
from server.terminal.words import _, counted, plural
from server.words.table_file import HEADINGS


@click.group(
    cls=Group,
    invoke_without_command=True,
    help=_("Count the places of the register, or put another list in their place."),
    epilog=examples("fiche places", "fiche places import gazetteer.csv"),
)
@config_option
@json_option
@click.pass_context
def places(context: click.Context, as_json: bool) -> None:
    """Without a subcommand: how many of each level."""
    if context.invoked_subcommand is not None:
        return
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        levels = Counter(place.level for place in all_places(db))
    if as_json:
        say_json({level: levels[level] for level in LEVELS})
        return
    say_table(
        [_("Level"), _("Places")], [[_(HEADINGS[level]), counted(levels[level])] for level in LEVELS], right=1
    )


@places.command(
    "import",
    help=_(
        "Put the places of a CSV or XLSX file (columns code, level, name, parent, and cso, lat, lon, population if "
        "known) in place of the register. Tallies follow at once; phones get the new lists with the next "
        "version of each form."
    ),
    epilog=examples("fiche places import gazetteer.csv"),
)
@config_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=_("FILE"))
def import_file(file: Path) -> None:
    """Replace the register, whole or not at all."""
    from server.upkeep.install import take_places

    given = read_gazetteer(read_rows(file.read_bytes(), file.name, LAYOUT))
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        count, stray = take_places(db, given)
    click.echo(plural("{count} place in the register.", "{count} places in the register.", count))
    for place in stray:
        click.echo(
            _("Left out: {code} {name}, its parent {parent} is not one level above it.",
              code=place.code, name=place.name, parent=place.parent),
            err=True,
        )  # fmt: skip
