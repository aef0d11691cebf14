"""The compilation sheet of a CSO and month as a value: a header and blocks, whatever a block is about (§ 7).

A block is a table that pages, workbooks and PDFs show without knowing it: columns of a kind, rows, subtotals, totals,
notes. Words are not in it: they are the reader's, and given by `server`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Value = int | str | None
"""A number, a text or code; None for unknown, which is not nought."""
LINE, SUBTOTAL, TOTAL, VERIFIED = "row", "subtotal", "total", "verified"
"""The kinds of rows; a VERIFIED row tells of the total what sheets approved so far bring."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    key: str
    kind: str = "number"
    """"number", or what its texts are: "place", "code", "text", "activity", "share", "day" …"""
    is_listed: bool = False
    """Whether its numbers can be listed down to sheets."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row."""

    cells: tuple[Value, ...]
    kind: str = LINE
    keys: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What its numbers are of: {"commune": …, "place": …}; nothing for all."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said beside a block's numbers."""

    key: str
    facts: Mapping[str, int | str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Block:
    """One table of the sheet."""

    key: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()

    def position(self, column: str) -> int:
        """Where a column stands. Raises KeyError for one that is not there."""
        for number, listed in enumerate(self.columns):
            if listed.key == column:
                return number
        raise KeyError(column)

    def has(self, column: str) -> bool:
        """Whether the block has this column."""
        return any(listed.key == column for listed in self.columns)

    def value(self, row: Row, column: str) -> Value:
        """The value of a row in a column."""
        return row.cells[self.position(column)]

    def of_kind(self, kind: str) -> list[Row]:
        """Its rows of one kind."""
        return [row for row in self.rows if row.kind == kind]


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """A phone of the CSO, and when it was last heard of."""

    name: str
    last_seen: str
    """A moment, "" for never."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the sheet is of."""

    project: str
    cso: str
    """Its code as it is written."""
    cso_name: str
    month: str
    cercles: tuple[str, ...]
    received: int
    """Sheets, whatever their state."""
    expected: int | None
    """Sheets that the plan awaited; None where nothing was planned."""
    undecided: int
    """Sheets on which nobody has decided yet."""
    open_flags: int
    on_hold: int
    """Sheets on hold, out of every number until somebody decides. Closed months keep this word in their JSON."""
    undated: int
    """Sheets of the CSO that are of no month, because their date cannot be read."""
    phones: tuple[PhoneSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class Compilation:
    """One CSO's month."""

    header: Header
    status: str
    """"provisional" (received and not rejected) or "verified" (approved)."""
    blocks: tuple[Block, ...]

    def block(self, key: str) -> Block | None:
        """A block by its key, None where there is none."""
        return next((candidate for candidate in self.blocks if candidate.key == key), None)


def as_json(compilation: Compilation) -> dict[str, Any]:
    """The sheet as JSON has it."""
    return asdict(compilation)


def from_json(kept: Mapping[str, Any]) -> Compilation:
    """What `as_json` wrote, read back."""
    header = kept["header"]
    return Compilation(
        Header(
            **{
                **header,
                "cercles": tuple(header["cercles"]),
                "phones": tuple(PhoneSeen(**phone) for phone in header["phones"]),
            }
        ),
        kept["status"],
        tuple(
            Block(
                block["key"],
                tuple(Column(**column) for column in block["columns"]),
                tuple(Row(tuple(row["cells"]), row["kind"], row["keys"]) for row in block["rows"]),
                tuple(Note(**note) for note in block["notes"]),
            )
            for block in kept["blocks"]
        ),
    )
