"""Compiles the sheet of a CSO and month: reads what its sheets bring, and hands it to every block.

A further sheet adds a line to BLOCKS: what reads its own numbers (or nothing), and what makes blocks of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from aggregates.compilation import contributions, frozen_facts, signatures
from aggregates.compilation.adjustment import Adjustment, adjustment_blocks, adjustments
from aggregates.compilation.block_change import change_tabulations
from aggregates.compilation.block_check import check_blocks
from aggregates.compilation.block_missing import missing_blocks
from aggregates.compilation.block_session import people_tabulations, session_tabulations, training_tabulations
from aggregates.compilation.compilation import Block, Compilation, Header, PhoneSeen
from aggregates.compilation.contribution import Contribution
from aggregates.compilation.frozen_fact import Facts, OfMonth, facts_of
from aggregates.compilation.snapshot import CompiledMonth
from aggregates.compilation.source import PlaceIndex, Source
from aggregates.compilation.tabulation import Line, Tabulation
from aggregates.compilation.workflow import VALIDATED, Step
from aggregates.flags import flags
from aggregates.plan.expectation import Animator, MonthExpectation
from aggregates.plan.planned import Planned
from aggregates.plan.plans import planned_of
from forms.base.month import FIRST, Month
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.places.cso_code import CsoCode
from forms.places.csos import Cso
from forms.places.places import find_places
from forms.places.projects import Project
from sync.counting.schemes import scheme_in_use


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """Which month of whom."""

    project: Project
    cso: Cso
    month: str
    """"2020-03"."""

    @property
    def code(self) -> CsoCode:
        """The CSO's code as sheets carry it."""
        return self.cso.key


@dataclass(frozen=True, slots=True)
class Known:
    """What the edge knows and the sheets do not say."""

    expectation: MonthExpectation | None
    animators: tuple[Animator, ...]
    """The CSO's phones in service."""
    people: Mapping[int, str]
    """What accounts and phones are called."""
    zone: tzinfo = UTC
    """The timezone in which months begin and end."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Where blocks come from: tabulations, whose numbers are listed down to sheets, or blocks as they stand."""

    tabulations: Callable[[Source], tuple[Tabulation, ...]] | None = None
    blocks: Callable[[Database, MonthAsked, Source], tuple[Block, ...]] | None = None


BLOCKS = (
    Maker(tabulations=session_tabulations),
    Maker(tabulations=training_tabulations),
    Maker(tabulations=people_tabulations),
    Maker(tabulations=change_tabulations),
    Maker(blocks=lambda db, asked, source: missing_blocks(source)),
    Maker(blocks=lambda db, asked, source: check_blocks(source)),
)
"""Every block in the order of the sheet (domain page § 7). A form that is not there has none."""


def compile_month(db: Database, asked: MonthAsked, known: Known) -> CompiledMonth:
    """The month as the sheets tell it now. Numbers are those of the last roll-up."""
    source = read_source(db, asked, known)
    made = [(maker.tabulations(source) if maker.tabulations else ()) for maker in BLOCKS]
    standing = [(maker.blocks(db, asked, source) if maker.blocks else ()) for maker in BLOCKS]
    late = read_adjustments(db, asked, source, known.zone)
    header = _header(db, asked, known, source)

    def make(status: str) -> Compilation:
        blocks: list[Block] = []
        for tabulations, others in zip(made, standing, strict=True):
            blocks += [
                tabulation.block(status) for tabulation in tabulations if status in tabulation.statuses
            ]
            blocks += others
        return Compilation(header, status, (*blocks, *adjustment_blocks(late, status)))

    told = facts_of(source, source.contributions)
    facts = {(asked.month, submission_id): counted for submission_id, counted in told.items()}
    return CompiledMonth(header, make, _lines(made), late, facts)


def read_source(db: Database, asked: MonthAsked, known: Known) -> Source:
    """What the month's sheets bring, with the names and flags that belong to them."""
    brought = contributions.of_month(db, asked.project.id, cso=asked.code, month=asked.month)
    planned = planned_of(db, asked.project.id, cso=asked.code, first_month=asked.month)
    ids = [contribution.submission_id for contribution in brought if contribution.is_first]
    found = {key: tuple(told) for key, told in flags.of_submissions(db, ids).items()}
    return Source(
        asked.month,
        brought,
        contributions.cells(db),
        _place_index(db, brought, planned),
        _measures_of_forms(db, asked.project.id),
        contributions.measures_of_versions(db, brought),
        scheme_in_use(db),
        tuple(planned),
        known.expectation,
        found,
        known.people,
    )


