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
    sheets: int
    """Sheets that state the measure within the row's period, place and codes, whatever the sex and age of
    their cells. A sheet whose repeats name several places or activities counts in each of them."""
    verified_sheets: int
    value: int
    """Of provisional and verified, the one asked for."""
    is_hidden: bool = False
    """Whether its numbers were too small to be told (`aggregates.report.suppression`); they are 0 here then."""


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

    @property
    def total(self) -> int:
        """The grand total of the status asked for."""
        return self.verified_total if self.status == "verified" else self.provisional_total
