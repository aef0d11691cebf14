"""What administrators and people do with accounts, in the caller's transaction or their own: API and pages alike."""

from typing import Any

from server.base.refusals import AddressUnknown
from server.base.whole_number import whole_number
from server.identity import accounts, attempts, invitations, sessions
from server.identity.accounts import Account, PasswordWrong
from server.identity.password import check_strength
from server.web.address import server_address
from server.web.route import Asking


def set_own_password(asking: Asking, old: str, new: str) -> None:
    """Put a new password in place of the asker's present one.

    Raises PasswordWrong, `server.identity.password.PasswordTooShort`, PasswordTooWeak, or TooManyAttempts.
    """
    account = me(asking)
    with asking.here.storage.reading() as db:
        attempts.refuse_too_many(db, email=account.email, address="", now=asking.now)
        is_right = accounts.has_this_password(db, account.id, old)
    if not is_right:
        asking.write(lambda db: attempts.note_failure(db, email=account.email, address="", now=asking.now))
        raise PasswordWrong
    check_strength(new, account.email)

    def work(db: Any) -> None:
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


def invitation_link(asking: Asking, db: Any, account_id: int) -> str:
    """A new link with which a person chooses a password; earlier ones are dead."""
    token = invitations.invite(db, account_id, now=asking.now)
    return f"{server_address(asking.here.settings)}/invitation/{token}"


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
