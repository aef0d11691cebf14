"""A form that becomes confidential: what was laid open of its sheets until then goes, and not from sight alone."""

from datetime import datetime

from aggregates.quality import fingerprints
from forms.base.sqlite import Database
from forms.catalogue.publish import Published
from server.store.database import Storage
from sync.intake import open_traces, trials


def close(db: Database, published: Published, *, now: datetime) -> None:
    """Take the open traces of a form's sheets away if it has just become confidential, in the caller's transaction."""
    if published.becomes_confidential:
        ids = open_traces.take_away(db, published.form.id, now=now)
        fingerprints.replace(db, dict.fromkeys(ids))
        trials.forget(db, published.form.id)


def wipe(storage: Storage, *published: Published) -> None:
    """Pack the database anew where a form became confidential: deleted rows stay readable in its file until then."""
    if any(published_form.becomes_confidential for published_form in published):
        storage.pack()
