"""The sheets before and after one, among those that wait in the list that somebody is going through."""

from dataclasses import dataclass, replace

from forms.catalogue import definitions
from server.submissions.sheet_item import sheet_address
from server.web.route import Asking
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery, InboxRow


@dataclass(frozen=True, slots=True)
class AdjacentSheets:
    """Addresses, without the filters that go along; "" where there is none."""

    previous: str
    following: str
    waiting: int = 0
    """How many of the list wait, where that was asked for."""


def adjacent_sheets(
    asking: Asking, query: InboxQuery, row: InboxRow, *, with_count: bool = False
) -> AdjacentSheets:
    """What waits beside a sheet; after the last one the list begins again with the first."""
    query = replace(query.unplaced, state=query.state or "todo")
    key = row.key(query.order)
    return AdjacentSheets(
        _first(asking, replace(query, since=key), row),
        _first(asking, replace(query, before=key), row) or _first(asking, query, row),
        inbox_pages.count_waiting(asking.db, query) if with_count else 0,
    )


def _first(asking: Asking, query: InboxQuery, row: InboxRow) -> str:
    is_rare = query.state != "todo" or query.order not in ("received", "oldest")
    rows = inbox_pages.page(asking.db, query, limit=1, is_rare=is_rare)
    found = next((neighbour for neighbour in rows if neighbour.id != row.id), None)
    if found is None:
        return ""
    forms = {form.id: form for form in definitions.forms_of(asking.db, asking.the_project.id)}
    return sheet_address(forms[found.form_id], found.instance_id)
