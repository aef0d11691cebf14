"""The answer to a query of tallies, as a value: rows, subtotals, and what was left out."""

from dataclasses import dataclass

from forms.definition.age_scheme import AgeScheme


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One number with what it is about; of a subtotal, the first dimensions only."""

    keys: tuple[str, ...]
    """In the query's order; "" for what a sheet does not tell."""
    names: tuple[str, ...]
    """The same for people to read: names of places and projects, other codes as they are."""
    provisional: int
    verified: int
    sheets: int | None
    """Sheets that state the measure within the row's period, place and codes. A sheet whose repeats name several
    places or activities counts in each of them. None for a row of one sex or band: a sheet fills several."""
    verified_sheets: int | None
    value: int
    """Of provisional and verified, the one asked for."""
    is_hidden: bool = False
    """Whether its numbers were too small to be told (`aggregates.report.suppression`); they are 0 here then."""
    moments: frozenset[str] = frozenset()
    """Of a measure that does not add up over time: the years or months whose numbers are in it."""

    @property
    def adds(self) -> bool:
        """Whether its numbers mean something: those of several moments over which nothing adds up do not."""
        return len(self.moments) < 2


@dataclass(frozen=True, slots=True)
class TallyTable:
    """The answer to a query. It names its unit: a figure is never shown without it (domain page § 2.5)."""

    by: tuple[str, ...]
    rows: list[TallyRow]
    subtotals: list[TallyRow]
    """For every shorter run of the first dimensions, the longest runs first; last the grand total."""
    provisional_total: int
    verified_total: int
    measure: str
    unit: str
    reach: str
    subset: str
    status: str
    scheme: str
    """Its name in the configuration."""
    bands: AgeScheme
    left_out: int
    """Of the status asked for: ages that lie outside every band of the scheme; in no row and no total."""
    is_suppressed: bool = False
    """Whether small counts were hidden."""
    adds_within: str = ""
    """The longest time over which the measure adds up: "month", "year", or "" for however long."""

    @property
    def total(self) -> int:
        """The grand total of the status asked for."""
        return self.verified_total if self.status == "verified" else self.provisional_total
