"""The figures that an officer asks for first, beside the counts and on the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aggregates.report.pivot import Figure
from aggregates.tallies.query import PEOPLE
from forms.base.sqlite import Database
from forms.places.place import UNLISTED
from forms.places.places import find_places
from server.counts.query import CountQuery
from server.counts.service import VisibleCounts
from server.words.code_names import listed_forms


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures that an officer asks for first, of the view's period, places and codes."""

    sessions: Figure
    """That took place."""
    villages: int
    """Of the register, with at least one session that took place."""
    elsewhere: int
    """Sessions that took place anywhere else: at a place that the register does not have, or that is no village."""
    sheets: Mapping[str, int]
    """By review class, whatever they tell of; those of confidential forms are not among them."""

    @property
    def received(self) -> int:
        """All sheets, whatever became of them."""
        return sum(self.sheets.values())

    @property
    def verified_share(self) -> float | None:
        """Of all sheets; None where there are none."""
        return self.sheets.get("approved", 0) / self.received if self.received else None


def headline(counts: VisibleCounts, asked: CountQuery, project_id: int) -> Headline:
    """The headline figures of a project beside a view. Raises RightMissing."""
    placed = {name: keys for name, keys in asked.filters.items() if name not in PEOPLE}
    query = replace(
        asked.tally(()), by=("village",), filters=placed, measure="sessions", unit="events", reach="direct",
        subset="",
    )  # fmt: skip
    filters = {**query.filters, "form": _open_forms(counts.db, asked, project_id)}
    held = [village for village in counts.sums(query) if village.provisional]
    known = find_places(counts.db, {village.keys[0] for village in held})
    listed = {
        code
        for code, located in known.items()
        if located.place.level == "village" and not code.endswith(UNLISTED)
    }
    return Headline(
        Figure(sum(village.provisional for village in held), sum(village.verified for village in held)),
        len(listed),
        sum(village.provisional for village in held if village.keys[0] not in listed),
        counts.sheets_by_review(replace(query, by=(), filters=filters)),
    )


def _open_forms(db: Database, asked: CountQuery, project_id: int) -> tuple[str, ...]:
    """The forms whose sheets are counted: of those asked for, the ones that may stand in lists; "" for none."""
    wanted = asked.filters.get("form")
    listed = (form.xml_form_id for form in listed_forms(db, project_id))
    return tuple(form_id for form_id in listed if wanted is None or form_id in wanted) or ("",)
