"""Answers every question about counts for one reader: the pages, the API, the desks and the terminal ask here alone.

What the reader may see is worked out once (`server.counts.reach`), and every answer is held to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aggregates.report import report, suppression
from aggregates.report.order import Names
from aggregates.report.report import NO_NAMES, Schemes
from aggregates.report.table import TallyTable
from aggregates.tallies import roll_up_runs, tally_queries
from aggregates.tallies.query import TallyQuery
from aggregates.tallies.tally_queries import SheetShare, Sum
from forms.base.sqlite import Database
from server.base.refusals import RightMissing
from server.counts.reach import EVERYTHING, CountReach, reach_of
from server.web.route import Asking


@dataclass(frozen=True, slots=True)
class VisibleCounts:
    """The counts as one reader may see them, as of one moment of the database."""

    db: Database
    schemes: Schemes
    """The configured age schemes by name, the programme's own first."""
    reach: CountReach

    def table(self, query: TallyQuery, *, names: Names = NO_NAMES) -> TallyTable:
        """One table, with its subtotals; small counts of survivors are hidden from all but their CSO.

        `names` says what codes are called in the reader's words. Raises RightMissing, or QueryInvalid for a scheme
        that is not there and for a table that could give hidden counts away.
        """
        if not self.reach.hides(query.measure):
            return report.tally_table(self.db, self.reach.within(query), self.schemes, names=names)
        suppression.askable(query)
        return suppression.suppress(
            report.tally_table(self.db, self.reach.within(query), self.schemes, names=names)
        )

    def sums(self, query: TallyQuery) -> list[Sum]:
        """The numbers of a query alone, in no order, for drawings and headline figures.

        Raises QueryInvalid; RightMissing too for a measure whose small counts the reader may not see.
        """
        self._refuse_hidden(query.measure)
        return report.tally_sums(self.db, self.reach.within(query), self.schemes)

    def is_longer_than(self, query: TallyQuery, most: int) -> bool:
        """Whether a table could have more numbers than `most`, told before it is made."""
        return report.is_longer_than(self.db, self.reach.within(query), self.schemes, most)

    def sheets(self, query: TallyQuery, *, before: int | None, limit: int) -> list[SheetShare]:
        """The sheets that make a number, newest first, each with its part; `before` is the id of the last one seen.

        Raises QueryInvalid; RightMissing for a confidential measure: its sheets are listed to nobody from here.
        """
        self._refuse_confidential(query.measure)
        return report.contributions(
            self.db, self.reach.within(query), self.schemes, before=before, limit=limit
        )

    def count_sheets(self, query: TallyQuery, *, most: int) -> int:
        """How many sheets make a number, counted up to `most`. Raises as `sheets` does."""
        self._refuse_confidential(query.measure)
        return report.contributors(self.db, self.reach.within(query), self.schemes, most=most)

    def sheets_by_review(self, query: TallyQuery) -> Mapping[str, int]:
        """How many sheets there are in each review class, whether what they tell of took place or not."""
        return tally_queries.sheets_by_review(self.db, self.reach.within(query))

    def is_own_scheme(self, name: str) -> bool:
        """Whether an age scheme is the programme's own: its bands are shown whole."""
        return name == next(iter(self.schemes))

    @property
    def rolled_up_at(self) -> str | None:
        """When the numbers were last brought up to date; None for never, or while it is being done."""
        runs = roll_up_runs.latest(self.db, limit=1)
        return runs[0].ended_at if runs else None

    def _refuse_hidden(self, measure: str) -> None:
        if self.reach.hides(measure):
            raise RightMissing

    def _refuse_confidential(self, measure: str) -> None:
        if measure in suppression.MEASURES:
            raise RightMissing


def counts_for(asking: Asking) -> VisibleCounts:
    """The counts for whoever asks."""
    return VisibleCounts(asking.db, asking.here.settings.band_schemes, reach_of(asking.db, asking.asker))


def every_count(db: Database, schemes: Schemes) -> VisibleCounts:
    """The counts for whoever administers the machine: all of them, nothing hidden."""
    return VisibleCounts(db, schemes, EVERYTHING)
