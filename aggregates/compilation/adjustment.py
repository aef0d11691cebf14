"""What changed in a month after it was validated: the differences to its snapshot, sheet by sheet (§ 6.3). Pure.

They stand in the compilation sheet of the month in which they arrived, « ajustements après clôture ».
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aggregates.compilation.block_session import SESSIONS, TRAININGS
from aggregates.compilation.column import PEOPLE
from aggregates.compilation.compilation import LINE, TOTAL, Block, Column, Row
from aggregates.compilation.tabulation import Line

HEADS = (*PEOPLE, "total")
MEASURES = {"sessions": SESSIONS.people, "trainings": TRAININGS.people}
"""By block: whom its lines count."""
Heads = tuple[int, int, int, int, int, int]
"""By HEADS."""
NOBODY: Heads = (0, 0, 0, 0, 0, 0)
Key = tuple[str, int, str]
"""A month, a sheet, and the measure of people: those of two measures are never added together."""
LATE, CHANGED, GONE = "late", "changed", "gone"


@dataclass(frozen=True, slots=True)
class Counted:
    """What one sheet counts in one month, of one measure of people."""

    month: str
    submission_id: int
    measure: str
    form: str
    instance_id: str
    heads: Heads

    @property
    def key(self) -> Key:
        """What it is the count of."""
        return self.month, self.submission_id, self.measure


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The difference of one sheet to what was validated of it."""

    counted: Counted
    """Its heads are the difference: what has come since counts up, what is gone counts down."""
    kind: str
    """"late" (was not there), "changed", or "gone" (counts no more)."""


def counted_by(month: str, lines: Mapping[str, Iterable[Line]]) -> dict[Key, Counted]:
    """What sheets count in a month, by their lines in each block of people; those that count nobody left out."""
    found: dict[Key, Counted] = {}
    for block, measure in MEASURES.items():
        for line in lines.get(block, ()):
            told = line.provisional
            if told.get("total"):
                heads: Heads = tuple(told.get(name, 0) for name in HEADS)  # type: ignore[assignment]
                one = Counted(month, line.submission_id, measure, line.form, line.instance_id, heads)
                before = found.get(one.key)
                found[one.key] = with_heads(one, plus(heads, before.heads)) if before else one
    return found


def adjustments(published: Mapping[Key, Counted], current: Mapping[Key, Counted]) -> tuple[Adjustment, ...]:
    """The differences between what was validated of some sheets and what they count now, by month and sheet."""
    found = []
    for key in sorted(published.keys() | current.keys()):
        before, after = published.get(key), current.get(key)
        heads = minus(after.heads if after else NOBODY, before.heads if before else NOBODY)
        if any(heads):
            kind = GONE if after is None else LATE if before is None or not any(before.heads) else CHANGED
            found.append(Adjustment(with_heads((after or before), heads), kind))  # type: ignore[arg-type]
    return tuple(found)


def adjustment_blocks(found: Iterable[Adjustment]) -> tuple[Block, ...]:
    """The block, one row a month and measure; nothing where nothing changed after a month was closed."""
    rows: dict[tuple[str, str], tuple[set[int], Heads]] = {}
    for adjustment in found:
        row = rows.setdefault((adjustment.counted.month, adjustment.counted.measure), (set(), NOBODY))
        row[0].add(adjustment.counted.submission_id)
        rows[adjustment.counted.month, adjustment.counted.measure] = (
            row[0],
            plus(row[1], adjustment.counted.heads),
        )
    if not rows:
        return ()
    columns = (
        Column("mois", "month"),
        Column("mesure", "measure"),
        Column("recues", is_listed=True),
        *(Column(head, "difference", is_listed=True) for head in HEADS),
    )
    lines = [
        Row((month, measure, len(sheets), *heads), LINE, {"month": month, "measure": measure})
        for (month, measure), (sheets, heads) in sorted(rows.items())
    ]
    if len({measure for _, measure in rows}) == 1 and len(lines) > 1:
        numbers = [line.cells[2:] for line in lines]
        totals = [sum(int(n or 0) for n in column) for column in zip(*numbers, strict=True)]
        lines.append(Row(("", next(iter(rows))[1], *totals), TOTAL))
    return (Block("adjustments", columns, tuple(lines)),)


def plus(one: Heads, other: Heads) -> Heads:
    """Both together."""
    return tuple(a + b for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def minus(one: Heads, other: Heads) -> Heads:
    """The difference."""
    return tuple(a - b for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def with_heads(one: Counted, heads: Heads) -> Counted:
    """The same count with other heads."""
    return replace(one, heads=heads)


def counted_from(row: Sequence[Any]) -> Counted:
    """The count of a row: month, sheet, measure, form, instanceID and the six heads."""
    month, submission_id, measure, form, instance_id, *heads = row
    return Counted(month, submission_id, measure, form, instance_id, tuple(heads))
