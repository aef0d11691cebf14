"""A report with a number: the table as it was given out, who asked for what, and the rules that made it. Pure.

The number never stops working: the table itself is kept, so that it comes back as it was whatever has become of sheets,
forms and rules since.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from aggregates.report.table import TallyRow, TallyTable
from forms.definition.age_scheme import read_scheme

COUNTS, COMPILATION = "counts", "compilation"
KINDS = (COUNTS, COMPILATION)
_WRITTEN = re.compile(r"R-([0-9]{4})-([0-9]{4,9})")


class ReportNumber(NamedTuple):
    """The number of a report: how many there were in its year.

    >>> str(ReportNumber(2026, 41)), str(ReportNumber(2026, 12041))
    ('R-2026-0041', 'R-2026-12041')
    """

    year: int
    serial: int

    def __str__(self) -> str:
        return f"R-{self.year}-{self.serial:04d}"


def read_number(text: str) -> ReportNumber | None:
    """The number that `str` wrote; None for a text that is none.

    >>> read_number("R-2026-0041"), read_number("R-2026-41")
    (ReportNumber(year=2026, serial=41), None)
    """
    found = _WRITTEN.fullmatch(text.strip().upper())
    number = ReportNumber(int(found[1]), int(found[2])) if found else None
    return number if number and str(number) == text.strip().upper() else None


@dataclass(frozen=True, slots=True)
class NewReport:
    """What is given out, before it has its number."""

    kind: str
    project_id: int | None
    """None for a table of several projects."""
    cso: str
    """Of a compilation sheet, as it is compared; "" for counts."""
    maker_id: int | None
    """The account; None for whoever works at the machine's terminal."""
    maker_name: str
    asked: Mapping[str, Any] = field(hash=False)
    """The query, as far as its maker saw: whoever sees less of it sees nothing."""
    versions: Mapping[str, Any] = field(hash=False)
    """Of the program, the rules, the age scheme, the last roll-up and the forms."""
    contents: Mapping[str, Any] = field(hash=False, repr=False)
    """The table."""

    @property
    def packed(self) -> bytes:
        """The table as it is kept."""
        return zlib.compress(_text(self.contents).encode(), 9)

    @property
    def digest(self) -> str:
        """Of the question and its answer: one person who asks the same twice, and is told the same, has one number."""
        return hashlib.sha256(_text([self.asked, self.versions, self.contents]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NumberedReport:
    """A report that was given out."""

    number: ReportNumber
    made_at: str
    report: NewReport


def unpacked(packed: bytes) -> dict[str, Any]:
    """The table that `NewReport.packed` wrote."""
    found: dict[str, Any] = json.loads(zlib.decompress(packed))
    return found


def table_as_json(table: TallyTable) -> dict[str, Any]:
    """A table of counts as it is kept."""
    rows = {name: [_row_as_json(row) for row in getattr(table, name)] for name in ("rows", "subtotals")}
    told = {field.name: getattr(table, field.name) for field in fields(table)}
    return {**told, **rows, "by": list(table.by), "bands": table.bands.written}


def table_from_json(told: Mapping[str, Any]) -> TallyTable:
    """The table that `table_as_json` wrote; fields that came later have what is usual for them."""
    rows = {name: [_row_from_json(row) for row in told[name]] for name in ("rows", "subtotals")}
    return TallyTable(**{**told, **rows, "by": tuple(told["by"]), "bands": read_scheme(told["bands"])})


def _row_as_json(row: TallyRow) -> dict[str, Any]:
    told = {field.name: getattr(row, field.name) for field in fields(row)}
    return {**told, "keys": list(row.keys), "names": list(row.names), "moments": sorted(row.moments)}


def _row_from_json(told: Mapping[str, Any]) -> TallyRow:
    values: dict[str, Any] = {
        **told,
        "keys": tuple(told["keys"]),
        "names": tuple(told["names"]),
        "moments": frozenset(told["moments"]),
    }
    return TallyRow(**values)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
