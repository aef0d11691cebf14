"""`fiche plan`: what is to happen where and when, taken in from a file, listed, taken back."""

from pathlib import Path

import click

from aggregates.plan import plans
from aggregates.plan.reading import PlanReading
from forms.base.by import By
from server.base.clock import now
from server.plan.reading import difference_of, read_file
from server.plan.sentence import plan_allowed, plan_reason
from server.plan.take_in import take_in, turn
from server.terminal.command import (
    ErrorInWords,
    Group,
    config_option,
    examples,
    json_option,
    project_named,
    project_option,
    settings_here,
    storage_of,
)
from server.terminal.output import say_json, say_table
from server.terminal.value import WholeNumber
from server.terminal.words import LANGUAGE, _, counted, plural


@click.group(
    cls=Group,
    help=_("The plan: sessions and people by place and month. What is missing rests on it."),
    epilog=examples("fiche plan import plan-2020.xlsx --dry-run", "fiche plan list", "fiche plan undo"),
)
@config_option
def plan() -> None:
    """What is planned."""


@plan.command(
    "import",
    help=_(
        "Take a plan in from XLSX or CSV, in place of what counts for the CSOs and months that it names. "
        "Nothing is taken in where a line is wrong, unless --only-good is given."
    ),
    epilog=examples(
        "fiche plan import plan-2020.xlsx --dry-run",
        "fiche plan import plan-mars.csv",
        "fiche plan import plan-mars.csv --only-good",
    ),
)
@config_option
@project_option
@click.argument("file", metavar=_("FILE"), type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Say what would be taken in, and change nothing."))
@click.option("--only-good", is_flag=True, help=_("Take in the lines that are right, where others are not."))
def import_file(file: Path, project: str | None, dry_run: bool, only_good: bool) -> None:
    """The preview is always said; then the lines are taken in."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        owner = project_named(db, project)
        reading = read_file(db, owner.id, file.read_bytes(), file.name, reach=None)
        _say(reading)
        rows = [
            [
                difference.cso.shown,
                difference.month,
                counted(difference.new.sessions),
                counted(difference.present.sessions),
            ]
            for difference in difference_of(db, owner.id, reading.planned)
        ]
    if rows:
        say_table([_("CSO"), _("Month"), _("Sessions"), _("Sessions now")], rows, right=2)
    if not reading.planned or (reading.problems and not only_good):
        raise ErrorInWords(_("Nothing was taken in."))
    if dry_run:
        return
    with storage.writing() as db:
        key = take_in(db, owner.id, reading.planned, file_name=file.name, by=By(None, now()))
    lines = plural("{count} line was taken in", "{count} lines were taken in", len(reading.planned))
    click.echo(_("{lines} (import {id}). To take it back: fiche plan undo {id}", lines=lines, id=key))


@plan.command("list", help=_("List the plans that were taken in."), epilog=examples("fiche plan list --json"))
@config_option
@project_option
@json_option
def list_them(project: str | None, as_json: bool) -> None:
    """Newest first."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        found = plans.imports(db, project_named(db, project).id)
    if as_json:
        say_json(
            [
                {
                    "id": plan_import.id,
                    "file_name": plan_import.file_name,
                    "imported_at": plan_import.imported_at,
                    "undone_at": plan_import.undone_at,
                    "lines": plan_import.rows,
                    "csos": plan_import.csos,
                    "months": plan_import.months,
                }
                for plan_import in found
            ]
        )
        return
    rows = [
        [
            str(plan_import.id),
            plan_import.imported_at[:10],
            plan_import.file_name,
            ", ".join(cso.shown for cso in plan_import.csos),
            f"{plan_import.months[0]} – {plan_import.months[-1]}"
            if len(plan_import.months) > 1
            else plan_import.months[0],
            _("taken back") if plan_import.undone_at else "",
            counted(plan_import.rows),
        ]
        for plan_import in found
    ]
    heading = [_("Number"), _("Day"), _("File"), _("CSO"), _("Months"), _("State"), _("Lines")]
    say_table(heading, rows, right=1)


@plan.command(
    "undo",
    help=_("Take an import back: the newest that counts, or the one of a number."),
    epilog=examples("fiche plan undo", "fiche plan undo 3", "fiche plan undo 3 --redo"),
)
@config_option
@project_option
@click.argument("number", metavar=_("NUMBER"), type=WholeNumber(), required=False)
@click.option("--redo", is_flag=True, help=_("Let it count again instead."))
def undo(number: int | None, project: str | None, redo: bool) -> None:
    """What it had replaced counts again."""
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        owner = project_named(db, project)
        if number is None:
            turned = (
                plan_import.id
                for plan_import in plans.imports(db, owner.id)
                if (plan_import.undone_at is not None) == redo
            )
            number = next(turned, None)
        if number is None:
            raise ErrorInWords(_("There is nothing to take back."))
        made = turn(db, owner.id, str(number), is_undone=not redo, reach=None, by=By(None, now()))
    message = (
        _("{file} counts again.") if redo else _("{file} was taken back: what it had replaced counts again.")
    )
    click.echo(message.format(file=made.file_name))


def _say(reading: PlanReading) -> None:
    """What is refused and what should be looked at, on the error output; what is taken in."""
    for problem in (*reading.problems, *reading.remarks):
        told = _(
            "Line {row}, {column}: « {found} ».", row=problem.row, column=problem.column, found=problem.found
        )
        words = [told, plan_reason(problem, LANGUAGE), plan_allowed(problem, LANGUAGE)]
        click.echo(" ".join(word for word in words if word), err=True)
    good = plural("{count} line is right", "{count} lines are right", len(reading.planned))
    bad = plural("{count} line is refused", "{count} lines are refused", reading.refused)
    click.echo(f"{good}, {bad}.")
