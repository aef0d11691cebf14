"""A share of the sheets drawn by lot for a closer look, which the same draw gives again. Pure.

Whether a sheet is drawn depends on the draw's number and the sheet alone: sheets that come later leave those drawn
before as they are, and who draws has no say in which they are.
"""

import hashlib
import re
from dataclasses import dataclass

PRIME = 2**31 - 1
SHARES = (5, 10, 20, 50)
"""In percent: what pages offer."""
DRAWS = 10_000
"""Draws are numbered below this."""
_WRITTEN = re.compile(r"([1-9]\d?)(?:-(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Sample:
    """One draw."""

    percent: int
    """1 to 99."""
    draw: int | None = None
    """Its number; None where none was drawn yet."""

    def __str__(self) -> str:
        """As addresses write it: "10-4821"."""
        return f"{self.percent}" if self.draw is None else f"{self.percent}-{self.draw}"

    @property
    def condition(self) -> tuple[str, dict[str, int]]:
        """Which sheets `y` are drawn, in SQL, with its values; nearly `percent` of 100 for any numbering."""
        digest = hashlib.sha256(f"{self.draw}".encode()).digest()
        values = {
            f"lot_{place}": int.from_bytes(digest[4 * place : 4 * place + 4], "big") % PRIME
            for place in range(4)
        }
        number = (
            ":lot_0"  # a polynomial of the sheet's id; of a lower degree some draws take too many or too few
        )
        for place in range(1, 4):
            number = f"(({number} * (y.submission_id % {PRIME}) + :lot_{place}) % {PRIME})"
        return f"{number} < :lot_below", {**values, "lot_below": PRIME * self.percent // 100}


def read_sample(text: str) -> Sample | None:
    """The draw that an address names, None where it names none."""
    found = _WRITTEN.fullmatch(text)
    return Sample(int(found[1]), int(found[2]) if found[2] else None) if found else None
