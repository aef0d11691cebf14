"""The administrator's page of people: inviting, roles, disabling, a new link for a forgotten password."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import g, request

from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.places import csos
from forms.places.projects import ProjectUnknown, find_project, list_projects
from server.base.refusals import ParameterInvalid, ParameterMissing
from server.base.whole_number import whole_number
from server.identity import accounts, assignments
from server.identity.accounts import Account, AccountUnknown, LastAdministrator
from server.identity.agreement import SecondPersonNeeded
from server.identity.assignments import Assignment
from server.identity.invitations import is_invited
from server.identity.role import ROLES
from server.people.administer import (
    address_of_invitation,
    assign_or_ask,
    disable,
    done_or_asked,
    enable_or_ask,
    invitation_link,
    link_or_ask,
)
from server.web.page import given, go, refused, show, token_of_form
from server.web.problem import sentence
from server.web.route import Asking, Resource
from server.words.language import mark, translate

resource = Resource("people", "/people")
OF_SERVER = ("admin",)
OF_PROJECT = ("manager", "viewer", "coordinator", "case-manager", "formfill")


@resource.get("", may="user.create")
def people(asking: Asking) -> str:
    """Everybody, by name."""
    return _page(asking, error="", link="", email="")


@resource.post("", may="user.create")
def invite(asking: Asking) -> Any:
    """Add a person with a role, and show the link to hand over."""
    email = given("email")
    try:
        if "@" not in email:
            raise ParameterMissing(names=(translate(g.language, mark("Email address")),))
        link = done_or_asked(asking, lambda db: _add(asking, db, email))
    except Refusal as refusal:
        return _again(asking, error=sentence(refusal, g.language))
    return _again(asking, link=link, email=email)


@resource.post("/<segment:user_id>/link", may="user.create")
def new_link(asking: Asking, user_id: str) -> Any:
    """A new link with which a person chooses a password."""

    def work(db: Database) -> tuple[tuple[str, str], int | None]:
        person = accounts.find_person(db, _number(user_id))
        link, request = link_or_ask(asking, db, person.id)
        return (person.email, link), request

    try:
        email, link = done_or_asked(asking, work)
    except SecondPersonNeeded as refusal:
        return _again(asking, error=sentence(refusal, g.language))
    return _again(asking, link=link, email=email)


@resource.post("/<segment:user_id>/disable", may="user.create")
def turn_off(asking: Asking, user_id: str) -> Any:
    """Let a person sign in no more."""
    return _turn(asking, user_id, is_disabled=True)


@resource.post("/<segment:user_id>/enable", may="user.create")
def turn_on(asking: Asking, user_id: str) -> Any:
    """Let a person sign in again."""
    return _turn(asking, user_id, is_disabled=False)


@resource.post("/<segment:user_id>/role", may="user.create")
def add_role(asking: Asking, user_id: str) -> Any:
    """Give a person one more role."""
    number = _number(user_id)

    def work(db: Database) -> tuple[None, int | None]:
        accounts.find_person(db, number)
        return None, _assign(asking, db, number)

    try:
        done_or_asked(asking, work)
    except SecondPersonNeeded as refusal:
        return _again(asking, error=sentence(refusal, g.language))
    return go("/people")


@resource.post("/<segment:user_id>/role/remove", may="user.create")
def remove_role(asking: Asking, user_id: str) -> Any:
    """Take a role away."""
    number, role, project_id = _number(user_id), given("role"), whole_number(given("project"))

    def work(db: Database) -> bool:
        if role == "admin" and [administrator.id for administrator in accounts.administrators(db)] == [
            number
        ]:
            raise LastAdministrator
        if assignments.withdraw(db, number, role, project_id=project_id):
            asking.audit(
                db,
                "user.assignment.delete",
                account_id=number,
                project_id=project_id,
                details={"role": role},
            )
            return True
        return False

    try:
        is_taken = asking.write(work)
    except Refusal as refusal:
        return _again(asking, error=sentence(refusal, g.language))
    taken = {"taken": number, "role": role, "project": project_id or ""}
    return go(f"/people?{urlencode(taken)}" if is_taken else "/people")


def _add(asking: Asking, db: Database, email: str) -> tuple[str, int | None]:
    """The account with its role, and a link to hand over; where two have to give the role, whoever agrees gets it."""
    told = (given(name) for name in ("name", "cso", "role", "project"))
    token = token_of_form(asking, email, *told)
    if is_invited(db, token):
        return address_of_invitation(asking, token), None
    account_id = accounts.add_person(
        db,
        accounts.NewPerson(email, display_name=given("name"), cso=given("cso")),
        creator_id=asking.asker.id,
        now=asking.now,
    )
    asking.audit(db, "user.create", account_id=account_id, details={"email": email})
    request = _assign(asking, db, account_id)
    return "" if request else invitation_link(asking, db, account_id, token), request


def _assign(asking: Asking, db: Database, account_id: int) -> int | None:
    """Give the role that the form asks for, or ask for it. Raises ParameterInvalid or ProjectUnknown."""
    role = given("role")
    if role not in (*OF_SERVER, *OF_PROJECT):
        raise ParameterInvalid(parameter="role", value=role, allowed=(*OF_SERVER, *OF_PROJECT))
    place = None if role in OF_SERVER else _project(db)
    return assign_or_ask(asking, db, account_id, role, {"project_id": place})


def _project(db: Database) -> int:
    """The project that the form names. Raises ProjectUnknown."""
    number = whole_number(given("project"))
    if number is None or find_project(db, number) is None:
        raise ProjectUnknown(project=given("project"))
    return number


def _turn(asking: Asking, user_id: str, *, is_disabled: bool) -> Any:
    number = _number(user_id)
    try:
        if is_disabled:
            asking.write(lambda db: disable(asking, db, number, is_disabled=True))
        else:
            done_or_asked(asking, lambda db: (None, enable_or_ask(asking, db, number)))
    except Refusal as refusal:
        return _again(asking, error=sentence(refusal, g.language))
    return go(f"/people?disabled={number}" if is_disabled else "/people")


def _again(asking: Asking, *, error: str = "", link: str = "", email: str = "") -> Any:
    with asking.again() as again:
        page = _page(again, error=error, link=link, email=email)
    return refused(page) if error else page


def _page(asking: Asking, *, error: str, link: str, email: str) -> str:
    db = asking.db
    search = request.args.get("q", "").strip()[:100]
    listed = accounts.people(db, search=search, with_disabled=True)
    given_out = assignments.every_assignment(db)
    return show(
        "people.html",
        asking,
        error=error,
        link=link,
        link_email=email,
        search=search,
        people=listed,
        disabled=_disabled_now(listed),
        taken=_taken_now(listed, given_out),
        roles=[role for role in ROLES if role.system in (*OF_SERVER, *OF_PROJECT)],
        role_names={role.system: role.name for role in ROLES},
        assignments=given_out,
        projects=list_projects(db),
        csos=csos.list_csos(db),
    )


def _told_of(people: Iterable[Account], option: str) -> Account | None:
    number = whole_number(request.args.get(option, ""))
    return next((person for person in people if person.id == number), None)


def _disabled_now(people: Iterable[Account]) -> Account | None:
    """Whose account was closed by the last step, None where it is open again."""
    person = _told_of(people, "disabled")
    return person if person and person.is_disabled else None


def _taken_now(
    people: Iterable[Account], given_out: Mapping[int, Sequence[Assignment]]
) -> tuple[Account, str, int | None] | None:
    """The role that the last step took from somebody, and in which project; None where they have it again."""
    person, role = _told_of(people, "taken"), request.args.get("role", "")
    project_id = whole_number(request.args.get("project", ""))
    if person is None or role not in (*OF_SERVER, *OF_PROJECT):
        return None
    has_it = any(
        (assignment.role, assignment.project_id) == (role, project_id)
        for assignment in given_out.get(person.id, ())
    )
    return None if has_it else (person, role, project_id)


def _number(written: str) -> int:
    number = whole_number(written)
    if number is None:
        raise AccountUnknown(id=written)
    return number
