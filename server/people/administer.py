"""What administrators and people do with accounts, in the caller's transaction or their own: API and pages alike."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from forms.base.by import By
from server.base.refusals import AddressUnknown
from server.base.whole_number import whole_number
from server.identity import (
    accounts,
    agreements,
    assignments,
    attempts,
    invitations,
    password_queue,
    sessions,
)
from server.identity.accounts import Account, PasswordWrong
from server.identity.agreement import CHANGE, ENABLE, LINK, SHARED_ROLE, SecondPersonNeeded
from server.identity.password import check_strength
from server.people import agreeing
from server.web.address import server_address
from server.web.route import Asking

Done = TypeVar("Done")


def set_own_password(asking: Asking, old: str, new: str) -> None:
    """Put a new password in place of the asker's present one.

    Raises PasswordWrong, `server.identity.password.PasswordTooShort`, PasswordTooWeak, TooManyAttempts or
    SigningInBusy.
    """
    account = me(asking)
    attempt = attempts.Attempt(account.email, "", asking.asker.token or "own")
    is_slowed = asking.write(lambda db: attempts.count_attempt(db, attempt, now=asking.now))
    with password_queue.turn(is_slowed=is_slowed), asking.here.storage.reading() as db:
        is_right = accounts.has_this_password(db, account.id, old)
    if not is_right:
        raise PasswordWrong
    check_strength(new, account.email)

    def work(db: Any) -> None:
        attempts.forget_failures(db, attempt)
        accounts.set_password(db, account.id, new, now=asking.now)
        sessions.end_sessions_of(db, account.id, but=asking.asker.token)
        invitations.end_invitations(db, account.id)
        asking.audit(db, "user.update", account_id=account.id, details={"data": {"password": True}})

    asking.write(work)


def disable(asking: Asking, db: Any, account_id: int, *, is_disabled: bool) -> None:
    """Let a person sign in no more, or again; in the caller's transaction."""
    accounts.set_disabled(db, account_id, is_disabled=is_disabled, now=asking.now)
    if is_disabled:
        sessions.end_sessions_of(db, account_id)
        invitations.end_invitations(db, account_id)
    asking.audit(db, "user.delete" if is_disabled else "user.restore", account_id=account_id)


def invitation_link(asking: Asking, db: Any, account_id: int, token: str = "") -> str:
    """A new link with which a person chooses a password; earlier ones are dead. `token`: "" for one at random."""
    return address_of_invitation(asking, invitations.invite(db, account_id, now=asking.now, token=token))


def address_of_invitation(asking: Asking, token: str) -> str:
    """The link with this token."""
    return f"{server_address(asking.here.settings)}/invitation/{token}"


def by(asking: Asking) -> By:
    """Whoever asks, now."""
    return By(asking.asker.id, asking.now)


def done_or_asked(asking: Asking, work: Callable[[Any], tuple[Done, int | None]]) -> Done:
    """What a piece of work gives, when it is on the disk; it may have asked for a second person instead (a number).

    Raises SecondPersonNeeded then.
    """
    done, number = asking.write(work)
    if number is not None:
        raise SecondPersonNeeded(number=number)
    return done


def link_or_ask(asking: Asking, db: Any, account_id: int) -> tuple[str, int | None]:
    """A new link for a person, or the number of the request for one where two have to give it."""
    if agreements.is_shared(db, account_id):
        return "", agreeing.ask(db, LINK, account_id, by(asking))
    asking.audit(db, "user.password.reset", account_id=account_id)
    return invitation_link(asking, db, account_id), None


def enable_or_ask(asking: Asking, db: Any, account_id: int) -> int | None:
    """Let a person sign in again, or ask for it where two have to; gives the request's number."""
    if agreements.is_shared(db, account_id):
        return agreeing.ask(db, ENABLE, account_id, by(asking))
    disable(asking, db, account_id, is_disabled=False)
    return None


def change_or_ask(asking: Asking, db: Any, account_id: int, changes: dict[str, str]) -> int | None:
    """Change a person, or ask for it where two have to: who reads referrals, and whose; gives the request's number."""
    before = accounts.find_person(db, account_id)
    told = {"email": before.email, "cso": before.cso}
    is_power = any(name in changes and changes[name] != told[name] for name in told)
    if is_power and agreements.is_shared(db, account_id):
        return agreeing.ask(db, CHANGE, account_id, by(asking), changes=changes)
    accounts.update_person(db, account_id, changes, now=asking.now)
    return None


def assign_or_ask(
    asking: Asking, db: Any, account_id: int, role: str, place: Mapping[str, int | None]
) -> int | None:
    """Give a role at a place, or ask for it where two have to; gives the request's number."""
    held = assignments.assignments_of(db, account_id)
    if role == SHARED_ROLE and not any(
        (given.role, given.project_id, given.form_id) == (role, place.get("project_id"), place.get("form_id"))
        for given in held
    ):
        return agreeing.ask_for_role(db, account_id, by(asking), **place)
    if assignments.assign(db, account_id, role, **place):
        asking.audit(db, "user.assignment.create", account_id=account_id, details={"role": role}, **place)
    return None


def me(asking: Asking) -> Account:
    """The account of whoever asks, who is signed in."""
    assert asking.asker.account is not None
    return asking.asker.account


def number_of(written: str) -> int:
    """The id of an account in an address. Raises AddressUnknown where it is no number."""
    number = whole_number(written)
    if number is None:
        raise AddressUnknown
    return number
