"""Publishing a draft, and giving out the spreadsheet that a form was made from."""

from flask import Response

from forms.base.by import By
from forms.base.sqlite import Database
from forms.catalogue import definitions, publish
from forms.catalogue.form import Form
from forms.catalogue.publish import Published, Publisher
from server.base.refusals import AddressUnknown
from server.publishing.closing import close
from server.web import representation
from server.web.answer import file_answer
from server.web.route import Asking
from sync.intake import trials
from sync.intake.rows import make_tables

XML = "application/xml; charset=utf-8"


def publish_now(asking: Asking, db: Database, form: Form, *, version: str | None) -> Published:
    """Publish a form's draft in the caller's transaction; what was sent to try it is wiped."""
    by = By(asking.asker.id, asking.now)
    publisher = Publisher(asking.here.settings.reporting_bands, make_tables, by)
    done = publish.publish_draft(db, form, publisher, version=version)
    close(db, done, now=asking.now)
    trials.forget(db, form.id)
    asking.audit(db, "form.update.publish", form_id=form.id, details={"version": done.version})
    return done


def spreadsheet(asking: Asking, ending: str) -> Response:
    """The spreadsheet of the form in the address, if it has this ending."""
    db, form = asking.db, asking.the_form
    if form.current_definition_id is None:
        raise AddressUnknown
    row = definitions.definition_row(db, form.current_definition_id)
    content = definitions.definition_file(db, row.id)
    if content is None or (row.file_type or ".xlsx") != ending:
        raise AddressUnknown
    return file_answer(content, representation.EXCEL[ending], f"{form.xml_form_id}{ending}")
