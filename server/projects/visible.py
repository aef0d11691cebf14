"""The forms of a project that somebody may see."""

from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from server.web.route import Asking


def visible_forms(asking: Asking, db: Database, project_id: int) -> list[Form]:
    """The forms of a project that the asker may see: drafts for those alone who may edit them."""
    found = []
    for form in definitions.forms_of(db, project_id):
        if form.current_definition_id is None and not asking.asker.reach("form.update", project_id, form):
            continue
        if asking.asker.reach("form.read", project_id, form) or (
            form.state == "open" and asking.asker.reach("open_form.read", project_id, form)
        ):
            found.append(form)
    return found
