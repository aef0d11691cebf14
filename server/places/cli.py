"""`fiche places`: the register of places, counted, imported with a preview, exported, taken back."""

from collections import Counter
from pathlib import Path

import click

from forms.base.by import By
from forms.places import place_versions
from forms.places.gazetteer import LAYOUT
from forms.places.place import LEVELS
from forms.places.places import all_places
from server.base.clock import now
from server.base.table_reader import read_rows
from server.base.whole_number import whole_number
from server.places.preview import Preview
from server.places.take_in import (
    Origin,
    first_month_of,
    preview_import,
    preview_undo,
    take_in,
    undo,
)
from server.places.words import KINDS, change_told, kinds_told, names_among, register_rows
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
from server.terminal.words import LANGUAGE, _, counted, plural
from server.words.spreadsheet import csv_file
from server.words.table_file import HEADINGS

MOST_SAID = 40
"""So many places are told one by one."""


@click.group(
    cls=Group,
    invoke_without_command=True,
    help=_("Count the places of the register, put another list in their place, or take that back."),
    epilog=examples("fiche places", "fiche places import lieux.xlsx --dry-run", "fiche places undo"),
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


successor_option = click.option(
    "--successor",
    "successors",
    multiple=True,
    metavar=_("OLD=NEW"),
    help=_("The place that a dropped one became a part of, by their codes; may be given several times."),
)
dry_run_option = click.option("--dry-run", is_flag=True, help=_("Say what would change, and change nothing."))
yes_option = click.option("--yes", is_flag=True, help=_("Do not ask before the register changes."))


@places.command(
    "import",
    help=_(
        "Put the places of a CSV or XLSX file in place of the register: columns code, level, name, parent, and if "
        "known cso, lat, lon, population, aliases, valid_from, valid_to, successor. What it changes is said first: "
        "places and sheets. A place that has sheets is dropped only where its successor is named. Tallies follow at "
        "once; phones get the new lists with the next version of each form."
    ),
    epilog=examples(
        "fiche places import lieux.xlsx --dry-run",
        "fiche places import lieux.xlsx --successor V-12=V-7 --from 2026-01",
        "fiche places import lieux.xlsx --correction --yes",
    ),
)
@config_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=_("FILE"))
@successor_option
@click.option(
    "--from",
    "first_month",
    default="",
    metavar=_("MONTH"),
    help=_("From which month on moved places are where the file says (2026-01); this month if not given."),
)
@click.option(
    "--correction",
    "is_correction",
    is_flag=True,
    help=_("Moved places have always been where the file says: the register was wrong."),
)
@dry_run_option
@yes_option
def import_file(
    file: Path, successors: tuple[str, ...], first_month: str, is_correction: bool, **asked: bool
) -> None:
    """The preview is always said; then the register is replaced, whole or not at all."""
    by = By(None, now())
    origin = Origin(file.name, first_month_of(first_month, is_correction=is_correction, by=by))
    rows = read_rows(file.read_bytes(), file.name, LAYOUT)
    named = _successors(successors)
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        seen = preview_import(db, rows, named, by=by)
        _say(seen, names_among(all_places(db), seen.places))
        state = place_versions.state_of(db)
    if not _goes_on(seen, **asked):
        return
    with storage.writing() as db:
        _check_state(state, place_versions.state_of(db))
        version = take_in(db, preview_import(db, rows, named, by=by), origin, by=by)
    click.echo(_("Import {id} was taken in. To take it back: fiche places undo {id}", id=version))


