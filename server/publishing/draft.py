"""The draft of a form."""

from forms.base.sqlite import Database
from forms.catalogue import drafts
from forms.catalogue.drafts import Draft, DraftUnknown
from forms.catalogue.form import Form


def the_draft(db: Database, form: Form) -> Draft:
    """The draft of a form. Raises DraftUnknown."""
    draft = drafts.find_draft(db, form.id)
    if draft is None:
        raise DraftUnknown(form_id=form.xml_form_id)
    return draft
