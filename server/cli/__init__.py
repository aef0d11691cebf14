"""The command line: one file a subject, all of them joined here."""

import os
from collections.abc import Iterable

import click

from server.base.problem import Problems
from server.cli.commands import Commands, Where
from server.terminal.command import config_option, examples
from server.terminal.words import _
from server.web.problem import register_when_asked

AGREEMENTS = "server.people.cli_agreements"
COMMANDS = {
    "init": Where("server.cli.init", "init"),
    "start": Where("server.cli.serve", "start"),
    "serve": Where("server.cli.serve", "serve"),
    "forms": Where("server.publishing.cli", "forms"),
    "projects": Where("server.projects.cli", "projects"),
    "app-user": Where("server.phones.cli", "app_user"),
    "people": Where(
        "server.people.cli",
        "people",
        ((AGREEMENTS, "requests"), (AGREEMENTS, "agree"), (AGREEMENTS, "refuse")),
    ),
    "cso": Where("server.projects.cli_csos", "cso"),
    "places": Where("server.places.cli", "places"),
    "plan": Where("server.plan.cli", "plan"),
    "reminders": Where("server.reminders.cli", "reminders"),
    "rollup": Where("server.night.cli", "rollup"),
    "tally": Where("server.counts.cli", "tally"),
    "compile": Where("server.compilation.cli", "compile_sheet"),
    "changes": Where("server.compilation.cli_changes", "changes"),
    "rebuild": Where("server.night.cli", "rebuild"),
    "backup": Where("server.cli.backup", "backup"),
    "restore": Where("server.cli.backup", "restore"),
    "demo": Where("server.cli.demo", "demo"),
    "doctor": Where("server.cli.doctor", "doctor"),
}
"""Every command, in the order in which one needs them."""


@click.group(
    cls=Commands,
    where=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("fiche: field sheets in, beneficiary counts out, with or without a network."),
    epilog=examples("fiche init", "fiche start", "fiche tally --by region,sex,age_band --from 2020-01"),
)
@click.version_option(package_name="fiche", message="%(prog)s %(version)s")
@config_option
def main() -> None:
    """Everything that an operator does."""
    os.umask(0o077)  # whatever the operator's own: databases, pictures and backups are nobody else's to read
    register_when_asked(_every_problem)


def _every_problem() -> Iterable[Problems]:
    from server.problems import FEATURES  # all of fiche, for the one command that refuses

    return FEATURES
