"""Makes the flat tables and summaries again from the raw XML, a few hundred sheets at a time.

A sheet that can no longer be read stands in nobody's way: it keeps what was made of it, and is named.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from forms.base.sqlite import Database, sqlite3
from forms.catalogue.definitions import layout_of, load_definition, table_names
from forms.definition.definition import Definition
from forms.places.cso_code import CsoCode
from sync.counting.schemes import scheme_in_use
from sync.counting.summary import Summary, summary
from sync.instance.instance import Scope, parse_instance, scopes
from sync.instance.row import flatten
from sync.intake import rows, submissions, summaries
from sync.intake.submissions import Current

log = logging.getLogger(__name__)

BATCH = 500
SUMMARIES_AT_ONCE = 50
"""Few, because phones send meanwhile: each batch holds the writer for some milliseconds."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild went through."""

    sheets: int
    unreadable: tuple[int, ...]
    """The ids of those that can no longer be read."""


def rebuild(
    writing: Callable[[], AbstractContextManager[Database]],
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> Rebuilt:
    """Lay every submission flat again; gives how many there were.

    Each batch is a transaction of its own, so that phones are not kept waiting and a killed rebuild
    leaves every sheet's rows whole. `progress` is told how many more are done.
    """
    last = total = 0
    unreadable: list[int] = []
    while True:
        with writing() as db:
            batch = submissions.walk(db, after=last, limit=BATCH)
            unreadable += [
                submission.submission_id for submission in batch if not _lay_flat(db, submission, now)
            ]
        if not batch:
            return Rebuilt(total, tuple(unreadable))
        last = batch[-1].submission_id
        total += len(batch)
        progress(len(batch))


def make_summaries(writing: Callable[[], AbstractContextManager[Database]], *, now: datetime) -> int:
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
        told = Summary() if root is None else summary(definition, root, scheme_in_use(db))
        summaries.put(db, submission.submission_id, told)


def _lay_flat(db: Database, submission: Current, now: datetime) -> bool:
    """Whether the sheet could be read."""
    definition, root = _read(db, submission)
    if definition is None or root is None:
        return False
    submissions.set_missing_cso(db, submission.submission_id, _cso(root, definition), now=now)
    if definition.is_confidential:
        return True
    layout = layout_of(db, submission.definition_id)
    rows.make_tables(db, layout)
    rows.delete(db, submission.submission_id, table_names(db, submission.form_id))
    rows.insert(db, submission.submission_id, flatten(root, layout))
    summaries.put(db, submission.submission_id, summary(definition, root, scheme_in_use(db)))
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
