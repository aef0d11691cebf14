"""Adds contributions up to rows: by place with a subtotal a commune, or by one key; and lists what is behind a number.

What every block of numbers is made with. A row's numbers and the sheets listed behind them come from the same
function (`Tabulation.brings`). Pure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from aggregates.compilation.compilation import LINE, SUBTOTAL, TOTAL, VERIFIED, Block, Column, Row, Value
from aggregates.compilation.contribution import Contribution
from aggregates.compilation.source import PROVISIONAL, STATUSES, PlaceIndex, Source, Sums


class Line(NamedTuple):
    """What one contribution brings to a block: what is added up, and what is listed behind a number."""

    submission_id: int
    instance_id: str
    form: str
    version: int
    place: str
    commune: str
    activity: str
    review: str
    is_counted: bool
    provisional: Sums
    """By column; those that it does not touch are left out."""
    verified: Sums

    def brings(self, status: str) -> Sums:
        """The numbers that count under a status."""
        return self.provisional if status == PROVISIONAL else self.verified


def lines_of(
    source: Source,
    contributions: Iterable[Contribution],
    brings: Callable[[Contribution], tuple[Sums, Sums]],
) -> tuple[Line, ...]:
    """The lines of contributions; `brings` tells what each brings, provisionally and as verified."""
    code, commune = source.place_index.code, source.place_index.commune
    return tuple(
        Line(
            contribution.submission_id, contribution.instance_id, contribution.form, contribution.version,
            code(contribution.place), commune(contribution.place), contribution.activity, contribution.review,
            contribution.is_counted, *brings(contribution),
        )
        for contribution in contributions
    )  # fmt: skip


@dataclass(frozen=True)
class Tabulation:
    """How a block is added up."""

    key: str
    lines: tuple[Line, ...]
    place_index: PlaceIndex
    columns: tuple[Column, ...]
    """Those of numbers, after the row's heading."""
    by: str = "place"
    """"place", or the attribute of a line whose values are the rows."""
    beside: Mapping[str, Sums] = field(default_factory=dict)
    """Numbers that no sheet brings, by row: what was planned."""
    unknown: frozenset[str] = frozenset()
    """Columns in which nothing told is unknown, and not nought."""
    optional: frozenset[str] = frozenset()
    """Columns that are left out where every row has nothing in them."""
    only_filled: bool = False
    """Whether rows without any number are left out."""
    verified_columns: frozenset[str] | None = None
    """Columns of which a second total tells what approved sheets bring; None for no second total."""
    order: Callable[[str], object] | None = None
    """Of the rows, where they are no places."""
    statuses: tuple[str, ...] = STATUSES
    """Under which the block is shown."""
    shares: "Tabulation | None" = None
    """The block whose lines these are, where it shows another one's in another order."""

    @cached_property
    def verified_total(self) -> Sums:
        """What approved sheets bring to each column."""
        if self.shares is not None:
            return self.shares.verified_total
        return added(line.verified for line in self.lines)

    def block(self, status: str) -> Block:
        """The block, with the numbers of a status."""
        sums = self.sums(status)
        if self.only_filled:
            sums = {key: told for key, told in sums.items() if any(told.values())}
        total = added(sums.values())
        columns = tuple(
            column for column in self.columns if column.key not in self.optional or total.get(column.key)
        )
        rows = self._places(sums, columns) if self.by == "place" else self._lines(sums, columns)
        rows.append(self._row(TOTAL, (), total, columns, {}))
        if self.verified_columns is not None and status == PROVISIONAL:
            rows.append(self._verified(columns))
        heading = (
            (Column("lieu", "place"), Column("code", "code"))
            if self.by == "place"
            else (Column(self.by, self.by),)
        )
        return Block(self.key, (*heading, *columns), tuple(rows))

    def sums(self, status: str) -> dict[str, Sums]:
        """The numbers of each row."""
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for key, told in self.beside.items():
            sums[key].update(told)
        key_of = attrgetter(self.by)
        for line in self.lines:
            row = sums[key_of(line)]
            for column, n in line.brings(status).items():
                row[column] += n
        return {key: dict(row) for key, row in sums.items()}

    def _places(self, sums: Mapping[str, Sums], columns: Sequence[Column]) -> list[Row]:
        communes: dict[str, list[str]] = defaultdict(list)
        for place in sums:
            communes[self.place_index.commune(place)].append(place)
        rows = []
        for commune in sorted(communes, key=self.place_index.rank):
            name = self.place_index.name(commune)
            places = sorted(
                communes[commune], key=lambda place: (place == commune, self.place_index.rank(place))
            )
            for place in places:
                label = name if place == commune else f"{name} › {self.place_index.name(place)}"
                keys = {"commune": commune, "place": place}
                rows.append(self._row(LINE, (label, place), sums[place], columns, keys))
            subtotal = added(sums[place] for place in places)
            rows.append(self._row(SUBTOTAL, (name, commune), subtotal, columns, {"commune": commune}))
        return rows

    def _lines(self, sums: Mapping[str, Sums], columns: Sequence[Column]) -> list[Row]:
        return [
            self._row(LINE, (key,), sums[key], columns, {self.by: key})
            for key in sorted(sums, key=self.order)  # type: ignore[arg-type]
        ]

    def _row(
        self,
        kind: str,
        heading: tuple[str, ...],
        told: Sums,
        columns: Sequence[Column],
        keys: Mapping[str, str],
    ) -> Row:
        empty = ("", "") if self.by == "place" else ("",)
        return Row((*(heading or empty), *(self._value(column, told) for column in columns)), kind, keys)

    def _value(self, column: Column, told: Sums) -> Value:
        if column.kind == "share":
            return f"{told.get(column.key, 0)}/{told.get('tenues', 0)}"
        return told.get(column.key, None if column.key in self.unknown else 0)

    def _verified(self, columns: Sequence[Column]) -> Row:
        assert self.verified_columns is not None
        total = self.verified_total
        row = self._row(VERIFIED, (), total, columns, {})
        kept = len(row.cells) - len(columns)
        cells = [
            value if column.key in self.verified_columns else None
            for column, value in zip(columns, row.cells[kept:], strict=True)
        ]
        return Row((*row.cells[:kept], *cells), VERIFIED, {})


def added(parts: Iterable[Sums]) -> Sums:
    """The sums of several rows."""
    total: dict[str, int] = defaultdict(int)
    for part in parts:
        for column, n in part.items():
            total[column] += n
    return dict(total)


def behind(lines: Iterable[Line], keys: Mapping[str, str], column: str, status: str) -> dict[int, int]:
    """The sheets behind a number of the row with these keys, each with what it brings; they add up to it."""
    found: dict[int, int] = defaultdict(int)
    for line in lines:
        if all(getattr(line, name, None) == value for name, value in keys.items()):
            n = line.brings(status).get(column)
            if n is not None:
                found[line.submission_id] += n
    return dict(found)
