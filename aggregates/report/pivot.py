"""A table of tallies turned as people read it: some dimensions down the side, the others across. Pure.

Nothing is counted here that the table does not hold: the totals of lines are the table's own subtotals, and
tests hold the sums of cells to them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aggregates.report.order import order_of
from aggregates.report.table import TallyRow, TallyTable
from forms.definition.age_scheme import AgeScheme

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number in both states."""

    provisional: int = 0
    verified: int = 0
    is_hidden: bool = False
    """Whether it is too small to be told (`aggregates.report.suppression`)."""
    adds: bool = True
    """Whether it means something, or adds up what does not add up over time (`forms.definition.measure`)."""

    def of(self, status: str) -> int:
        """The number in the state asked for."""
        return self.verified if status == "verified" else self.provisional


@dataclass(frozen=True, slots=True)
class PivotColumn:
    """What stands above the numbers of one column."""

    keys: Keys
    names: Keys
    total: Figure


@dataclass(frozen=True, slots=True)
class PivotLine:
    """One line: a row of the side, or with fewer keys the total of those that follow it."""

    keys: Keys
    names: Keys
    figures: tuple[Figure, ...]
    """One for each column."""
    total: Figure
    sheets: int | None
    """None for a line of one sex or band."""
    verified_sheets: int | None


@dataclass(frozen=True, slots=True)
class Pivot:
    """A table laid out."""

    rows: tuple[str, ...]
    across: tuple[str, ...]
    """Dimensions of the columns."""
    columns: tuple[PivotColumn, ...]
    lines: tuple[PivotLine, ...]
    """Each group's total before its members."""
    grand: PivotLine


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column lines are sorted; by name where nobody says."""

    column: Keys | None = None
    """Keys of a column, () for the total, None for the names."""
    is_falling: bool = False
    status: str = "provisional"


def pivot(
    table: TallyTable,
    across: int,
    scheme: AgeScheme,
    *,
    always: Sequence[Keys] = (),
    sorting: Sorting | None = None,
) -> Pivot:
    """The table with its last `across` dimensions as columns.

    `always` are columns that stand there even where nothing was counted (the four cells, domain page § 2.1).
    Raises ValueError for a suppressed table with columns: sums over hidden numbers would be wrong.
    """
    if across and table.is_suppressed:
        raise ValueError(across)
    split = len(table.by) - across
    told = {row.keys: row for row in (*table.subtotals, *table.rows)}
    cells: dict[Keys, dict[Keys, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    names: dict[tuple[str, str], str] = {}
    for row in table.rows:
        for dimension, key, name in zip(table.by, row.keys, row.names, strict=True):
            names[dimension, key] = name
        for length in range(split + 1):
            cell = cells[row.keys[:length]][row.keys[split:]]
            cell.add(row)
    columns = _columns(table.by[split:], {*cells[()], *always} if across else set(), names, scheme, cells[()])
    lines = {keys: _line(told[keys], columns, cells[keys]) for keys in cells}
    grand = lines[()] if table.rows else _line(table.subtotals[-1], columns, {})
    orders = [order_of(table.by[:length], names, scheme) for length in range(split + 1)]
    return Pivot(
        table.by[:split],
        table.by[split:],
        columns,
        tuple(_arranged(lines, split, _ranking(orders, columns, sorting or Sorting()))),
        grand,
    )


def _columns(
    by: Sequence[str],
    found: set[Keys],
    names: Mapping[tuple[str, str], str],
    scheme: AgeScheme,
    totals: Mapping[Keys, "_Sum"],
) -> tuple[PivotColumn, ...]:
    order = order_of(by, names, scheme)
    return tuple(
        PivotColumn(
            keys,
            tuple(names.get((dimension, key), key) for dimension, key in zip(by, keys, strict=True)),
            totals[keys].figure if keys in totals else Figure(),
        )
        for keys in sorted(found, key=order)
    )


class _Sum:
    """What several rows add up to, and over which moments."""

    __slots__ = ("moments", "provisional", "verified")

    def __init__(self) -> None:
        self.provisional = self.verified = 0
        self.moments: frozenset[str] = frozenset()

    def add(self, row: TallyRow) -> None:
        """Add a row."""
        self.provisional += row.provisional
        self.verified += row.verified
        if row.moments:
            self.moments |= row.moments

    @property
    def figure(self) -> Figure:
        """The sum as it is shown."""
        return Figure(self.provisional, self.verified, adds=len(self.moments) < 2)


def _line(row: TallyRow, columns: Sequence[PivotColumn], cells: Mapping[Keys, _Sum]) -> PivotLine:
    return PivotLine(
        row.keys,
        row.names,
        tuple([cells[column.keys].figure if column.keys in cells else Figure() for column in columns]),
        Figure(row.provisional, row.verified, row.is_hidden, row.adds),
        row.sheets,
        row.verified_sheets,
    )


def _ranking(
    orders: Sequence[Callable[[Keys], tuple[object, ...]]], columns: Sequence[PivotColumn], sorting: Sorting
) -> Callable[[list[PivotLine]], list[PivotLine]]:
    """How the lines of one group are put in order, all of the same length."""
    places = {column.keys: number for number, column in enumerate(columns)}

    def by_name(line: PivotLine) -> tuple[object, ...]:
        return orders[len(line.keys)](line.keys)

    def figure(line: PivotLine) -> int:
        chosen = line.figures[places[sorting.column]] if sorting.column in places else line.total
        return chosen.of(sorting.status)

    def arrange(lines: list[PivotLine]) -> list[PivotLine]:
        lines.sort(key=by_name, reverse=sorting.column is None and sorting.is_falling)
        if sorting.column is not None:
            lines.sort(key=figure, reverse=sorting.is_falling)
        return lines

    return arrange


def _arranged(
    lines: Mapping[Keys, PivotLine], depth: int, arrange: Callable[[list[PivotLine]], list[PivotLine]]
) -> Iterator[PivotLine]:
    children: dict[Keys, list[PivotLine]] = defaultdict(list)
    for keys, line in lines.items():
        if keys:
            children[keys[:-1]].append(line)

    def below(group: Keys) -> Iterator[PivotLine]:
        for line in arrange(children[group]):
            yield line
            if len(line.keys) < depth:
                yield from below(line.keys)

    return below(())
