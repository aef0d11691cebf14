"""The command line: one file a subject, all of them joined here."""

import click

from server.cli import (
    app_users,
    backups,
    compilations,
    csos,
    demos,
    doctors,
    forms,
    inits,
    people,
    places,
    plans,
    projects,
    reminders,
    roll_ups,
    serves,
    tallies,
)
from server.cli.station import Group, config_option, examples
from server.cli.words import _


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


for command in (
    inits.init,
    serves.start,
    serves.serve,
    forms.forms,
    projects.projects,
    app_users.app_user,
    people.people,
    csos.cso,
    places.places,
    plans.plan,
    reminders.reminders,
    roll_ups.rollup,
    tallies.tally,
    compilations.compile_sheet,
    roll_ups.rebuild,
    backups.backup,
    backups.restore,
    demos.demo,
    doctors.doctor,
):
    main.add_command(command)