@places.command(
    "undo",
    help=_(
        "Take the last import of places back: the register is as before. A place that has sheets is dropped only "
        "where its successor is named."
    ),
    epilog=examples("fiche places undo", "fiche places undo 3 --dry-run"),
)
@config_option
@click.argument("version", default="", metavar=_("[NUMBER]"))
@successor_option
@dry_run_option
@yes_option
def undo_import(version: str, successors: tuple[str, ...], **asked: bool) -> None:
    """The last one if none is named."""
    by = By(None, now())
    named = _successors(successors)
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        last = place_versions.last_version(db)
        number = whole_number(version) if version else (last.id if last else None)
        made, seen = preview_undo(db, number, named, by=by)
        _say(seen, names_among(all_places(db), seen.places))
    if not _goes_on(seen, **asked):
        return
    with storage.writing() as db:
        made, seen = preview_undo(db, number, named, by=by)
        undo(db, made, seen, by=by)
    click.echo(_("{file} was taken back: the register is as before.", file=made.file_name))


@places.command(
    "versions", help=_("List the imports of places."), epilog=examples("fiche places versions --json")
)
@config_option
@json_option
def list_versions(as_json: bool) -> None:
    """Newest first."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        made = place_versions.versions(db)
    if as_json:
        say_json([{name: getattr(version, name) for name in version.__slots__} for version in made])
        return
    say_table(
        [_("Import"), _("When"), _("File"), _("In force from"), _("State"), _("Places")],
        [
            [
                str(version.id),
                version.imported_at[:16].replace("T", " "),
                version.file_name,
                version.first_month or _("always"),
                _("taken back") if version.undone_at else "",
                counted(version.changes),
            ]
            for version in made
        ],
        right=1,
    )


@places.command(
    "export",
    help=_("Write the register to a CSV file, to change and import again."),
    epilog=examples("fiche places export lieux.csv"),
)
@config_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar=_("FILE"))
def export(file: Path) -> None:
    """With all its columns."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        rows = register_rows(all_places(db), LANGUAGE)
    file.write_bytes(csv_file(rows))
    click.echo(plural("{count} place was written.", "{count} places were written.", len(rows) - 1))


def _successors(given: tuple[str, ...]) -> dict[str, str]:
    named = {}
    for pair in given:
        old, equals, new = pair.partition("=")
        if not equals or not old.strip() or not new.strip():
            raise ErrorInWords(_("--successor {pair}: write OLD=NEW, the codes of two places.", pair=pair))
        named[old.strip()] = new.strip()
    return named


def _check_state(seen: str, present: str) -> None:
    if seen != present:
        raise ErrorInWords(_("Somebody changed the register meanwhile. Look at what would change again."))


def _goes_on(seen: Preview, *, dry_run: bool, yes: bool) -> bool:
    """Whether the register is to change. Raises ErrorInWords where it cannot."""
    if seen.refused:
        raise ErrorInWords(_("Nothing was changed. Name the successors: --successor OLD=NEW"))
    if dry_run or not seen.changes:
        return False
    if not yes:
        click.confirm(_("Change the register?"), abort=True)
    return True


def _say(seen: Preview, names: dict[str, str]) -> None:
    """What changes, by kind; the places that matter one by one; and the sheets."""
    if not seen.changes:
        click.echo(_("The list says what the register says: there is nothing to take in."))
        return
    kinds = [[_(KINDS[kind]), counted(count)] for kind, count in seen.counts.items() if count]
    say_table([_("Places"), _("Count")], kinds, right=1)
    rows = [
        [
            one.change.code,
            one.change.place.name,
            kinds_told(one.change, LANGUAGE),
            change_told(one.change, names),
            counted(one.sheets),
        ]
        for one in seen.changes[:MOST_SAID]
    ]
    click.echo()
    say_table([_("Code"), _("Name"), _("What happens"), _("Before → after"), _("Sheets")], rows, right=1)
    if len(seen.changes) > MOST_SAID:
        click.echo(_("({count} more)", count=counted(len(seen.changes) - MOST_SAID)))
    click.echo()
    click.echo(
        plural(
            "{count} sheet stands elsewhere on the map of today.",
            "{count} sheets stand elsewhere on the map of today.",
            seen.sheets_changing,
        )
    )
    click.echo(
        plural(
            "{count} sheet would lose its place.",
            "{count} sheets would lose their place.",
            seen.sheets_losing,
        )
    )
