"""The submissions that an export or a feed gives out."""

from server.web.route import Asking
from sync.intake.receive import FormUnknown
from sync.lists.selection import Selection
from sync.odata.filter import parse_filter


def filtered(asking: Asking, text: str) -> Selection:
    """The submissions that the asker may see, of those a `$filter` asks for.

    A confidential form has no flat table, and a form that was never published has nothing to export: FormUnknown.
    """
    form = asking.the_form
    if form.is_confidential or form.current_definition_id is None:
        raise FormUnknown(form_id=form.xml_form_id)
    if not text:
        return asking.selection()
    found = parse_filter(text, now=asking.now)
    return asking.selection(where=found.where, parameters=found.parameters, with_deleted=found.with_deleted)
