"""Makes the flat tables and summaries again from the raw XML, a few hundred sheets at a time.

A sheet that can no longer be read stands in nobody's way: it keeps what was made of it, and is named.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from forms.base.sqlite import Database, sqlite3
from forms.catalogue.definitions import layout_of, load_definition, table_names
from forms.definition.definition import Definition
from forms.places.cso_code import CsoCode
from sync import changes
from sync.counting.schemes import scheme_in_use
from sync.counting.summary import Summary, summary
from sync.instance.instance import Scope, parse_instance, scopes
from sync.instance.row import Row, flatten
from sync.intake import rows, submissions, summaries
from sync.intake.submissions import Current

Opening = Callable[[], AbstractContextManager[Database]]
"""Opens the database, as `server.store.database.Storage` does: to read, or as the only writer."""
NO_SUMMARY = Summary()

log = logging.getLogger(__name__)

BATCH = 500
"""Sheets that are read in one view of the database."""
WRITTEN_AT_ONCE = 50
"""Sheets that are written while phones wait: some hundredths of a second."""
SUMMARIES_AT_ONCE = 50
"""Few, because phones send meanwhile: each batch holds the writer for some milliseconds."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild went through."""

    sheets: int
    unreadable: tuple[int, ...]
    """The ids of those that can no longer be read."""


@dataclass(frozen=True, slots=True)
class _Derived:
    """What is made of one sheet."""

    submission: Current
    definition: Definition | None
    root: Scope | None
    """Its answers; None where they, or its form, cannot be read."""
    rows: tuple[Row, ...] = ()
    summary: Summary = NO_SUMMARY


def rebuild(
    writing: Opening, reading: Opening, *, now: datetime, progress: Callable[[int], None] = lambda done: None
) -> Rebuilt:
    """Lay every submission flat again; gives how many there were.

    Sheets are read and derived while others write; what was made of them is written some at a time, so that no phone
    waits for longer than that takes. What changes in between is read once more. A killed rebuild leaves every sheet's
    rows whole. `progress` is told how many more are done.
    """
    last = total = 0
    unreadable: list[int] = []
    while True:
        with reading() as db:
            seen = changes.last_number(db)
            batch = [_derive(db, submission) for submission in submissions.walk(db, after=last, limit=BATCH)]
        if not batch:
            return Rebuilt(total, tuple(unreadable))
        for begin in range(0, len(batch), WRITTEN_AT_ONCE):
            with writing() as db:
                for derived in _as_now(db, batch[begin : begin + WRITTEN_AT_ONCE], seen):
                    if not _lay_flat(db, derived, now):
                        unreadable.append(derived.submission.submission_id)
        last = batch[-1].submission.submission_id
        total += len(batch)
        progress(len(batch))


def make_summaries(writing: Opening, *, now: datetime) -> int:
    """Make the summaries, and note the CSO, of sheets of which an older version kept neither; gives how many.

    Newest first. Each batch is a transaction of its own: one that is cut off goes on where it was.
    """
    total = 0
    while True:
        with writing() as db:
            ids = summaries.still_to_make(db, SUMMARIES_AT_ONCE)
            for submission in submissions.current(db, ids):
                _summarise(db, submission, now)
            summaries.made(db, ids)
        if not ids:
            return total
        total += len(ids)


def _summarise(db: Database, submission: Current, now: datetime) -> None:
    """A sheet that cannot be read gets an empty line: it stands in the inbox, where its flag says what it is."""
    definition, root = _read(db, submission)
    if definition is None:
        return
    if root is not None:
        submissions.set_missing_cso(db, submission.submission_id, _cso(root, definition), now=now)
    if not definition.is_confidential:
        told = NO_SUMMARY if root is None else summary(definition, root, scheme_in_use(db))
        summaries.put(db, submission.submission_id, told)


def _derive(db: Database, submission: Current) -> _Derived:
    definition, root = _read(db, submission)
    if definition is None or root is None or definition.is_confidential:
        return _Derived(submission, definition, root)
    layout = layout_of(db, submission.definition_id)
    told = summary(definition, root, scheme_in_use(db))
    return _Derived(submission, definition, root, tuple(flatten(root, layout)), told)


def _as_now(db: Database, batch: Sequence[_Derived], seen: int) -> Iterator[_Derived]:
    """Sheets that changed after change number `seen`, derived anew; the others as they are."""
    ids = [derived.submission.submission_id for derived in batch]
    changed = changes.changed_after(db, ids, seen)
    anew = {current.submission_id: current for current in submissions.current(db, sorted(changed))}
    for derived in batch:
        key = derived.submission.submission_id
        if key not in changed:
            yield derived
        elif key in anew:
            yield _derive(db, anew[key])


def _lay_flat(db: Database, derived: _Derived, now: datetime) -> bool:
    """Keep what was made of a sheet; gives whether it could be read."""
    submission, definition, root = derived.submission, derived.definition, derived.root
    if definition is None or root is None:
        return False
    submissions.set_missing_cso(db, submission.submission_id, _cso(root, definition), now=now)
    if definition.is_confidential:
        return True
    rows.make_tables(db, layout_of(db, submission.definition_id))
    rows.delete(db, submission.submission_id, table_names(db, submission.form_id))
    rows.insert(db, submission.submission_id, derived.rows)
    summaries.put(db, submission.submission_id, derived.summary)
    return True


def _read(db: Database, submission: Current) -> tuple[Definition | None, Scope | None]:
    """The form and the answers of a sheet, None for what cannot be read."""
    definition = None
    try:
        definition = load_definition(db, submission.definition_id)
        return definition, scopes(parse_instance(submission.xml), definition)
    except sqlite3.Error:
        raise
    except Exception as error:  # whatever a damaged disk or a stricter parser makes of it
        log.warning(
            "sheet unreadable submission=%d reason=%s", submission.submission_id, type(error).__name__
        )
        return definition, None


def _cso(root: Scope, definition: Definition) -> CsoCode:
    return CsoCode(root.answers.get(definition.cso_path, ""))
