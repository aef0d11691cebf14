"""/v1/audits: who did what, newest first."""

from typing import Any

from server.audit.sight import sight_of
from server.identity.accounts import find_account
from server.web import representation
from server.web.route import SIGNED_IN, Asking, Resource
from server.web.schema import Audit, AuditQuery
from sync import audits

resource = Resource("audits", "/v1/audits")


@resource.get("", may=SIGNED_IN, asks=AuditQuery(), gives=Audit(), gives_many=True)
def lines(asking: Asking) -> list[dict[str, Any]]:
    """The log; `action` is one action or a group: nonverbose, user, project, form, field_key, submission.

    Administrators are told all but what concerns sheets of confidential forms, case managers what concerns those.
    """
    query = asking.query
    asked = audits.AskedLines(
        query["action"],
        query["actor_id"],
        (query["start"], query["end"]),
        query.get("limit"),
        query["offset"],
    )
    found = audits.lines(asking.db, asked, sight_of(asking))
    actors = {}
    if asking.is_extended:
        ids = {line.actor_id for line in found if line.actor_id is not None}
        accounts = [account for account_id in ids if (account := find_account(asking.db, account_id))]
        actors = {account.id: representation.actor(account) for account in accounts}
    return [representation.audit(line, actors) for line in found]
