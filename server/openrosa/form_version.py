"""The version of a form that an address names, for phones and programs alike."""

from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import DefinitionRow, Form
from server.web.address import NO_VERSION
from sync.intake.receive import FormVersionUnknown


class MediaUnknown(Refusal):
    """The form version has no such file (`form_id`, `name`)."""


def version_named(db: Database, form: Form, version: str | None) -> DefinitionRow:
    """A version of a form that has been published, the current one for None. Raises FormVersionUnknown."""
    if version is None:
        return definitions.current_row(db, form)
    row = definitions.find_definition(db, form.id, version)
    if row is None and version == NO_VERSION:
        row = definitions.find_definition(db, form.id, "")
    if row is None:
        raise FormVersionUnknown(form_id=form.xml_form_id, version=version)
    return row
