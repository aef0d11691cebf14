"""Giving a sheet to another organisation: the phone that sent it was another's, or was lent."""

from typing import Any

from forms.base.sqlite import Database
from forms.places.csos import find_cso
from server.review.decision import base_address
from server.submissions.filter import find_row
from server.web import notice
from server.web.page import given, go
from server.web.route import Asking, Resource
from sync.review import owners

resource = Resource(
    "sheet_move", "/projects/<segment:project_id>/sheets/<segment:form_id>/<segment:instance_id>/move"
)


@resource.post("", may="submission.move")
def move(asking: Asking, instance_id: str) -> Any:
    """Give the sheet to another organisation of the project, with a reason. Both organisations' numbers follow."""
    code, reason = given("cso"), given("reason")

    def work(db: Database) -> None:
        row = find_row(asking, db, instance_id)
        cso = find_cso(db, code, project_id=asking.the_project.id)
        owners.move(db, row.id, cso.key, reason=reason, now=asking.now, actor_id=asking.asker.id)

    asking.write(work)
    return go(notice.with_option(notice.back(base_address(asking), given("back")), "said", "moved"))
