"""/v1/…/assignments: who has which role on the server, in a project, for a form."""

from typing import Any

from server.base.refusals import AddressUnknown, RightMissing
from server.identity import accounts, assignments
from server.identity.accounts import LastAdministrator
from server.identity.role import BY_SYSTEM, Role, find_role
from server.people.administer import assign_or_ask, done_or_asked, number_of
from server.web import representation
from server.web.route import Asking, Resource
from server.web.schema import Actor, AssignmentAnswer

NOT_OF_PEOPLE = ("app-user", "pub-link")
LEVELS = (
    Resource("assignments", "/v1/assignments"),
    Resource("project_assignments", "/v1/projects/<segment:project_id>/assignments"),
    Resource("form_assignments", "/v1/projects/<segment:project_id>/forms/<segment:form_id>/assignments"),
)


def every(asking: Asking) -> list[dict[str, int]]:
    """Who has which role here."""
    return [
        representation.assignment(assignment)
        for assignment in assignments.assignments_at(asking.db, **_place(asking))
    ]


def of_role(asking: Asking, role: str) -> list[dict[str, Any]]:
    """Who has one role here."""
    found = assignments.assignments_at(asking.db, **_place(asking), role=_role(role).system)
    accounts_found = [accounts.find_account(asking.db, assignment.account_id) for assignment in found]
    return [representation.actor(account) for account in accounts_found if account is not None]


def one(asking: Asking, role: str, actor: str) -> dict[str, Any]:
    """Whether somebody has a role here."""
    found = of_role(asking, role)
    told = next((assigned for assigned in found if str(assigned["id"]) == actor), None)
    if told is None:
        raise AddressUnknown
    return told


def give(asking: Asking, role: str, actor: str) -> None:
    """Give somebody a role here; a case manager is named by two people: the answer then says which request waits."""
    wanted, number = _role(role), number_of(actor)
    refuse_higher(asking, wanted)

    def work(db: Any) -> tuple[None, int | None]:
        account = accounts.find_account(db, number)
        if account is None or not _may_be(account.kind, wanted.system):
            raise AddressUnknown
        return None, assign_or_ask(asking, db, number, wanted.system, _place(asking))

    done_or_asked(asking, work)


def take(asking: Asking, role: str, actor: str) -> None:
    """Take a role away."""
    wanted, number = _role(role), number_of(actor)
    refuse_higher(asking, wanted)

    def work(db: Any) -> None:
        if wanted.system == "admin" and [
            administrator.id for administrator in accounts.administrators(db)
        ] == [number]:
            raise LastAdministrator
        if not assignments.withdraw(db, number, wanted.system, **_place(asking)):
            raise AddressUnknown
        asking.audit(db, "user.assignment.delete", account_id=number, details={"role": wanted.system})

    asking.write(work)


def refuse_higher(asking: Asking, wanted: Role) -> None:
    """Nobody gives or takes a right that they do not have; a case manager is named by administrators alone."""
    project_id = asking.project.id if asking.project else None
    if asking.asker.reach("user.update"):
        return
    mine = set(asking.asker.verbs(project_id))
    if wanted.system != "app-user" and not wanted.verbs <= mine:
        raise RightMissing


def _may_be(kind: str, role: str) -> bool:
    """People have the roles of people, phones their own; a public link is for the one form it was made for."""
    return role == "app-user" if kind == "app_user" else kind == "user" and role not in NOT_OF_PEOPLE


def _place(asking: Asking) -> dict[str, Any]:
    return {
        "project_id": asking.project.id if asking.project else None,
        "form_id": asking.form.id if asking.form else None,
    }


def _role(written: str) -> Role:
    role = find_role(written)
    if role is None or role.system not in BY_SYSTEM:
        raise AddressUnknown
    return role


for _level in LEVELS:
    _level.get("", may="assignment.list", gives=AssignmentAnswer(), gives_many=True)(every)
    _level.get("/<segment:role>", may="assignment.list", gives=Actor(), gives_many=True)(of_role)
    _level.get("/<segment:role>/<segment:actor>", may="assignment.list", gives=Actor())(one)
    _level.post("/<segment:role>/<segment:actor>", may="assignment.create", success=True)(give)
    _level.delete("/<segment:role>/<segment:actor>", may="assignment.delete", success=True)(take)
