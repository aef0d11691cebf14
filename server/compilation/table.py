"""A compilation sheet's blocks in a reader's language, as tables that a page, a workbook and a PDF show alike."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date

from aggregates.compilation.compilation import (
    LINE,
    SUBTOTAL,
    TOTAL,
    VERIFIED,
    Block,
    Column,
    Compilation,
    Header,
    Row,
    Value,
)
from aggregates.flags.flag import Flag
from forms.base.moment import read
from server.compilation import words
from server.words.flag_sentence import flag_sentence, flag_title
from server.words.language import moment, number, translate
from server.words.table_file import WORDS

UNKNOWN = "–"
NUMERIC = ("number", "difference", "share")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and what codes are called in their language."""

    language: str
    zone: ZoneInfo
    activities: Mapping[str, str] = field(default_factory=dict)
    late_days: int = 7

    def said(self, message: str, **facts: object) -> str:
        """A text in their language."""
        return translate(self.language, message, **facts)

    def month(self, month: str) -> str:
        """ "mars 2020"."""
        day = date.fromisoformat(f"{month}-01")
        return str(format_date(day, "LLLL y", locale=self.language))

    @property
    def colon(self) -> str:
        """What stands between a label and its text."""
        return "\u00a0: " if self.language == "fr" else ": "

    def organisation(self, header: Header) -> str:
        """The CSO by its name, with its code where that says more."""
        return header.cso if header.cso_name == header.cso else f"{header.cso_name} ({header.cso})"

    def day(self, day: str) -> str:
        """ "8 mars 2020", "" for none."""
        return _day(day, self.language) if day else ""


@lru_cache(maxsize=4_000)
def _day(day: str, language: str) -> str:
    """A month's table names the same days hundreds of times."""
    return str(format_date(date.fromisoformat(day), "d MMM y", locale=language))


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column's heading."""

    key: str
    text: str
    kind: str
    is_listed: bool

    @property
    def is_numeric(self) -> bool:
        """Whether it stands to the right."""
        return self.kind in NUMERIC


class ShownCell(NamedTuple):
    """One cell as it reads."""

    text: str
    number: int | None = None
    """What it is as a number, None for a text or where nobody knows."""
    beside: str = ""
    """A code under the text."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row."""

    kind: str
    cells: tuple[ShownCell, ...]
    keys: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """One block."""

    key: str
    title: str
    groups: tuple[tuple[str, int], ...]
    """Headings over several columns, each with how many; () where there are none."""
    columns: tuple[ShownColumn, ...]
    rows: tuple[ShownRow, ...]
    notes: tuple[str, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it needs a page across."""
        return len(self.columns) > 10


def shown_blocks(
    compilation: Compilation, reader: Reader, *, with_codes: bool = False
) -> tuple[ShownBlock, ...]:
    """The blocks as somebody reads them. Codes of places stand under their names, or `with_codes` in a column."""
    return tuple(_block(block, reader, with_codes) for block in compilation.blocks)


def _block(block: Block, reader: Reader, with_codes: bool) -> ShownBlock:
    codes = next((n for n, column in enumerate(block.columns) if column.kind == "code"), None)
    kept = [n for n, column in enumerate(block.columns) if with_codes or column.kind != "code"]
    headings = [_heading(block, block.columns[n]) for n in kept]
    columns = tuple(
        ShownColumn(
            block.columns[n].key, reader.said(text), block.columns[n].kind, block.columns[n].is_listed
        )
        for n, (_, text) in zip(kept, headings, strict=True)
    )
    rows = []
    for row in block.rows:
        cells = [_cell(block.columns[n], row, row.cells[n], reader) for n in kept]
        if not with_codes and codes is not None and row.cells[codes]:
            cells[0] = ShownCell(cells[0].text, beside=str(row.cells[codes]))
        rows.append(ShownRow(row.kind, tuple(cells), row.keys))
    notes = [reader.said(text, days=reader.late_days) for text in [words.NOTES.get(block.key)] if text]
    notes += [reader.said(words.MORE_NOTES[note.key], **note.facts) for note in block.notes]
    if not any(row.kind == LINE for row in rows) and block.key in words.EMPTY:
        notes = [reader.said(words.EMPTY[block.key])]
    groups = _groups([reader.said(group) if group else "" for group, _ in headings])
    return ShownBlock(
        block.key,
        reader.said(words.TITLES.get(block.key, block.key)),
        groups,
        columns,
        tuple(rows),
        tuple(notes),
    )


def _heading(block: Block, column: Column) -> tuple[str, str]:
    own = words.OF_BLOCK.get(block.key, {})
    return own.get(column.key) or words.HEADINGS.get(column.key, ("", column.key))


def _groups(names: list[str]) -> tuple[tuple[str, int], ...]:
    if not any(names):
        return ()
    groups: list[tuple[str, int]] = []
    for name in names:
        if groups and groups[-1][0] == name:
            groups[-1] = (name, groups[-1][1] + 1)
        else:
            groups.append((name, 1))
    return tuple(groups)


def _cell(column: Column, row: Row, value: Value, reader: Reader) -> ShownCell:
    if column.kind == "difference" and isinstance(value, int):
        return ShownCell(f"{'+' if value > 0 else ''}{number(reader.language, value)}", value)
    if isinstance(value, int):
        return _number_cell(reader.language, value)
    if value is None:
        return ShownCell("" if row.kind == VERIFIED else UNKNOWN)
    if column.kind in ("place", "activity", "review", "person", "month"):
        return ShownCell(_name(column.kind, row, value, reader))
    return ShownCell(_text(column.kind, row, value, reader))


@lru_cache(maxsize=10_000)
def _number_cell(language: str, value: int) -> ShownCell:
    """Most numbers of a sheet are small, and stand there many times."""
    return ShownCell(number(language, value), value)


def _name(kind: str, row: Row, value: str, reader: Reader) -> str:
    """The heading of a row: what it is of, or that it is a sum."""
    if row.kind == TOTAL and not value:
        return reader.said(words.TOTAL)
    if row.kind == VERIFIED:
        return reader.said(words.VERIFIED)
    if kind == "activity":
        return reader.activities.get(value, value) or reader.said(words.NOT_TOLD)
    if kind == "review":
        return reader.said(words.REVIEWS.get(value, value))
    if kind == "month":
        return reader.month(value)
    if kind == "person":
        return value
    if row.kind == SUBTOTAL:
        return reader.said(words.SUBTOTAL, name=value or reader.said(words.NOT_TOLD))
    return value or reader.said(words.NOT_TOLD)


def _text(kind: str, row: Row, value: str, reader: Reader) -> str:
    if kind == "day":
        return reader.day(value)
    if kind == "moment":
        return moment(reader.language, read(value), reader.zone) if value else ""
    if kind == "decision":
        return reader.said(words.DECISIONS.get(value, value))
    if kind == "measure":
        return reader.said(words.COUNTED.get(value) or WORDS.get(value, value))
    if kind == "flag":
        return _flag(value, reader)
    if kind == "misses":
        return _misses(value, reader) if row.kind == LINE else ""
    return value


def _flag(value: str, reader: Reader) -> str:
    told = json.loads(value)
    flag = Flag(0, told["rule"], told["path"], told["details"])
    return f"{flag_title(flag, reader.language)}. {flag_sentence(flag, reader.language)}"


def _misses(value: str, reader: Reader) -> str:
    parts = []
    for day, place, count in json.loads(value) if value else ():
        often = f" × {number(reader.language, count)}" if count > 1 else ""
        parts.append(f"{reader.day(day)}{' ' if day else ''}{place}{often}")
    return " · ".join(parts)
