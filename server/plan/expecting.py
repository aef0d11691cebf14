"""What a CSO's month was to bring and what came, for whoever shows or tells it: the one way to ask at the edge."""

from datetime import date, datetime

from aggregates.plan.expect import expected
from aggregates.plan.expectation import Animator, Field, MonthExpectation
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from server.identity.app_users import AppUser, app_users
from server.settings.settings import Settings


def expectation_of(
    db: Database, settings: Settings, project_id: int, *, cso: CsoCode, month: str, now: datetime
) -> MonthExpectation:
    """The expectation of a CSO for a month ("2020-03"), by the configuration's thresholds."""
    field = Field(cso, [animator(phone) for phone in phones_of(db, project_id, cso=cso)])
    limits = settings.reminders.limits
    return expected(db, project_id, field, Month.parse(month), today=today(settings, now), limits=limits)


def phones_of(db: Database, project_id: int, *, cso: CsoCode) -> list[AppUser]:
    """The phones in service of a CSO."""
    return [user for user in app_users(db, project_id) if CsoCode(user.cso) == cso and not user.is_revoked]


def animator(phone: AppUser) -> Animator:
    """Whose phone it is, and when it last synchronised: sent a sheet, or asked for its forms."""
    return Animator(phone.id, phone.display_name, max(phone.last_used_at or "", phone.last_seen_at or ""))


def today(settings: Settings, now: datetime) -> date:
    """The day it is where fiche works."""
    return now.astimezone(settings.zone).date()


def recent_months(day: date) -> tuple[str, str]:
    """The month of a day, and the one before it.

    >>> recent_months(date(2020, 1, 15))
    ('2020-01', '2019-12')
    """
    month = Month.of(day)
    return str(month), str(month.previous)
