"""A month as it was compiled: its sheet under either status, the sheets behind each number, and what signing freezes.

What was frozen is read back as the same value, so that pages and files know no difference. Pure.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aggregates.compilation.adjustment import Adjustment, adjustment_from
from aggregates.compilation.compilation import Compilation, Header, as_json, from_json
from aggregates.compilation.frozen_fact import Facts, OfMonth
from aggregates.compilation.source import PROVISIONAL, VERIFIED
from aggregates.compilation.tabulation import Line, behind

LINES_OF = {"activities": "sessions", "states": "sessions"}
"""Blocks that show another block's lines in another order."""


@dataclass(frozen=True)
class CompiledMonth:
    """One CSO's month."""

    header: Header
    make: Callable[[str], Compilation] = field(repr=False)
    """Lays the sheet of a status out; asked once for each."""
    lines: Mapping[str, tuple[Line, ...]] = field(repr=False)
    """By block: what each sheet brings to it."""
    adjustments: tuple[Adjustment, ...] = ()
    """What changed in closed months and arrived in this one."""
    facts: Mapping[OfMonth, Facts] = field(default_factory=dict, repr=False)
    """What each sheet counts in this month, cell by cell, as it is to be frozen; {} for what was frozen before."""
    seen_when_signed: str = ""
    """Of a month that was frozen, what `seen` was; "" for one that is compiled now."""

    @cached_property
    def provisional(self) -> Compilation:
        """The sheet of everything that is not rejected."""
        return self.make(PROVISIONAL)

    @cached_property
    def verified(self) -> Compilation:
        """The sheet of what is approved."""
        return self.make(VERIFIED)

    @property
    def to_freeze(self) -> dict[OfMonth, Facts]:
        """What validating keeps: the facts of its sheets, and the differences in months that were closed before."""
        adjusted = {
            (adjustment.month, adjustment.submission_id): adjustment.facts for adjustment in self.adjustments
        }
        return {**self.facts, **adjusted}

    def compilation(self, status: str) -> Compilation:
        """The sheet under a status."""
        return self.verified if status == VERIFIED else self.provisional

    def behind(self, block: str, keys: Mapping[str, str], column: str, status: str) -> dict[int, int]:
        """The sheets behind a number, each with what it brings; {} for a block that counts none."""
        if block == "adjustments":
            return self._behind_adjustments(keys, column, status)
        lines = self.lines.get(LINES_OF.get(block, block), ())
        if block == "states":
            lines = tuple(line for line in lines if line.is_counted)
        return behind(lines, keys, column, status)

    @cached_property
    def seen(self) -> str:
        """A digest of what somebody sees who signs: it is another when a sheet arrives, changes or is decided on."""
        if self.seen_when_signed:
            return self.seen_when_signed
        told = [
            [line.submission_id, line.version, line.review, line.is_counted, line.provisional]
            for key in sorted(self.lines)
            for line in self.lines[key]
        ]
        adjusted = [adjustment.as_row() for adjustment in self.adjustments]
        return hashlib.sha256(json.dumps([told, adjusted]).encode()).hexdigest()[:32]

    def _behind_adjustments(self, keys: Mapping[str, str], column: str, status: str) -> dict[int, int]:
        found: dict[int, int] = {}
        for adjustment in self.adjustments:
            if keys.get("month", adjustment.month) != adjustment.month:
                continue
            for counted in adjustment.brings:
                told = adjustment.of(counted, status)
                if keys.get("measure", counted) == counted and told:
                    n = 1 if column == "recues" else told.get(column, 0)
                    sheet = adjustment.submission_id
                    found[sheet] = found.get(sheet, 0) + n
        return {sheet: n for sheet, n in found.items() if n}


def frozen(month: CompiledMonth) -> tuple[str, str]:
    """What signing keeps of a month, as JSON, and its SHA-256, which is printed on what was signed."""
    kept = {
        "provisional": as_json(month.provisional),
        "verified": as_json(month.verified),
        "lines": {key: [list(line) for line in lines] for key, lines in month.lines.items()},
        "adjustments": [adjustment.as_row() for adjustment in month.adjustments],
        "seen": month.seen,
    }
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text, hashlib.sha256(text.encode()).hexdigest()


def thawed(text: str) -> CompiledMonth:
    """The month of what `frozen` wrote."""
    kept: dict[str, Any] = json.loads(text)
    lines = {key: tuple(Line(*line) for line in rows) for key, rows in kept["lines"].items()}
    header = from_json(kept[PROVISIONAL]).header
    return CompiledMonth(
        header,
        lambda status: from_json(kept[status]),
        lines,
        tuple(adjustment_from(row) for row in kept["adjustments"]),
        seen_when_signed=kept["seen"],
    )
