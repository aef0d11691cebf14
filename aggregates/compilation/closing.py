"""What must hold of stated numbers: sums add up (V26).

Pure: whoever states the numbers hands them in, and shows what is given back. A sum of a compilation sheet that differs
is the server's error, not a sheet's: the month cannot be validated until somebody has looked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Numbers = Mapping[str, int | None]
"""The numbers of a row by column; None where a number is unknown, which adds nothing."""


@dataclass(frozen=True, slots=True)
class SumDiffers:
    """A stated sum and what its parts add up to."""

    where: str
    """Which row: the key that the caller gave, "" for the grand total."""
    column: str
    stated: int
    summed: int

    @property
    def difference(self) -> int:
        """Stated minus summed."""
        return self.stated - self.summed


def sums_that_differ(
    rows: Sequence[tuple[str, Numbers]],
    *,
    subtotals: Mapping[str, Numbers],
    total: Numbers,
    across: Mapping[str, Sequence[str]] | None = None,
) -> list[SumDiffers]:
    """V26: every sum that does not add up: rows to subtotals, both to the total, cells to their row's total.

    `rows` are (key of the subtotal they belong to, numbers). `across` names, for a column, those that it is the sum
    of ({"total": ("h", "f", "g", "fi")}), and is looked at in every row, subtotal and the total. A column that a
    subtotal or the total does not state is not compared.
    """
    found = []
    for key, stated in subtotals.items():
        inside = [numbers for belonging, numbers in rows if belonging == key]
        found += _compare(key, stated, inside)
    found += _compare("", total, [numbers for _, numbers in rows])
    if subtotals:
        found += [
            difference
            for difference in _compare("", total, list(subtotals.values()))
            if difference not in found
        ]
    for key, numbers in [*rows, *subtotals.items(), ("", total)]:
        for column, parts in (across or {}).items():
            stated_sum = numbers.get(column)
            summed = sum(numbers.get(part) or 0 for part in parts)
            if stated_sum is not None and stated_sum != summed:
                found.append(SumDiffers(key, column, stated_sum, summed))
    return found


def _compare(where: str, stated: Numbers, parts: Sequence[Numbers]) -> list[SumDiffers]:
    found = []
    for column, number in stated.items():
        summed = sum(part.get(column) or 0 for part in parts)
        if number is not None and number != summed:
            found.append(SumDiffers(where, column, number, summed))
    return found
