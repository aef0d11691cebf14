"""What a CSO's month was to bring and what came, for whoever shows or tells it: the one way to ask at the edge."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from aggregates.plan.expect import expected_of_all
from aggregates.plan.expectation import Animator, Field, MonthExpectation
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from server.identity.app_users import AppUserRow, app_users
from server.settings.settings import Settings

Phones = Mapping[CsoCode, Sequence[AppUserRow]]
"""The phones in service by CSO."""


def expectation_of(
    db: Database, settings: Settings, project_id: int, *, cso: CsoCode, month: str, now: datetime
) -> MonthExpectation:
    """The expectation of a CSO for a month ("2020-03"), by the configuration's thresholds."""
    wanted = [(cso, month)]
    [only] = expectations_of(
        db, settings, project_id, wanted=wanted, phones=phones_by_cso(db, project_id), now=now
    )
    return only


def expectations_of(
    db: Database,
    settings: Settings,
    project_id: int,
    *,
    wanted: Sequence[tuple[CsoCode, str]],
    phones: Phones,
    now: datetime,
) -> list[MonthExpectation]:
    """The expectations of CSOs and months, in the order in which they are wanted."""
    fields = {cso: Field(cso, [animator(phone) for phone in phones.get(cso, ())]) for cso, _month in wanted}
    return expected_of_all(
        db,
        project_id,
        [(fields[cso], Month.parse(month)) for cso, month in wanted],
        today=today(settings, now),
        limits=settings.reminders.limits,
    )


def phones_of(db: Database, project_id: int, *, cso: CsoCode) -> Sequence[AppUserRow]:
    """The phones in service of a CSO."""
    return phones_by_cso(db, project_id).get(cso, ())


def phones_by_cso(db: Database, project_id: int) -> Phones:
    """The phones in service of a project."""
    phones: dict[CsoCode, list[AppUserRow]] = {}
    for user in app_users(db, project_id):
        if not user.is_revoked:
            phones.setdefault(CsoCode(user.cso), []).append(user)
    return phones


def animator(phone: AppUserRow) -> Animator:
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
