"""The command line: one file a subject, all of them joined here."""

import os

import click

from server.cli import backup, demo, doctor, init, serve
from server.compilation.cli import compile_sheet
from server.compilation.cli_changes import changes
from server.counts.cli import tally
from server.night.cli import rebuild, rollup
from server.people.cli import people
from server.people.cli_agreements import agree, refuse, requests
from server.phones.cli import app_user
from server.places.cli import places
from server.plan.cli import plan
from server.projects.cli import projects
from server.projects.cli_csos import cso
from server.publishing.cli import forms
from server.reminders.cli import reminders
from server.terminal.command import Group, config_option, examples
from server.terminal.words import _
from server.web.problem import register


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("fiche: field sheets in, beneficiary counts out, with or without a network."),
    epilog=examples("fiche init", "fiche start", "fiche tally --by region,sex,age_band --from 2020-01"),
)
@click.version_option(package_name="fiche", message="%(prog)s %(version)s")
@config_option
def main() -> None:
    """Everything that an operator does."""
    os.umask(0o077)  # whatever the operator's own: databases, pictures and backups are nobody else's to read
    from server.problems import FEATURES  # not for --help and --version: they refuse nothing

    register(FEATURES)


for agreement in (requests, agree, refuse):
    people.add_command(agreement)
for command in (
    init.init,
    serve.start,
    serve.serve,
    forms,
    projects,
    app_user,
    people,
    cso,
    places,
    plan,
    reminders,
    rollup,
    tally,
    compile_sheet,
    changes,
    rebuild,
    backup.backup,
    backup.restore,
    demo.demo,
    doctor.doctor,
):
    main.add_command(command)
