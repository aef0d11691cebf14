"""What commands say: values for programs, tables for people, a bar while they wait."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click


def say_json(value: Any) -> None:
    """A value for programs, on the output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: int = 0) -> None:
    """Columns for people; the last `right` ones hold numbers."""
    widths = [max(len(row[number]) for row in [header, *rows]) for number in range(len(header))]
    first_right = len(header) - right
    for row in [header, ["─" * width for width in widths], *rows]:
        cells = [
            cell.rjust(width) if number >= first_right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A callable that is told how much is done, of how much: a bar on the error output of a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell
