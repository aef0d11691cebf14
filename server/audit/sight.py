"""Which lines of the log somebody may know of; its page and its address ask here."""

from forms.catalogue import definitions
from forms.places.projects import list_projects
from server.base.refusals import RightMissing
from server.web.route import Asking
from sync.audits import Sight


def sight_of(asking: Asking) -> Sight:
    """What the asker may know of: administrators all but the lines about referrals, case managers those of their CSO.

    A line about a referral says that it came, from whose phone and when: whoever may not read it is not told.
    Raises RightMissing for whoever may know of nothing.
    """
    csos_by_form = {}
    for project in list_projects(asking.db):
        for form in definitions.forms_of(asking.db, project.id):
            reach = asking.asker.reach("submission.read", project.id, form) if form.is_confidential else None
            if reach is not None:
                csos_by_form[form.id] = reach.csos
    sight = Sight(has_open=asking.asker.reach("audit.read") is not None, confidential=csos_by_form)
    if not sight.has_open and not sight.confidential:
        raise RightMissing
    return sight