def read_adjustments(db: Database, asked: MonthAsked, source: Source, zone: tzinfo) -> tuple[Adjustment, ...]:
    """What changed in months that were closed, by sheets that arrived, changed or were decided on in this month.

    What arrives when the month of arrival is closed itself goes to the next month that is open (§ 6.3).
    """
    steps = signatures.last_steps(db, asked.project.id, csos=[asked.code])
    closed = {month: step for (_, month), step in steps.items() if step.state == VALIDATED}
    if not closed or asked.month in closed:
        return ()
    ids = _changed_here(db, asked, list(_spans(asked.month, closed, zone)))
    now = contributions.of_sheets(db, asked.project.id, cso=asked.code, ids=ids)
    current: dict[OfMonth, Facts] = {}
    for month in now.keys() & closed.keys():
        there = replace(source, measures_of_version=contributions.measures_of_versions(db, now[month]))
        told = facts_of(there, now[month])
        current |= {(month, submission_id): facts for submission_id, facts in told.items()}
    before = frozen_facts.validated(db, asked.project.id, cso=asked.code, ids=ids, months=closed)
    return adjustments(before, current, source.scheme)


def _changed_here(db: Database, asked: MonthAsked, spans: Sequence[tuple[str, str]]) -> list[int]:
    """The sheets to which something happened last in the spans of a month: each has its difference in one month.

    That its month was validated anew is something, too, where another month told of the sheet before: what stands
    there is in the new snapshot by now, and is taken back here.
    """
    _, end = spans[0]
    renewed = frozen_facts.renewed(db, asked.project.id, cso=asked.code)
    ids = set(frozen_facts.changed_between(db, asked.project.id, cso=asked.code, spans=spans))
    ids |= {
        submission_id
        for submission_id, moment in renewed.items()
        if any(first <= moment <= last for first, last in spans)
    }
    later = {submission_id for submission_id, moment in renewed.items() if moment > end}
    later |= signatures.last_changes(db, sorted(ids), after=end).keys() if ids else set()
    return sorted(ids - later)


def _lines(made: Iterable[tuple[Tabulation, ...]]) -> dict[str, tuple[Line, ...]]:
    return {
        tabulation.key: tabulation.lines
        for tabulations in made
        for tabulation in tabulations
        if tabulation.shares is None
    }


def _spans(month: str, closed: Mapping[str, Step], zone: tzinfo) -> Iterator[tuple[str, str]]:
    """The moments that are this month's: its own, and what came to the closed months just before it once closed."""
    own = Month.parse(month)
    yield own.moments(zone)
    before = own
    while before > FIRST and str(before := before.previous) in closed:
        closed_at, (_, ends_at) = closed[str(before)].taken_at, before.moments(zone)
        if closed_at < ends_at:
            yield closed_at, ends_at


def _place_index(db: Database, brought: tuple[Contribution, ...], planned: list[Planned]) -> PlaceIndex:
    places = find_places(
        db, {*(contribution.place for contribution in brought), *(session.place for session in planned)}
    )
    above = {
        code for place in places.values() for code in (place.region, place.cercle, place.commune) if code
    }
    return PlaceIndex({**find_places(db, above), **places})


def _measures_of_forms(db: Database, project_id: int) -> dict[str, frozenset[str]]:
    """What the published forms of a project count today, by form; confidential ones left out."""
    return {
        form.xml_form_id: contributions.measures_of_version(db, form.current_definition_id)
        for form in definitions.forms_of(db, project_id)
        if form.current_definition_id is not None and not form.is_confidential
    }


def _header(db: Database, asked: MonthAsked, known: Known, source: Source) -> Header:
    firsts = [contribution for contribution in source.contributions if contribution.is_first]
    expectation = known.expectation
    cercles = {source.place_index.cercle(contribution.place) for contribution in source.contributions} - {""}
    return Header(
        project=asked.project.name,
        cso=asked.cso.code,
        cso_name=asked.cso.name,
        month=asked.month,
        cercles=tuple(source.place_index.name(code) for code in sorted(cercles, key=source.place_index.rank)),
        received=len(firsts),
        expected=expectation.planned if expectation is not None and expectation.lines else None,
        undecided=sum(first.review in ("received", "edited") for first in firsts),
        open_flags=sum(flag.is_open for told in source.flags.values() for flag in told),
        on_hold=sum(first.review == "held" for first in firsts),
        undated=contributions.count_undated(db, asked.project.id, cso=asked.code),
        phones=tuple(PhoneSeen(animator.name, animator.last_seen) for animator in known.animators),
    )
