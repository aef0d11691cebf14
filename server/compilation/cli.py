"""`fiche compile`: the compilation sheet of a CSO and month."""

import json
import sys
from pathlib import Path

import click

from aggregates.compilation.compilation import as_json
from aggregates.compilation.source import STATUSES
from aggregates.report import numbered_reports
from forms.base.month import Month
from server.base.clock import now
from server.compilation.compiling import MonthShown, month_asked, month_shown, reader_of, recount
from server.compilation.download import Edition, download
from server.compilation.numbered import report_of
from server.compilation.paper import can_print
from server.compilation.table import Reader, ShownBlock, shown_blocks
from server.compilation.words import STATES
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
from server.terminal.words import LANGUAGE, _

FORMATS = ("table", "json", "xlsx", "pdf")


@click.command(
    "compile",
    help=_("Show the compilation sheet of a CSO and month, or write it as a workbook or a PDF to sign."),
    epilog=examples(
        "fiche compile --cso TAGNE --month 2020-03",
        "fiche compile --cso TAGNE --month 2020-03 --format pdf --output mars.pdf",
    ),
)
@config_option
@project_option
@click.option("--cso", "code", metavar=_("CODE"), required=True, help=_("The organisation."))
@click.option(
    "--month", metavar=_("YYYY-MM"), type=MonthOfYear(), required=True, help=_("The month of the events.")
)
@click.option(
    "--status", type=click.Choice(STATUSES), default=STATUSES[0], show_default=True,
    help=_("All sheets but rejected ones, or approved ones alone."),
)  # fmt: skip
@click.option("--format", "kind", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option(
    "--output", metavar=_("FILE"), type=click.Path(dir_okay=False, path_type=Path), help=_("Write to a file.")
)
def compile_sheet(
    project: str | None, code: str, month: Month, status: str, kind: str, output: Path | None
) -> None:
    """What waits is counted first."""
    if kind in ("xlsx", "pdf") and output is None and sys.stdout.isatty():
        raise click.UsageError(_("A workbook or a PDF needs --output."))
    if kind == "pdf" and not can_print():
        raise ErrorInWords(_("No PDF: typst is not installed on this server."))
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    recount(storage, settings)
    with storage.reading() as db:
        owner = project_named(db, project)
        shown = month_shown(db, settings, month_asked(db, owner, code, str(month)), now=now())
        reader = reader_of(db, settings, owner, LANGUAGE)
        report = report_of(db, shown, status, maker_id=None, maker_name="")
    if kind in ("xlsx", "pdf"):
        made_at = now()
        number = storage.write(lambda db: numbered_reports.number(db, report, now=made_at))
        content = download(shown, reader, status, kind, Edition(made_at, str(number))).content
    elif kind == "json":
        told = {"state": shown.state, **as_json(shown.month.compilation(status))}
        content = (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
    else:
        blocks = shown_blocks(shown.month.compilation(status), reader)
        content = "\n".join(
            [_title(shown, reader), *(_table(block, reader.colon) for block in blocks), ""]
        ).encode()
    if output is not None:
        output.write_bytes(content)
        click.echo(_("Written: {path}", path=output), err=True)
    elif kind in ("xlsx", "pdf"):
        sys.stdout.buffer.write(content)
    else:
        click.echo(content.decode(), nl=False)


def _title(shown: MonthShown, reader: Reader) -> str:
    header = shown.month.header
    received = f"{_('Sheets received')}{reader.colon}{header.received}"
    return f"{header.cso} · {reader.month(header.month)} · {_(STATES[shown.state])} · {received}"


def _headings(block: ShownBlock, colon: str) -> list[str]:
    """The columns' headings, after their group's where another column is called the same."""
    texts = [column.text for column in block.columns]
    groups = [name for name, columns in block.groups for _column in range(columns)] or [""] * len(texts)
    return [
        f"{group}{colon}{text}" if group and texts.count(text) > 1 else text
        for group, text in zip(groups, texts, strict=True)
    ]


def _table(block: ShownBlock, colon: str) -> str:
    """A block as columns of text, first column to the left."""
    lines = [
        _headings(block, colon),
        *([cell.text for cell in row.cells] for row in block.rows),
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [
        "  ".join(
            cell.rjust(width) if block.columns[number].is_numeric else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join(["", block.title, *(text if block.rows else ()), *block.notes])
