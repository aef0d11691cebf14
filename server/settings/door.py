"""The section [sessions] of the configuration: how long somebody who signed in is known."""

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


class SessionSection(Schema):
    """[sessions]."""

    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE

    hours = fields.Integer(strict=True, validate=validate.Range(1, 168, error="1–168"))
    idle_minutes = fields.Integer(strict=True, validate=validate.Range(5, 10_080, error="5–10080"))
