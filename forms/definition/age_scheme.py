"""An age scheme: the bands by which a programme tells ages, and the age from which on it calls people adults.

Both are configuration (domain page § 2.2): who is a woman and who a girl is asked here and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import overload

from forms.definition.age_band import AgeBand, bands_from

SEPARATOR = ","


@dataclass(frozen=True, slots=True)
class AgeScheme(Sequence[AgeBand]):
    """Bands in rising order, and where among them adults begin."""

    bands: tuple[AgeBand, ...]
    adult_from: int
    """In completed years."""

    @overload
    def __getitem__(self, index: int) -> AgeBand: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[AgeBand, ...]: ...
    def __getitem__(self, index: int | slice) -> AgeBand | tuple[AgeBand, ...]:
        """A band by its place among them."""
        return self.bands[index]

    def __len__(self) -> int:
        """How many bands there are."""
        return len(self.bands)

    def is_adult(self, band: AgeBand) -> bool | None:
        """Whether everybody in a band is an adult; None for a band that holds children too.

        >>> scheme = AgeScheme(bands_from(["0-9", "10-19", "20+"]), 18)
        >>> [scheme.is_adult(band) for band in scheme]
        [False, None, True]
        """
        if band.lower >= self.adult_from:
            return True
        return False if band.upper is not None and band.upper < self.adult_from else None

    @property
    def mixed(self) -> tuple[AgeBand, ...]:
        """The bands that hold children and adults: heads counted in one of them can never be told apart."""
        return tuple(band for band in self.bands if self.is_adult(band) is None)

    @property
    def written(self) -> str:
        """The scheme as one text, which `read_scheme` reads again.

        >>> AgeScheme(bands_from(["5-17", "18+"]), 18).written
        '18,5-17,18+'
        """
        return SEPARATOR.join((str(self.adult_from), *map(str, self.bands)))


@lru_cache(maxsize=100)
def read_scheme(written: str) -> AgeScheme:
    """The scheme of a text that `AgeScheme.written` gave. Raises AgeBandInvalid for any other."""
    adult_from, *bands = written.split(SEPARATOR)
    return AgeScheme(bands_from(bands), int(adult_from))
