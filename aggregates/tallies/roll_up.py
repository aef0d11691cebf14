"""The night: brings records, facts and tallies up to what the submissions say now.

Findings are `aggregates.quality.examine`'s, which runs before: what it holds back is not counted until somebody
has decided. A sheet that arrived or changed since it ran stays as it was counted until the next roll-up: nobody
knows yet whether it is to be held back.

Incremental: takes the changes since its bookmark. Full: takes every submission again from its raw XML,
the same way, then sums the facts anew. Called by the jobs and the command line.

A batch is read and derived before the writer's turn is asked for, so that phones wait for some
milliseconds of writing only. A sheet that changes between the reading and the writing of its batch has
a change number greater than any that the batch has read: the bookmark stays before it, and it is taken
again. What is written for it meanwhile is what it said a moment ago, as a reader would have seen it.
That holds while no other roll-up writes: the caller's lock sees to it, and the bookmark is looked at.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from aggregates.flags import flags
from aggregates.tallies import materialized_views, reconciliations, roll_up_runs, tallies
from aggregates.tallies.roll_up_runs import Run, Taken
from aggregates.tallies.tallies import Entry
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, sqlite3
from forms.catalogue.definitions import load_definition
from forms.definition.definition import Definition
from sync import changes
from sync.counting.derivation import Derivation
from sync.counting.fact import derive
from sync.instance.instance import parse_instance, scopes
from sync.intake import submissions
from sync.intake.submissions import Current

log = logging.getLogger(__name__)

BATCH = 500
GRAINS_A_CHECK = 2_000
MANY = 5_000
"""Changes from which on views are built anew, which takes seconds, rather than moved with every tally."""
REVIEWS = {"hasIssues": "has_issues"}
"""Central's word, where the tables use another."""
HOLDABLE = ("received", "edited", "has_issues")
"""A sheet that was approved counts whatever held it back: approving it has decided that."""

Opening = Callable[[], AbstractContextManager[Database]]


class RollUpOvertaken(Refusal):
    """Another roll-up moved the bookmark meanwhile: the caller did not exclude it."""


class DefinitionUnreadable(Refusal):
    """The definition of a sheet is missing, or can no longer be read."""


def roll_up(
    writing: Opening,
    reading: Opening,
    *,
    full: bool,
    now: Callable[[], datetime],
    progress: Callable[[int, int], None] | None = None,
    alone: AbstractContextManager[object] | None = None,
) -> Run:
    """Roll up what changed, or everything, and record the run.

    Opens `writing()` for each batch of a few hundred sheets, so that a run that is stopped goes on where it
    was. `alone` is entered first and keeps other roll-ups out; what it raises when one is under way
    goes through. `progress` is told how many sheets are done, of how many. An error ends the run, is
    recorded, and is raised again.
    """
    with alone or nullcontext():
        begun = now()
        with writing() as db:
            run_id = roll_up_runs.start(db, "full" if full else "incremental", now=begun)
        night = _Night(writing, reading, progress or (lambda done, total: None))
        error: str | None = roll_up_runs.INTERRUPTED
        try:
            night.take_all() if full else night.take_changes()
            night.build_views()
            error = None
        except Exception as failure:
            error = type(failure).__name__
            raise
        finally:
            with writing() as db:
                run = roll_up_runs.finish(
                    db,
                    run_id,
                    taken=Taken(night.submissions, night.facts, night.tallies),
                    error=error,
                    now=now(),
                )
    log.info(
        "roll-up kind=%s submissions=%d facts=%d tallies=%d",
        run.kind,
        run.submissions,
        run.facts,
        run.tallies,
    )
    return run


