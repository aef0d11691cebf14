"""What another list of places would change, before it does: places by what happens to them, and the sheets there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from aggregates.tallies.place_sheets import count_sheets, sheets_by_place
from forms.base.sqlite import Database
from forms.places.place import UNLISTED, Place
from forms.places.place_map import today
from forms.places.register_change import DROPPED, KINDS, MOVED, PlaceChange, changes_between


@dataclass(frozen=True, slots=True)
class SeenChange:
    """A place that changes, and how many sheets name it or a place below it."""

    change: PlaceChange
    sheets: int

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be dropped: it has sheets, and nobody names its successor."""
        return self.change.after is None and self.sheets > 0


@dataclass(frozen=True, eq=False)
class Preview:
    """What would be there, and what that changes."""

    places: tuple[Place, ...]
    changes: tuple[SeenChange, ...]
    sheets_changing: int
    """Sheets that stand elsewhere on the map of today."""
    sheets_losing: int
    """Sheets whose place would be gone."""

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many places are added, renamed, moved, merged, dropped or changed otherwise."""
        kinds = [kind for seen in self.changes for kind in seen.change.kinds]
        return {kind: kinds.count(kind) for kind in KINDS}

    @cached_property
    def refused(self) -> tuple[SeenChange, ...]:
        """The dropped places that need a successor."""
        return tuple(seen for seen in self.changes if seen.is_refused)

    @property
    def has_moves(self) -> bool:
        """Whether it matters from which month on the new map is in force."""
        return self.counts[MOVED] > 0


def preview_of(db: Database, present: Sequence[Place], places: Sequence[Place]) -> Preview:
    """What `places` in place of those that are there would change."""
    changes = changes_between(present, places)
    before, after = today(present), today(places)
    gone = {code for change in changes if change.kinds == (DROPPED,) for code in _own(change.place)}
    elsewhere = {code for code, line in after.items() if before.get(code) != line} - gone
    below: dict[str, set[str]] = {change.code: _own(change.place) for change in changes}
    for code in elsewhere:
        for above in before.get(code, ()):
            if above in below:
                below[above].add(code)
    sheets = sheets_by_place(db, {code for codes in below.values() for code in codes})
    seen = [SeenChange(change, sum(sheets.get(code, 0) for code in below[change.code])) for change in changes]
    order = {kind: number for number, kind in enumerate(reversed(KINDS))}
    seen.sort(key=lambda one: (not one.is_refused, order[one.change.kinds[0]], -one.sheets, one.change.code))
    return Preview(tuple(places), tuple(seen), count_sheets(db, elsewhere), count_sheets(db, gone))


def _own(place: Place) -> set[str]:
    """The codes by which sheets name a place itself."""
    unlisted = {place.code + UNLISTED} if place.level == "commune" else set()
    return {place.code, *place.aliases, *unlisted}
