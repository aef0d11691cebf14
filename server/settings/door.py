"""The sections [sessions] and [budgets]: how long somebody who signed in is known, how much a phone or link sends."""

from dataclasses import dataclass
from datetime import timedelta

from marshmallow import RAISE, Schema, fields, validate


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """When a session ends by itself."""

    hours: int = 12
    """After signing in, whatever is done."""
    idle_minutes: int = 120
    """After the last request."""

    @property
    def longest(self) -> timedelta:
        """How long a session lasts at most."""
        return timedelta(hours=self.hours)

    @property
    def idle(self) -> timedelta:
        """How long it lasts without a request."""
        return timedelta(minutes=self.idle_minutes)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one phone or link may send in a day."""

    sheets: int
    megabytes: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.megabytes * 1_000_000


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """How much may be sent in a day without an account."""

    link_sheets: int = 500
    link_megabytes: int = 500
    phone_sheets: int = 2_000
    phone_megabytes: int = 5_000
    """A phone that was away for weeks sends all that it holds in one day."""

    def of(self, *, is_link: bool) -> Budget:
        """A link's, or a phone's."""
        if is_link:
            return Budget(self.link_sheets, self.link_megabytes)
        return Budget(self.phone_sheets, self.phone_megabytes)


class SessionSection(Schema):
    """[sessions]."""

    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE

    hours = fields.Integer(strict=True, validate=validate.Range(1, 168, error="1–168"))
    idle_minutes = fields.Integer(strict=True, validate=validate.Range(5, 10_080, error="5–10080"))


class BudgetSection(Schema):
    """[budgets]."""

    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE

    link_sheets = link_megabytes = phone_sheets = phone_megabytes = fields.Integer(
        strict=True, validate=validate.Range(1, 1_000_000, error="1–1000000")
    )
