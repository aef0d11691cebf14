"""`fiche backup` and `fiche restore`."""

from contextlib import suppress
from pathlib import Path

import click

from server.base.clock import now
from server.terminal.command import config_option, examples, finish_cut_off, settings_here, storage_of
from server.terminal.output import progress
from server.terminal.words import _


@click.command(
    help=_("Copy the database and the pictures into a new folder below DIR, while phones go on sending."),
    epilog=examples("fiche backup /media/usb"),
)
@config_option
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar=_("DIR"))
@click.pass_context
def backup(context: click.Context, folder: Path) -> None:
    """A copy that `fiche restore` takes back; exit code 1 where something is missing in it."""
    from server.upkeep.backup import backup as copy
    from server.upkeep.backups import note_backup

    settings = settings_here()
    storage, _blobs = storage_of(settings)
    moment = now()
    with progress(_("Copying")) as tell:
        made = copy(settings, storage, folder, now=moment, progress=tell)
    note_backup(settings, made, now=moment)
    click.echo(_("Backup: {path}", path=made.folder))
    if made.damaged:
        click.echo(
            _("Damaged or missing on this server, and not in the backup; everything else is:"), err=True
        )
        for file in made.damaged:
            click.echo(f"  {file}", err=True)
        context.exit(1)


@click.command(
    help=_("Put a backup in place of what is here. Stop the server first."),
    epilog=examples("fiche restore /media/usb/fiche-20200308-120000"),
)
@config_option
@click.option("--force", is_flag=True, help=_("Set the data that are here aside first; nothing is deleted."))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar=_("DIR"))
def restore(folder: Path, force: bool) -> None:
    """Check the backup whole, then put it in place."""
    from server.upkeep.restore import RestoreUnfinished
    from server.upkeep.restore import restore as put_back

    settings = settings_here()
    with suppress(RestoreUnfinished):  # this one takes its place
        finish_cut_off(settings)
    with progress(_("Checking")) as tell:
        aside = put_back(settings, folder, now=now(), sets_aside=force, progress=tell)
    click.echo(_("Restored: {path}", path=settings.data_directory))
    if aside:
        click.echo(_("What was there before lies in {path}.", path=aside))
