"""Whose counts somebody may see: worked out once for a reader, over all projects, from their roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from aggregates.report import suppression
from aggregates.tallies.query import TallyQuery
from forms.base.sqlite import Database
from forms.places.projects import list_projects
from server.base.refusals import RightMissing
from server.web.access import Asker, Reach

NOTHING = "\x00"
"""No project and no CSO is called so."""


@dataclass(frozen=True, slots=True)
class CountReach:
    """How far somebody sees the counts."""

    sees_everything: bool = False
    """Every project and CSO, those to come too."""
    projects: Mapping[int, Reach] = field(default_factory=dict)
    """The projects whose counts they see, by id, each as far as they see it."""
    sees_small_counts: bool = False
    """Whether they are, wherever they see counts, of the CSO whose counts these are (domain page § 11)."""

    def hides(self, measure: str) -> bool:
        """Whether small counts of a measure are hidden from them, and its sheets with them."""
        return measure in suppression.MEASURES and not self.sees_small_counts

    def within(self, query: TallyQuery) -> TallyQuery:
        """The query held to what they may see. Raises RightMissing for who sees no counts at all.

        Somebody who sees some projects whole and others for the own CSO alone, and names none, is shown the whole ones.
        """
        if self.sees_everything:
            return query
        if not self.projects:
            raise RightMissing
        named = query.filters.get("project")
        allowed = {
            number: reach for number, reach in self.projects.items() if named is None or str(number) in named
        }
        if any(reach.csos is None for reach in allowed.values()):
            allowed = {number: reach for number, reach in allowed.items() if reach.csos is None}
        filters = dict(query.filters)
        filters["project"] = _both(named, [str(number) for number in sorted(allowed)])
        if all(reach.csos is not None for reach in allowed.values()):
            csos = sorted({cso for reach in allowed.values() for cso in reach.csos or ()})
            filters["cso"] = _both(filters.get("cso"), csos)
        return replace(query, filters=filters)


EVERYTHING = CountReach(sees_everything=True, sees_small_counts=True)
"""Of whoever administers the machine itself, at its command line."""


def reach_of(db: Database, asker: Asker) -> CountReach:
    """How far an asker's roles let them see counts."""
    site = asker.reach("tally.read")
    ids = [project.id for project in list_projects(db)]
    projects = {number: reach for number in ids if (reach := asker.reach("tally.read", number)) is not None}
    seen = [*([None] if site is not None else []), *projects]
    small = [asker.reach("referral_tally.read", number) for number in seen]
    return CountReach(
        sees_everything=site is not None and site.csos is None,
        projects=projects,
        sees_small_counts=bool(small)
        and all(reach is not None and reach.csos is not None for reach in small),
    )


def _both(asked: Sequence[str] | None, allowed: Sequence[str]) -> tuple[str, ...]:
    """What is asked for and allowed; a value that nothing has where nothing remains."""
    return tuple(value for value in allowed if asked is None or value in asked) or (NOTHING,)
