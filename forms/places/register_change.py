"""What an import changes of the register: places added, renamed, moved, merged, dropped. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from forms.base.refusal import Refusal
from forms.places.place import Place

ADDED, RENAMED, MOVED, MERGED, DROPPED, OTHER = "added", "renamed", "moved", "merged", "dropped", "changed"
KINDS = (ADDED, RENAMED, MOVED, MERGED, DROPPED, OTHER)
"""In the order in which they are told."""


class SuccessorUnfit(Refusal):
    """A dropped place cannot be followed by this one (`code`, `successor`)."""


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """One place before and after."""

    code: str
    before: Place | None
    after: Place | None

    @property
    def place(self) -> Place:
        """The place, as it is after if it is still there."""
        place = self.after or self.before
        assert place is not None
        return place

    @property
    def kinds(self) -> tuple[str, ...]:
        """What happens to it; a place may be renamed and moved at once."""
        if self.before is None:
            return (ADDED,)
        if self.after is None:
            return (DROPPED,)
        happens = {
            RENAMED: self.before.name != self.after.name,
            MOVED: self.before.parent != self.after.parent,
            MERGED: self.before.successor != self.after.successor and self.after.successor != "",
        }
        return tuple(kind for kind, is_so in happens.items() if is_so) or (OTHER,)


def changes_between(present: Sequence[Place], places: Sequence[Place]) -> tuple[PlaceChange, ...]:
    """What is another if `places` take the place of those that are there, by code."""
    before = {place.code: place for place in present if not place.is_unlisted}
    after = {place.code: place for place in places if not place.is_unlisted}
    return tuple(
        PlaceChange(code, before.get(code), after.get(code))
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    )


def with_successors(
    present: Sequence[Place], places: Sequence[Place], successors: Mapping[str, str], *, last_day: str
) -> tuple[Place, ...]:
    """The places of an import, and those that it leaves out but whose successor is named: they stay, closed.

    `last_day` is that of the places which close now. Raises SuccessorUnfit.
    """
    before = {place.code: place for place in present}
    after = {place.code: place for place in places}
    closed = []
    for code, successor in successors.items():
        if not successor:  # nobody named one yet
            continue
        if code not in before or code in after or code == successor:
            raise SuccessorUnfit(code=code, successor=successor)
        closed.append(replace(before[code], valid_to=before[code].valid_to or last_day, successor=successor))
    return (*places, *closed)
