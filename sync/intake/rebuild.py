"""Makes the flat tables and summaries again from the raw XML, a few hundred sheets at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from forms.base.sqlite import Database
from forms.catalogue.definitions import layout_of, load_definition, table_names
from sync.counting.summary import summary
from sync.instance.instance import parse_instance, scopes
from sync.instance.row import flatten
from sync.intake import rows, submissions, summaries
from sync.intake.submissions import Current

BATCH = 500
SUMMARIES_AT_ONCE = 50
"""Few, because phones send meanwhile: each batch holds the writer for some milliseconds."""


def rebuild(
    writing: Callable[[], AbstractContextManager[Database]],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Lay every submission flat again; gives how many there were.

    Each batch is a transaction of its own, so that phones are not kept waiting and a killed rebuild
    leaves every sheet's rows whole. `progress` is told how many more are done.
    """
    last = total = 0
    while True:
        with writing() as db:
            batch = submissions.walk(db, after=last, limit=BATCH)
            for submission in batch:
                _lay_flat(db, submission)
        if not batch:
            return total
        last = batch[-1].submission_id
        total += len(batch)
        progress(len(batch))


def make_summaries(writing: Callable[[], AbstractContextManager[Database]]) -> int:
    """Make the summaries of sheets that were received before there were any, newest first; gives how many.

    Each batch is a transaction of its own: one that is cut off goes on where it was.
    """
    total = 0
    while True:
        with writing() as db:
            ids = summaries.still_to_make(db, SUMMARIES_AT_ONCE)
            for submission in submissions.current(db, ids):
                definition = load_definition(db, submission.definition_id)
                if not definition.is_confidential:
                    root = scopes(parse_instance(submission.xml), definition)
                    summaries.put(db, submission.submission_id, summary(definition, root))
            summaries.made(db, ids)
        if not ids:
            return total
        total += len(ids)


def _lay_flat(db: Database, submission: Current) -> None:
    definition = load_definition(db, submission.definition_id)
    root = scopes(parse_instance(submission.xml), definition)
    submissions.set_missing_cso(
        db, submission.submission_id, root.answers.get(definition.cso_path, "").strip().casefold()
    )
    if definition.is_confidential:
        return
    layout = layout_of(db, submission.definition_id)
    rows.make_tables(db, layout)
    rows.delete(db, submission.submission_id, table_names(db, submission.form_id))
    rows.insert(db, submission.submission_id, flatten(root, layout))
    summaries.put(db, submission.submission_id, summary(definition, root))
