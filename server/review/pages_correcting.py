"""The page on which a sheet is corrected: the real form, filled with its answers, in ODK's web form engine."""

from forms.catalogue import definitions
from server.browser.engine import form_in_words, open_policy, script
from server.submissions.lookup import find
from server.submissions.sheet_item import sheet_address
from server.web.address import address_part, submission_path
from server.web.page import show
from server.web.route import Asking, Resource
from sync.intake import attachments
from sync.lists import submission_lists

resource = Resource("correcting", "/projects/<segment:project_id>/sheets")


@resource.get("/<segment:form_id>/<segment:instance_id>/correct", may="submission.update")
def correct(asking: Asking, instance_id: str) -> str:
    """One sheet in the version of the form that it was filled with. Raises InstanceUnknown."""
    db, form = asking.db, asking.the_form
    found = find(asking, db, instance_id)
    current = submission_lists.versions(db, found.id)[0]
    row = definitions.definition_row(db, current.definition_id)
    base = submission_path(form, found.instance_id)
    files = [
        attachment
        for attachment in attachments.of_version(db, current.id)
        if attachment.sha256 and attachment.is_expected
    ]
    account = asking.asker.account
    open_policy()
    return show(
        "correct.html",
        asking,
        project=asking.the_project,
        title=row.title,
        number_of_version=current.number,
        script=script("correct"),
        told={
            "form": form_in_words(db, form, row),
            "instance": f"{base}.xml",
            "files": {file.name: f"{base}/attachments/{address_part(file.name)}" for file in files},
            "send": f"{base}/corrections",
            "sheet": f"/projects/{form.project_id}/sheets"
            if form.is_confidential
            else sheet_address(form, found.instance_id),
            "csrf": asking.asker.session.csrf if asking.asker.session else "",
            "username": account.display_name if account else "",
        },
    )
