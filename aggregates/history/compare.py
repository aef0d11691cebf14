"""Compares months of CSOs with what they were at a moment: which sheets changed, how, and by how much (§ 6.3).

What was signed is what was frozen. Of any other moment a sheet counts what its version of then counts, by the rules of
today; only sheets to which something happened since are looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from aggregates.compilation import contributions
from aggregates.compilation.contribution import Contribution
from aggregates.compilation.frozen_fact import Facts, facts_of
from aggregates.compilation.source import PlaceIndex, Source
from aggregates.flags.catalogue import HOLDING
from aggregates.history import past_sheets
from aggregates.history.change import SheetChange, SheetState, changes_of
from aggregates.history.past_sheets import ChangeSpan, PastVersion
from forms.base.sqlite import Database
from forms.catalogue.definitions import load_definition
from forms.places.cso_code import CsoCode
from sync.counting.cell import key_of
from sync.counting.fact import derive
from sync.counting.schemes import scheme_in_use
from sync.instance.instance import InstanceUnreadable, parse_instance, scopes

REVIEWS = {"": "received", "hasIssues": "has_issues"}
"""What contributions call a review state, where submissions have another word."""
OfMonth = Mapping[str, Sequence[Contribution]]
"""Contributions by month."""


def changes_since(
    db: Database, project_id: int, spans: Sequence[ChangeSpan]
) -> dict[tuple[CsoCode, str], tuple[SheetChange, ...]]:
    """What became of the sheets of each month since its moment, by CSO and month; months without changes left out.

    Numbers are those of the last roll-up: what arrived after it is not told yet, and what was decided after it brings
    nothing yet.
    """
    touched = past_sheets.touched(db, project_id, spans)
    found = {}
    for cso, of_cso in groupby(sorted(spans, key=lambda span: span.key), key=lambda span: span.cso):
        wanted = list(of_cso)
        left = _may_have_left(db, project_id, cso, wanted)
        ids = {span.month: {*touched.get(span.key, ()), *left.get(span.since, ())} for span in wanted}
        if not any(ids.values()):
            continue
        comparison = _Comparison(db, project_id, cso, {key for month in ids.values() for key in month})
        for span in wanted:
            if changes := comparison.of(span, ids[span.month]):
                found[span.key] = changes
    return found


def _may_have_left(
    db: Database, project_id: int, cso: CsoCode, spans: Iterable[ChangeSpan]
) -> dict[str, list[int]]:
    """By moment, for the spans of which nothing was frozen: the sheets that may have been of another month then."""
    return {
        since: past_sheets.may_have_left(db, project_id, cso=cso, since=since)
        for since in {span.since for span in spans if not span.step_id}
    }


class _Comparison:
    """The sheets of a CSO that changed, as they are now; and what they were, by span."""

    def __init__(self, db: Database, project_id: int, cso: CsoCode, ids: set[int]) -> None:
        self.db, self.project_id, self.cso = db, project_id, cso
        self.now: OfMonth = contributions.of_sheets(db, project_id, cso=cso, ids=sorted(ids))
        self.states = past_sheets.states_now(db, ids)
        self.cells = contributions.cells(db)
        self.scheme = scheme_in_use(db)
        self.derived: dict[tuple[int, int], dict[str, list[Contribution]]] = {}
        """Of versions that count no more, by sheet and version."""

    def of(self, span: ChangeSpan, ids: set[int]) -> tuple[SheetChange, ...]:
        """What became of the sheets of a month."""
        now = [row for row in self.now.get(span.month, ()) if row.submission_id in ids]
        states = past_sheets.states_at(self.db, ids, span.since)
        then = self.then(span, states, now)
        facts = self.facts(span.month, then)
        if span.step_id:
            facts = past_sheets.signed_facts(self.db, span, ids)
        before = self.in_month(states, then, facts)
        here = {key: self.states[key] for key in ids if key in self.states}
        after = self.in_month(here, now, self.facts(span.month, now))
        return changes_of(before, after, cso=self.cso, is_signed=span.is_signed)

    def in_month(
        self, states: Mapping[int, SheetState], brought: Iterable[Contribution], facts: Mapping[int, Facts]
    ) -> dict[int, SheetState]:
        """States of sheets with what they count in a month; of a purged one that was signed nothing else is known."""
        members = {row.submission_id for row in brought} | facts.keys()
        purged = SheetState(is_there=True, cso=self.cso, version=1)
        return {
            key: replace(states.get(key, purged), is_of_month=key in members, facts=facts.get(key, {}))
            for key in states.keys() | facts.keys()
        }

    def facts(self, month: str, brought: Sequence[Contribution]) -> dict[int, Facts]:
        """What sheets count in a month, cell by cell."""
        source = Source(
            month, tuple(brought), self.cells, PlaceIndex(), {},
            contributions.measures_of_versions(self.db, brought), self.scheme,
        )  # fmt: skip
        return dict(facts_of(source, brought))

    def then(
        self, span: ChangeSpan, states: Mapping[int, SheetState], now: Sequence[Contribution]
    ) -> list[Contribution]:
        """What sheets brought to a month at a moment: what they bring now where nothing was answered otherwise."""
        present = {key: state for key, state in states.items() if state.is_there and state.cso == self.cso}
        held = past_sheets.held_at(self.db, present, span.since, HOLDING)
        counted = {row.submission_id for rows in self.now.values() for row in rows}
        same = {
            key
            for key, state in present.items()
            if key in counted and key in self.states and self.states[key].version == state.version
        }
        self.derive({(key, state.version) for key, state in present.items() if key not in same})
        rows = [row for row in now if row.submission_id in same]
        for key, state in present.items():
            if key not in same:
                rows += self.derived.get((key, state.version), {}).get(span.month, ())
        return [
            row._replace(
                review=self.review(present[row.submission_id], is_held=row.submission_id in held & same)
            )
            for row in rows
        ]

    @staticmethod
    def review(state: SheetState, *, is_held: bool) -> str:
        """The review class that a sheet had; approving decides whatever held it back."""
        word = REVIEWS.get(state.review, state.review)
        return "held" if is_held and word not in ("approved", "rejected") else word

    def derive(self, wanted: set[tuple[int, int]]) -> None:
        """Count versions of sheets again that count no more; one that cannot be read counted nothing."""
        for version in past_sheets.versions_of(self.db, wanted - self.derived.keys()):
            by_month: dict[str, list[Contribution]] = {}
            for month, row in self.contributions(version):
                by_month.setdefault(month, []).append(row)
            self.derived[version.submission_id, version.number] = by_month

    def contributions(self, version: PastVersion) -> Iterable[tuple[str, Contribution]]:
        """What a version brought, record by record, each with its month."""
        definition = load_definition(self.db, version.definition_id)
        try:
            scope = scopes(parse_instance(version.xml), definition)
        except InstanceUnreadable:
            return
        seen: set[str] = set()
        records = derive(scope, definition, project_id=self.project_id, owner=self.cso).records
        for record in records:
            self.cells |= {str(key_of(cell)): cell for cell, _ in record.facts}
            month = record.grain.month
            yield month, Contribution(
                version.submission_id, record.number, "", 0, version.definition_id, version.form,
                record.grain.place, record.grain.activity, record.event_date, record.status, "received", None,
                month not in seen, {str(key_of(cell)): n for cell, n in record.facts},
            )  # fmt: skip
            seen.add(month)
