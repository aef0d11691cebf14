"""`fiche tally`: the counts, by whatever one asks for."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from aggregates.report import numbered_reports
from aggregates.report.table import TallyTable
from aggregates.tallies.query import DIMENSIONS, STATUSES, TallyQuery
from forms.base.sqlite import Database
from forms.definition.dimension import FILTERS
from forms.definition.tally_tag import MEASURES, REACHES, UNITS
from forms.places.place_map import MAPS, THEN
from server.base.clock import now
from server.counts.numbered import report_of
from server.counts.service import every_count
from server.terminal.command import config_option, examples, project_named, settings_here, storage_of
from server.terminal.words import LANGUAGE, _
from server.words.table_file import About, row_objects, text_table, write_table

FORMATS = ("table", "json", "csv", "xlsx")


def _filters(command: Any) -> Any:
    for name in reversed(FILTERS):
        command = click.option(
            f"--{name.replace('_', '-')}",
            name,
            multiple=True,
            metavar="CODE[,CODE]",
            help=_("Only these."),
        )(command)
    return command


@click.command(
    help=_(
        "Show the counts as of the last roll-up. What may not be added up is never in one table: contacts "
        "and first-timers, direct and indirect reach, people and events."
    ),
    epilog=examples(
        "fiche tally --by region,sex,age_band --from 2020-01 --to 2020-12",
        "fiche tally --by village --commune KOU-KOL-NON --status verified",
        "fiche tally --measure sessions --by month,activity --format csv --output sessions.csv",
        "fiche tally --by cso,sex,age_band --unit first_time --format xlsx --output compte.xlsx",
    ),
)
@config_option
@click.option(
    "--by", metavar=_("DIMENSIONS"), default="", help=_("Rows: {names}.", names=", ".join(DIMENSIONS))
)
@click.option("--from", "first_month", metavar=_("YYYY-MM"), default="", help=_("This month and later."))
@click.option("--to", "last_month", metavar=_("YYYY-MM"), default="", help=_("This month and earlier."))
@click.option(
    "--measure", metavar=_("MEASURE"), default="participants", help=_("What is counted: {names}.",
    names=", ".join(MEASURES)),
)  # fmt: skip
@click.option("--unit", metavar=_("UNIT"), default="", help=_("{names}.", names=" | ".join(UNITS)))
@click.option("--reach", metavar=_("REACH"), default="direct", help=_("{names}.", names=" | ".join(REACHES)))
@click.option("--subset", metavar=_("SUBSET"), default="", help=_("A part of the heads, e.g. disability."))
@click.option(
    "--status", metavar=_("STATUS"), default="provisional", help=_("{names}.", names=" | ".join(STATUSES))
)
@click.option(
    "--scheme", metavar=_("SCHEME"), default="", help=_("Age bands: a scheme of the configuration.")
)
@click.option(
    "--map",
    "map",
    metavar=_("MAP"),
    default=THEN,
    help=_(
        "{names}: places where they stood in each month, or where they are today.", names=" | ".join(MAPS)
    ),
)
@_filters
@click.option("--format", "kind", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option(
    "--output", metavar=_("FILE"), type=click.Path(dir_okay=False, path_type=Path), help=_("Write to a file.")
)
def tally(kind: str, output: Path | None, **asked: Any) -> None:
    """One table of one measure."""
    if kind == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError(_("A workbook needs --output."))
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    with storage.reading() as db:
        query = _query(db, asked)
        counts = every_count(db, settings.band_schemes)
        table, rolled_up_at = counts.table(query), counts.rolled_up_at
        report = report_of(db, table, query, reach=counts.reach, maker=(None, ""))
    number = ""
    if kind == "xlsx":
        number = str(storage.write(lambda db: numbered_reports.number(db, report, now=now())))
    about = About(query.first_month, query.last_month, rolled_up_at, query.map, number)
    content = _content(table, kind, about)
    if output is not None:
        output.write_bytes(content)
        click.echo(_("Written: {path}", path=output), err=True)
    elif kind == "xlsx":
        sys.stdout.buffer.write(content)
    else:
        click.echo(content.decode("utf-8-sig"), nl=False)


def _query(db: Database, asked: dict[str, Any]) -> TallyQuery:
    filters = {name: _codes(asked[name]) for name in FILTERS if asked[name]}
    if "project" in filters:
        filters["project"] = tuple(str(project_named(db, written).id) for written in filters["project"])
    return TallyQuery(
        by=_codes((asked["by"],)) if asked["by"] else (),
        filters=filters,
        **{
            name: asked[name]
            for name in (
                "measure",
                "unit",
                "reach",
                "subset",
                "status",
                "scheme",
                "map",
                "first_month",
                "last_month",
            )
        },
    )


def _codes(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.strip() for value in values for code in value.split(","))


def _content(table: TallyTable, kind: str, about: About) -> bytes:
    if kind == "json":
        return (json.dumps(row_objects(table), ensure_ascii=False, indent=2) + "\n").encode()
    if kind == "table":
        return (text_table(table, language=LANGUAGE, about=about) + "\n").encode()
    return write_table(table, kind, language=LANGUAGE, about=about)
