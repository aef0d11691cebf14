"""Age bands: closed ranges of completed years ("5-17", "18+"), and schemes that arrange them.

Bands are configuration (domain page § 2.2); this file knows only how they fit into each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from forms.base.refusal import Refusal

OLDEST = 150


class AgeBandInvalid(Refusal):
    """The text is no age band, or the bands of a scheme overlap or are out of order."""


@dataclass(frozen=True, slots=True, order=True)
class AgeBand:
    """The ages from `lower` to `upper`, both counted; without `upper`, all from `lower` on."""

    lower: int
    upper: int | None = None

    def __str__(self) -> str:
        if self.upper is None:
            return f"{self.lower}+"
        return str(self.lower) if self.upper == self.lower else f"{self.lower}-{self.upper}"

    def holds(self, other: "AgeBand") -> bool:
        """Whether every age of `other` is in this band.

        >>> AgeBand(18).holds(AgeBand(18, 24)), AgeBand(18, 24).holds(AgeBand(18))
        (True, False)
        """
        if other.lower < self.lower:
            return False
        return self.upper is None or (other.upper is not None and other.upper <= self.upper)


def parse_band(text: str) -> AgeBand:
    """Read "5-17", "18+", or one age "13" alone.

    Raises AgeBandInvalid.

    >>> parse_band("18+"), str(parse_band("13"))
    (AgeBand(lower=18, upper=None), '13')
    """
    written = text.strip()
    lower, dash, upper = written.partition("-")
    try:
        if written.endswith("+"):
            return _band(written[:-1], None)
        return _band(lower, upper if dash else lower)
    except ValueError:
        raise AgeBandInvalid(band=text) from None


def bands_from(texts: Iterable[str]) -> tuple[AgeBand, ...]:
    """A scheme: bands in rising order that do not overlap. Raises AgeBandInvalid."""
    bands = tuple(parse_band(text) for text in texts)
    for before, after in pairwise(bands):
        if before.upper is None or after.lower <= before.upper:
            raise AgeBandInvalid(band=str(after))
    return bands


def place(band: AgeBand, scheme: Sequence[AgeBand]) -> AgeBand | None:
    """The band of the scheme that holds all of `band`; None where it is too coarse or outside.

    Heads are never spread over bands by a ratio (domain page § 2.2, rule 2).
    """
    return next((reporting_band for reporting_band in scheme if reporting_band.holds(band)), None)


def is_outside(band: AgeBand, scheme: Sequence[AgeBand]) -> bool:
    """Whether no age of `band` lies in any band of the scheme: these people are not counted (domain page § 2.1).

    >>> is_outside(AgeBand(3, 3), (AgeBand(5, 17), AgeBand(18))), is_outside(AgeBand(3, 7), (AgeBand(5, 17),))
    (True, False)
    """
    return not any(
        (band.upper is None or reporting_band.lower <= band.upper)
        and (reporting_band.upper is None or band.lower <= reporting_band.upper)
        for reporting_band in scheme
    )


def completed_years(birth: date, on: date) -> int:
    """The age in completed years on a day. Someone born on 29 February completes a year on 1 March.

    >>> completed_years(date(2004, 3, 9), date(2020, 3, 8))
    15
    """
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _band(lower: str, upper: str | None) -> AgeBand:
    if not lower.isdecimal() or (upper is not None and not upper.isdecimal()):
        raise ValueError
    band = AgeBand(int(lower), None if upper is None else int(upper))
    if band.lower > OLDEST or (band.upper is not None and not band.lower <= band.upper <= OLDEST):
        raise ValueError
    return band
