"""`fiche reminders`: what did not come, whose phone is silent, what is to be corrected; by email on demand."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from aggregates.plan import plans
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from forms.places.csos import list_csos
from forms.places.projects import Project
from server.base.clock import now
from server.plan.expecting import recent_months, today
from server.reminders.file import reminder_csv, reminder_workbook
from server.reminders.mail import MailNotConfigured
from server.reminders.remind import Outcome, coordinators_of, send
from server.reminders.reminding import ReminderQuery, Reminders, reminders_of
from server.reminders.text import message_to
from server.settings.settings import Settings
from server.terminal.command import (
    ErrorInWords,
    config_option,
    examples,
    project_named,
    project_option,
    settings_here,
    storage_of,
)
from server.terminal.value import MonthOfYear
from server.terminal.words import LANGUAGE, _, plural
from server.web.problem import sentence

FORMATS = ("text", "csv", "xlsx", "json")


@click.command(
    help=_(
        "Tell which sheets did not come, which phones are silent, and which sheets wait for a correction; "
        "as messages for the animators, or as a file. With --send coordinators are written to by email."
    ),
    epilog=examples(
        "fiche reminders --cso TAGNE --month 2020-03",
        "fiche reminders --format csv --output rappels.csv",
        "fiche reminders --send",
    ),
)
@config_option
@project_option
@click.option("--cso", metavar=_("CODE"), multiple=True, help=_("Only these."))
@click.option(
    "--month", metavar=_("YYYY-MM"), type=MonthOfYear(), help=_("Otherwise the last month and this one.")
)
@click.option("--format", "kind", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output", metavar=_("FILE"), type=click.Path(dir_okay=False, path_type=Path), help=_("Write to a file.")
)
@click.option(
    "--send", "by_email", is_flag=True, help=_("Write to the coordinators, to nobody twice in a week.")
)
def reminders(
    project: str | None,
    cso: tuple[str, ...],
    month: Month | None,
    kind: str,
    output: Path | None,
    by_email: bool,
) -> None:
    """What there is to remind of."""
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    with storage.reading() as db:
        owner = project_named(db, project)
        codes = [CsoCode(code) for code in cso] or _every_cso(db, owner)
        people = coordinators_of(db, owner.id, codes)
        reminders = reminders_of(
            db,
            settings,
            owner.id,
            ReminderQuery(csos=codes, months=_months(settings, month), language=LANGUAGE),
            now=now(),
        )
    if by_email:
        if not settings.smtp.host:
            raise ErrorInWords(sentence(MailNotConfigured(), LANGUAGE))
        _say_outcomes(send(settings, storage, owner, people, now=now(), by_hand=True))
        return
    content = written(reminders, kind, settings.zone)
    if output is not None:
        output.write_bytes(content)
    elif kind == "xlsx" and sys.stdout.isatty():
        raise click.UsageError(_("A workbook needs --output."))
    else:
        sys.stdout.buffer.write(content)


def written(reminders: Reminders, kind: str, zone: ZoneInfo) -> bytes:
    """The reminders in one of the formats."""
    if kind == "csv":
        return reminder_csv(reminders, LANGUAGE, zone)
    if kind == "xlsx":
        return reminder_workbook(reminders, LANGUAGE, zone)
    if kind == "json":
        return (json.dumps(asdict(reminders), ensure_ascii=False, indent=2) + "\n").encode()
    figures = [
        plural("{count} sheet is missing", "{count} sheets are missing", reminders.missing_count),
        plural("{count} phone is silent", "{count} phones are silent", len(reminders.silent)),
        plural(
            "{count} sheet is to be corrected",
            "{count} sheets are to be corrected",
            len(reminders.to_correct),
        ),
    ]
    messages = [message_to(reminder, LANGUAGE) for reminder in reminders.personal()]
    return ("\n\n".join([", ".join(figures) + ".", *messages]) + "\n").encode()


def _every_cso(db: Database, project: Project) -> list[CsoCode]:
    known = {cso.key for cso in list_csos(db, project_id=project.id)}
    return sorted(known | {code for code, _month in plans.planned_months(db, project.id)})


def _months(settings: Settings, month: Month | None) -> list[str]:
    if month is not None:
        return [str(month)]
    return sorted(recent_months(today(settings, now())))


def _say_outcomes(outcomes: Sequence[Outcome]) -> None:
    words = {
        "sent": _("sent"),
        "failed": _("not sent"),
        "empty": _("nothing overdue to tell"),
        "before": _("written to this week already"),
    }
    for outcome in outcomes:
        click.echo(
            f"{outcome.person.email}: {words[outcome.state]}{f' – {outcome.error}' if outcome.error else ''}"
        )
    if not outcomes:
        raise ErrorInWords(_("There is nobody to write to."))
    if any(outcome.state == "failed" for outcome in outcomes):
        raise ErrorInWords(_("Some were not sent."))
