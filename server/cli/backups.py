"""`fiche backup` and `fiche restore`."""

from pathlib import Path

import click

from server.cli.station import config_option, examples, settings_here, storage_of
from server.cli.words import _

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(
    help=_("Copy the database and the pictures into a folder, while phones go on sending."),
    epilog=examples("fiche backup /media/usb/fiche"),
)
@config_option
@click.argument("folder", type=FOLDER, metavar=_("DIR"))
def backup(folder: Path) -> None:
    """A copy that `fiche restore` takes back."""
    from server.backup import backup as copy

    settings = settings_here()
    storage_of(settings)[0].close()
    click.echo(_("Backup: {path}", path=copy(settings, folder)))


@click.command(
    help=_("Put a backup in place of what is here. Stop the server first."),
    epilog=examples("fiche restore /media/usb/fiche", "fiche restore --force /media/usb/fiche"),
)
@config_option
@click.option("--force", is_flag=True, help=_("Set the data that are here aside first."))
@click.argument("folder", type=FOLDER, metavar=_("DIR"))
def restore(folder: Path, force: bool) -> None:
    """Check the backup whole, then put it in place."""
    from server.backup import restore as put_back

    settings = settings_here()
    put_back(settings, folder, force=force)
    click.echo(_("Restored: {path}", path=settings.data_directory))
