"""`fiche demo`."""

import sys

import click

from forms.base.month import Month
from server.base.clock import now
from server.demo.demo import DEVICE, fill_month
from server.settings.settings import Settings
from server.store.locks import exclusive
from server.terminal.command import (
    ErrorInWords,
    config_option,
    examples,
    project_named,
    project_option,
    settings_here,
    storage_of,
)
from server.terminal.output import progress
from server.terminal.value import MonthOfYear, WholeNumber
from server.terminal.words import LANGUAGE, _, plural
from sync.intake.submissions import has_sheets_besides


@click.command(
    help=_(
        "Fill a trial installation with a month of invented field work, roll it up and show the counts. "
        "Nothing of it happened: keep it apart from real sheets (--config)."
    ),
    epilog=examples("fiche demo", "fiche demo --sheets 1000 --month 2020-03"),
)
@config_option
@project_option
@click.option(
    "--sheets",
    metavar=_("NUMBER"),
    type=WholeNumber(100_000),
    default=300,
    show_default=True,
    help=_("How many."),
)
@click.option(
    "--month", metavar=_("YYYY-MM"), type=MonthOfYear(), help=_("Otherwise the last month that is over.")
)
@click.option("--yes", is_flag=True, help=_("Also where there are real sheets."))
def demo(sheets: int, month: Month | None, project: str | None, yes: bool) -> None:
    """The same month again changes nothing."""
    present = Month.of(now().date())
    chosen = month or present.previous
    if chosen > present:
        raise click.UsageError(_("The month {month} has not begun.", month=chosen))
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    with storage.reading() as db:
        owner, has_real = project_named(db, project), has_sheets_besides(db, DEVICE)
    if has_real and not yes:
        _ask()
    with progress(_("Filling sheets")) as tell:
        new = fill_month(storage, project_id=owner.id, sheets=sheets, month=chosen, now=now(), progress=tell)
    click.echo(plural("{count} invented sheet received.", "{count} invented sheets received.", new), err=True)
    _count(settings, chosen, owner.id)


def _ask() -> None:
    question = _("There are real sheets here. Add invented ones to their counts?")
    if not sys.stdin.isatty():
        raise ErrorInWords(_("There are real sheets here. Use another --config, or give --yes."))
    click.confirm(question, abort=True)


def _count(settings: Settings, month: Month, project_id: int) -> None:
    from aggregates.report.report import tally_table
    from aggregates.tallies import roll_up_runs
    from aggregates.tallies.query import TallyQuery
    from aggregates.tallies.roll_up import roll_up
    from server.night.cli import ROLL_UP
    from server.night.examining import examine_here
    from server.words.table_file import About, text_table

    storage, _blobs = storage_of(settings)
    alone = exclusive(settings.roll_up_lock, what=ROLL_UP)
    with progress(_("Examining the sheets")) as tell:
        examine_here(settings, storage, progress=tell)
    with progress(_("Rolling up")) as tell:
        roll_up(storage.writing, storage.reading, full=False, now=now, progress=tell, alone=alone)
    query = TallyQuery(
        by=("region", "sex", "age_band"),
        filters={"project": (str(project_id),)},
        first_month=str(month),
        last_month=str(month),
    )
    with storage.reading() as db:
        table = tally_table(db, query, settings.band_schemes)
        [run] = roll_up_runs.latest(db, limit=1)
    click.echo(text_table(table, language=LANGUAGE, about=About(str(month), str(month), run.ended_at)))
