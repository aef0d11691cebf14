"""/v1/users and /v1/roles: the people who sign in, and what roles there are."""

from typing import Any

from server.base.refusals import RightMissing
from server.identity import accounts
from server.identity.accounts import Account, AccountUnknown
from server.identity.password import check_strength
from server.identity.role import ROLES
from server.people.administer import (
    change_or_ask,
    disable,
    done_or_asked,
    enable_or_ask,
    invitation_link,
    link_or_ask,
    me,
    number_of,
    set_own_password,
)
from server.web import representation
from server.web.route import SIGNED_IN, Asking, Resource
from server.web.schema import NewPassword, NewUser, RoleAnswer, User, UserChanges, UserSearch

users = Resource("users", "/v1/users")
roles = Resource("roles", "/v1/roles")


@users.get("", may="user.list", asks=UserSearch(), gives=User(), gives_many=True)
def people(asking: Asking) -> list[dict[str, Any]]:
    """The people, by name; `q` looks for a part of a name or an address."""
    query = asking.query
    found = accounts.people(asking.db, search=query["q"], with_disabled=query["disabled"])
    return [representation.user(account) for account in found]


@users.get("/current", may=SIGNED_IN, gives=User())
def current(asking: Asking) -> dict[str, Any]:
    """Whoever asks."""
    account = me(asking)
    told = representation.user(account)
    if asking.is_extended:
        told |= {"verbs": asking.asker.verbs(), "preferences": {"site": {}, "projects": {}}}
    return told


@users.post("", may="user.create", takes=NewUser(), gives=User())
def create(asking: Asking) -> dict[str, Any]:
    """Add a person. Without a password the answer holds a link with which they choose one."""
    body = asking.body
    password = body.get("password")
    if password:
        check_strength(password, body["email"])

    def work(db: Any) -> dict[str, Any]:
        account_id = accounts.add_person(
            db,
            accounts.NewPerson(
                body["email"],
                password=password,
                display_name=body.get("display_name", ""),
                cso=body.get("cso", ""),
                language=body.get("language", ""),
            ),
            creator_id=asking.asker.id,
            now=asking.now,
        )
        asking.audit(db, "user.create", account_id=account_id, details={"email": body["email"]})
        told = representation.user(accounts.find_person(db, account_id))
        return told if password else told | {"invitation_url": invitation_link(asking, db, account_id)}

    return asking.write(work)


@users.get("/<segment:user_id>", may=SIGNED_IN, gives=User())
def read(asking: Asking, user_id: str) -> dict[str, Any]:
    """One person: oneself, or anybody for those who may."""
    account = _readable(asking, user_id)
    return representation.user(account)


@users.patch("/<segment:user_id>", may=SIGNED_IN, takes=UserChanges(), gives=User())
def update(asking: Asking, user_id: str) -> dict[str, Any]:
    """Change a person: oneself (name, language), or anybody for administrators; disable and enable."""
    changes = dict(asking.body)
    number = number_of(user_id)
    if not asking.asker.reach("user.update") and (
        number != asking.asker.id or changes.keys() - {"display_name", "language"}
    ):
        raise RightMissing
    is_disabled = changes.pop("is_disabled", None)

    def work(db: Any) -> tuple[dict[str, Any], int | None]:
        before = accounts.find_person(db, number)
        request = change_or_ask(asking, db, number, changes)
        if request is None and changes:
            asking.audit(db, "user.update", account_id=number, details={"data": dict(asking.body)})
        if is_disabled is not None and is_disabled != before.is_disabled:
            if is_disabled:
                disable(asking, db, number, is_disabled=True)
            else:
                request = enable_or_ask(asking, db, number) or request
        return representation.user(accounts.find_person(db, number)), request

    return done_or_asked(asking, work)


@users.put("/<segment:user_id>/password", may=SIGNED_IN, takes=NewPassword(), success=True)
def change_password(asking: Asking, user_id: str) -> None:
    """Change one's own password; one's other sessions end."""
    if number_of(user_id) != me(asking).id:
        raise RightMissing
    set_own_password(asking, asking.body["old"], asking.body["new"])


@users.post("/<segment:user_id>/invitation", may="user.update", gives=User())
def invite(asking: Asking, user_id: str) -> dict[str, Any]:
    """A new link with which a person chooses a password, good for seven days; earlier links are dead."""
    number = number_of(user_id)

    def work(db: Any) -> tuple[dict[str, Any], int | None]:
        account = accounts.find_person(db, number)
        link, request = link_or_ask(asking, db, number)
        return representation.user(account) | {"invitation_url": link}, request

    return done_or_asked(asking, work)


@users.delete("/<segment:user_id>", may="user.delete", success=True)
def delete(asking: Asking, user_id: str) -> None:
    """Disable a person: their sessions end, what they did stays."""
    number = number_of(user_id)
    asking.write(lambda db: disable(asking, db, number, is_disabled=True))


@roles.get("", may=SIGNED_IN, gives=RoleAnswer(), gives_many=True)
def every_role(asking: Asking) -> list[dict[str, Any]]:
    """The roles and what each may do."""
    return [
        {"id": role.id, "name": role.name, "system": role.system, "verbs": sorted(role.verbs)}
        for role in ROLES
    ]


def _readable(asking: Asking, user_id: str) -> Account:
    number = number_of(user_id)
    if number != asking.asker.id and not asking.asker.reach("user.read"):
        raise RightMissing
    found = accounts.find_account(asking.db, number)
    if found is None or found.kind != "user":
        raise AccountUnknown(id=number)
    return found
