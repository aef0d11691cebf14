"""The sections [reminders] and [smtp] of the configuration: when something is late, and how email goes out."""

from dataclasses import dataclass

from marshmallow import RAISE, Schema, fields, validate

from aggregates.plan.expectation import ExpectationLimits

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Of the week, as the configuration names them."""
SECURITIES = ("starttls", "tls", "none")


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """From when on something is late, and when coordinators are written to."""

    days_around: int = 3
    grace_days: int = 3
    late_days: int = 7
    silent_days: int = 7
    email_day: str = "monday"
    """"never" for no email by itself."""
    email_time: str = "07:00"

    @property
    def limits(self) -> ExpectationLimits:
        """What the expectation of a month goes by."""
        return ExpectationLimits(self.days_around, self.grace_days, self.late_days)


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The server that email is handed to; none where `host` is empty."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password_file: str = ""
    """Relative to the configuration; FICHE_SMTP_PASSWORD goes before it."""
    sender: str = ""


def _days(most: int) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, most, error=f"0–{most}"))


class ReminderSection(Schema):
    """[reminders]."""

    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE

    days_around = _days(15)
    grace_days = _days(60)
    late_days = _days(365)
    silent_days = _days(365)
    email_day = fields.String(validate=validate.OneOf((*DAYS, "never"), error=" | ".join((*DAYS, "never"))))
    email_time = fields.String(validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$", error="HH:MM"))


class SmtpSection(Schema):
    """[smtp]."""

    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE

    host = fields.String(validate=validate.Regexp(r"^\S*$", error='"" | "smtp.example.org"'))
    port = fields.Integer(strict=True, validate=validate.Range(1, 65_535, error="1–65535"))
    security = fields.String(validate=validate.OneOf(SECURITIES, error=" | ".join(SECURITIES)))
    user = fields.String()
    password_file = fields.String()
    sender = fields.String(
        validate=validate.Regexp(r"^$|^[^@\s]+@[^@\s]+$", error='"" | "fiche@example.org"')
    )
