"""`fiche changes`: what changed in the months of CSOs since they were signed, or since a day."""

from collections.abc import Iterable

import click

from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.projects import Project
from server.base.clock import now
from server.compilation.change_sentence import differences_in_words, groups_in_words
from server.compilation.changed import MonthChanges, changes_of_month, changes_of_project, moment_asked
from server.compilation.compiling import month_asked, reader_of, recount
from server.settings.settings import Settings
from server.terminal.command import (
    config_option,
    examples,
    project_named,
    project_option,
    settings_here,
    storage_of,
)
from server.terminal.value import MonthOfYear
from server.terminal.words import LANGUAGE, _


@click.command(
    help=_("Tell what changed in a CSO's month since it was signed, or in every month since a day."),
    epilog=examples("fiche changes --cso TAGNE --month 2020-03", "fiche changes --since 2020-04-20"),
)
@config_option
@project_option
@click.option("--cso", "code", metavar=_("CODE"), default="", help=_("The organisation."))
@click.option(
    "--month", metavar=_("YYYY-MM"), type=MonthOfYear(), default=None, help=_("The month of the events.")
)
@click.option("--since", metavar=_("DAY"), default="", help=_("Since this day, 2020-04-20, or moment."))
def changes(project: str | None, code: str, month: Month | None, since: str) -> None:
    """What waits is counted first."""
    if bool(code) != bool(month):
        raise click.UsageError(_("Name both --cso and --month, or neither."))
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    recount(storage, settings)
    with storage.reading() as db:
        owner = project_named(db, project)
        if month is not None:
            asked = month_asked(db, owner, code, str(month))
            told = [changes_of_month(db, settings, asked, since=since, now=now())]
        else:
            told = changes_of_project(db, owner, moment_asked(since, settings, now=now()), csos=None)
        for line in _lines(db, settings, owner, told):
            click.echo(line)


def _lines(db: Database, settings: Settings, project: Project, told: Iterable[MonthChanges]) -> Iterable[str]:
    """Each month with its sentence, and the differences of its numbers below."""
    reader = reader_of(db, settings, project, LANGUAGE)
    is_empty = True
    for month in told:
        is_empty = False
        sentence = groups_in_words(month.groups, LANGUAGE) or _("nothing changed")
        yield f"{month.cso} · {reader.month(month.month)}{reader.colon}{sentence}"
        yield from (f"  {text}" for text in differences_in_words(month.together.brings, reader))
    if is_empty:
        yield _("Nothing changed since then.")