class _Night:
    """One roll-up under way."""

    def __init__(self, writing: Opening, reading: Opening, progress: Callable[[int, int], None]) -> None:
        self.writing = writing
        self.reading = reading
        self.progress = progress
        self.submissions = self.facts = self.tallies = 0

    def take_changes(self) -> None:
        """Take what changed since the bookmark; each batch moves the bookmark together with its numbers."""
        with self.reading() as db:
            examined = changes.reached(db, changes.EXAMINATION)
        while True:
            with self.reading() as db:
                start = changes.bookmark(db, changes.ROLL_UP)
                left = (changes.last_number(db) if examined is None else examined) - start
                changed = changes.since(db, start, BATCH, up_to=examined)
                ids = sorted({submission_id for _, submission_id in changed})
                if examined is not None:
                    ids = sorted(set(ids) - changes.changed_after(db, ids, examined))
                read = submissions.current(db, ids)
                on_hold = flags.on_hold_among(db, ids)
                definitions = _definitions(db, read)
            if not changed:
                return
            if left > MANY:
                self.drop_views()
            entries = _derived(read, definitions, set(ids), on_hold)
            closed = _confidential(read, definitions)
            with self.writing() as db:
                if changes.bookmark(db, changes.ROLL_UP) != start:
                    raise RollUpOvertaken(expected=start)
                self.write(db, entries, closed)
                changes.move_bookmark(db, changes.ROLL_UP, changed[-1][0])
            self.progress(self.submissions, self.submissions + left - len(changed))

    def take_all(self) -> None:
        """Take every submission again, sum all facts, then take what changed while that went on.

        The bookmark goes to the last change before the first reading: whatever came later is read twice.
        """
        self.drop_views()
        with self.reading() as db:
            before = changes.last_number(db)
            examined = changes.reached(db, changes.EXAMINATION)
            total = submissions.count(db)
        before = before if examined is None else min(before, examined)
        last: int | None = 0
        while last is not None:
            last = self.take_next(last, before)
            self.progress(self.submissions, max(total, self.submissions))
        self.check_tallies()
        with self.writing() as db:
            changes.move_bookmark(db, changes.ROLL_UP, before)
        self.take_changes()

    def take_next(self, after: int, examined: int) -> int | None:
        """Take the next submissions by id; gives the last id, None at the end.

        Those that changed after the change number `examined` stay as they are: a later change brings them up again.
        What is kept for ids that are no submissions any more (purged) goes with the batch they lie in.
        """
        with self.reading() as db:
            read = submissions.walk(db, after=after, limit=BATCH)
            last = read[-1].submission_id if read else None
            kept = set(tallies.kept_ids(db, after=after, up_to=last))
            ids = [submission.submission_id for submission in read]
            later = changes.changed_after(db, sorted({*ids, *kept}), examined)
            read, kept = (
                [submission for submission in read if submission.submission_id not in later],
                kept - later,
            )
            on_hold = flags.on_hold_among(db, ids)
            definitions = _definitions(db, read)
        entries = _derived(read, definitions, kept, on_hold)
        if entries:
            with self.writing() as db:
                self.write(db, entries, _confidential(read, definitions))
        return last

    def write(self, db: Database, entries: Sequence[Entry], confidential: frozenset[int]) -> None:
        """Keep what was derived. The record of the run counts nothing of the `confidential` submissions: everybody
        reads it, and in a quiet hour it would say that a referral came."""
        counted = [entry for entry in entries if entry.submission_id not in confidential]
        tallies.replace(db, [entry for entry in entries if entry.submission_id in confidential])
        self.tallies += tallies.replace(db, counted)
        self.submissions += len(counted)
        self.facts += sum(len(record.facts) for entry in counted for record in entry.records)

    def check_tallies(self) -> None:
        """Compare every tally with the sum of its facts; mend, and say so, what differs."""
        after = 0
        while after < reconciliations.LARGEST_KEY:
            with self.reading() as db:
                span = reconciliations.next_span(db, after=after, grains=GRAINS_A_CHECK)
                mending = reconciliations.compare(db, span)
            self.mend(mending)
            after = span.up_to
        with self.reading() as db:
            mending = reconciliations.compare_cells(db)
        self.mend(mending)

    def drop_views(self) -> None:
        """Take the coarser sums away before very many tallies move, if they are there."""
        with self.reading() as db:
            are_up = any(
                materialized_views.is_built(db, view) for view in materialized_views.MATERIALIZED_VIEWS
            )
        if are_up:
            with self.writing() as db:
                materialized_views.suspend(db)

    def build_views(self) -> None:
        """Put up what is not there: taken down by this run, or by one that was cut off."""
        for view in materialized_views.MATERIALIZED_VIEWS:
            with self.reading() as db:
                sums = (
                    None if materialized_views.is_built(db, view) else materialized_views.sums_for(db, view)
                )
            if sums is not None:
                with self.writing() as db:
                    materialized_views.build(db, view, sums)

    def mend(self, mending: reconciliations.Mending) -> None:
        """Write a mending, if there is any."""
        if mending:
            log.warning("tallies differ from their facts rows=%d", len(mending))
            with self.writing() as db:
                reconciliations.mend(db, mending)
            self.tallies += len(mending.tallies)


def _definitions(db: Database, read: Sequence[Current]) -> dict[int, Definition]:
    definitions: dict[int, Definition] = {}
    for definition_id in {submission.definition_id for submission in read}:
        try:
            definitions[definition_id] = load_definition(db, definition_id)
        except sqlite3.Error:
            raise
        except Exception as error:
            log.warning("definition unreadable id=%d reason=%s", definition_id, type(error).__name__)
    return definitions


def _confidential(read: Sequence[Current], definitions: Mapping[int, Definition]) -> frozenset[int]:
    """The submissions of confidential forms, and those of which nobody can tell."""
    return frozenset(
        submission.submission_id
        for submission in read
        if submission.definition_id not in definitions
        or definitions[submission.definition_id].is_confidential
    )


def _derived(
    read: Sequence[Current], definitions: Mapping[int, Definition], asked: set[int], on_hold: set[int]
) -> list[Entry]:
    """What is to be kept of the submissions read, and nothing of those asked for that are not there."""
    entries = []
    for submission in read:
        derivation = _derivation(submission, definitions.get(submission.definition_id))
        review = REVIEWS.get(submission.review_state or "", submission.review_state or "received")
        if submission.submission_id in on_hold and review in HOLDABLE:
            review = "held"
        entries.append(Entry(submission.submission_id, review, derivation.records))
    gone = asked - {submission.submission_id for submission in read}
    return [*entries, *(Entry(key, "received", ()) for key in sorted(gone))]


def _derivation(read: Current, definition: Definition | None) -> Derivation:
    if read.is_deleted:
        return Derivation(())
    try:
        if definition is None:
            raise DefinitionUnreadable(definition_id=read.definition_id)
        scope = scopes(parse_instance(read.xml), definition)
        return derive(scope, definition, project_id=read.project_id)
    except Exception as error:
        log.warning("sheet unreadable submission=%d reason=%s", read.submission_id, type(error).__name__)
        return Derivation(())
