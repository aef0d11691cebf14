"""Hands an email over to the server of the configuration. The password is read when it is needed and never told."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from forms.base.refusal import Refusal
from server.settings.reminders import SmtpSettings

SECONDS = 30
PASSWORD = "FICHE_SMTP_PASSWORD"  # noqa: S105  the name of a variable


REASONS = (
    (smtplib.SMTPAuthenticationError, "password"),
    (smtplib.SMTPNotSupportedError, "not_offered"),
    (smtplib.SMTPException, "server"),
    (ssl.SSLError, "tls"),
    (OSError, "unreachable"),
)
"""What went wrong, by the error that tells it; the first that fits."""


class MailNotConfigured(Refusal):
    """The configuration names no server for email."""


class MailRefused(Refusal):
    """The email could not be handed over (`reason`: a word; `host`; `told`: what the server said)."""


@contextmanager
def connected(settings: SmtpSettings, folder: Path) -> Iterator[smtplib.SMTP]:
    """A line to the server, signed in. `folder` is that of the configuration.

    Raises MailNotConfigured or MailRefused, also for what fails while it is used.
    """
    if not settings.host:
        raise MailNotConfigured
    password = _password(settings, folder)
    try:
        with _opened(settings) as line:
            if settings.security == "starttls":
                line.starttls(context=ssl.create_default_context())
            if settings.user:
                line.login(settings.user, password)
            yield line
    except smtplib.SMTPRecipientsRefused as error:
        raise MailRefused(reason="recipient", host=settings.host, told=", ".join(error.recipients)) from None
    except UnicodeError:  # signs that cannot be sent; what they are is not told
        raise MailRefused(reason="password", host=settings.host, told="ASCII") from None
    except OSError as error:  # as all errors of SMTP and of TLS are
        reason = next(word for kind, word in REASONS if isinstance(error, kind))
        raise MailRefused(reason=reason, host=settings.host, told=_said(error)) from None


def sender_of(settings: SmtpSettings) -> str:
    """The address that email comes from."""
    return settings.sender or (settings.user if "@" in settings.user else f"fiche@{settings.host}")


def hand_over(line: smtplib.SMTP, message: EmailMessage) -> None:
    """Send one message over an open line; its recipients are those of its headings."""
    line.send_message(message)


def _opened(settings: SmtpSettings) -> smtplib.SMTP:
    if settings.security == "tls":
        return smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    return smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)


def _password(settings: SmtpSettings, folder: Path) -> str:
    given = os.environ.get(PASSWORD, "")
    if given or not settings.password_file:
        return given
    path = folder / settings.password_file
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise MailRefused(reason="password_file", host=settings.host, told=str(path)) from None


def _said(error: Exception) -> str:
    """What the server said, in one line; it never repeats a password."""
    told = str(error)
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        told = f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return " ".join(told.split())[:300]
