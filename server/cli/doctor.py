"""`fiche doctor`."""

from dataclasses import asdict

import click

from server.base.clock import now
from server.terminal.command import config_option, examples, json_option, settings_here, storage_of
from server.terminal.output import say_json
from server.terminal.words import _

OPTIONAL = ("java", "earlier_clock", "backup", "line")
"""What fiche works without, what nobody can mend any more, and what stands in front of it: told, and no failure."""


@click.command(
    help=_("Look at the machine, the configuration and the data; exit code 1 where something is wrong."),
    epilog=examples("fiche doctor", "fiche doctor --json"),
)
@config_option
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Every check on a line, with what to do below it."""
    from server.upkeep.doctor import examine_installation

    settings = settings_here()
    storage, _blobs = storage_of(settings)
    checks = examine_installation(settings, storage, now=now())
    if as_json:
        say_json([asdict(check) for check in checks])
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            click.echo(f"{'✓' if check.is_well else '✗'} {check.name.ljust(width)}  {check.found}")
            if check.advice:
                click.echo(f"  {' ' * width}  {_(check.advice, **check.facts)}")
    context.exit(0 if all(check.is_well or check.name in OPTIONAL for check in checks) else 1)
