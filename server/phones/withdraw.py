"""A project's phone as somebody may see it, and withdrawing it: API and page alike."""

from forms.base.sqlite import Database
from server.base.whole_number import whole_number
from server.identity import app_users as kept
from server.identity.app_users import AppUserUnknown
from server.web.route import Asking


def remove_phone(asking: Asking, db: Database, phone: kept.AppUserRow) -> None:
    """Withdraw a phone and leave it out of the list, in the caller's transaction."""
    kept.delete_app_user(db, phone.id, now=asking.now)
    asking.audit(db, "field_key.delete", account_id=phone.id)


def find_phone(asking: Asking, db: Database, phone_id: str) -> kept.AppUserRow:
    """A phone of the project in the address that the asker may see. Raises AppUserUnknown."""
    number = whole_number(phone_id)
    if number is None:
        raise AppUserUnknown(id=phone_id)
    phone = kept.find_app_user(db, number)
    if phone.project_id != asking.the_project.id or not asking.reach.covers(phone.cso):
        raise AppUserUnknown(id=phone_id)
    return phone
