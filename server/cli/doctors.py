"""`fiche doctor`."""

import click

from server.cli.station import config_option, examples, settings_here
from server.cli.words import LANGUAGE, _


@click.command(
    help=_("Look at the machine, the configuration and the data; exit code 1 where something is wrong."),
    epilog=examples("fiche doctor"),
)
@config_option
@click.pass_context
def doctor(context: click.Context) -> None:
    """Every check on a line."""
    from server.doctor import examine

    context.exit(0)
