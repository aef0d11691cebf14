"""What an animator is told, as a message to copy into WhatsApp or an SMS: short, friendly, what to do."""

from typing import Any

from server.reminders.reminding import Missing, Personal, ToCorrect
from server.words.days import day_in_words, month_in_words
from server.words.language import mark, translate, translate_plural

MOST_LINES = 12


def message_to(personal: Personal, language: str) -> str:
    """The message to one animator."""

    def said(text: str, **facts: Any) -> str:
        return translate(language, text, **facts)

    lines = [said(mark("Hello {name},"), name=personal.animator)]
    missing = sum(session.count for session in personal.missing)
    if missing:
        lines.append(
            translate_plural(language, "{count} sheet is missing:", "{count} sheets are missing:", missing)
        )
        lines += _listed(
            [f"- {missing_in_words(session, language)}" for session in personal.missing], language
        )
    if personal.to_correct:
        lines.append(
            translate_plural(
                language,
                "{count} sheet is to be corrected:",
                "{count} sheets are to be corrected:",
                len(personal.to_correct),
            )
        )
        lines += _listed(
            [f"- {correction_in_words(correction, language)}" for correction in personal.to_correct], language
        )
    if personal.silence is not None:
        lines.append(silence_in_words(personal.silence.days, language))
    if missing:
        lines.append(
            said(mark("If a session was not held, send its sheet all the same: put off, or called off."))
        )
    lines.append(said(mark("Open Collect where there is a network and send what is finished. Thank you!")))
    return "\n".join(lines)


def missing_in_words(session: Missing, language: str) -> str:
    """Which sheet is missing: where, when, what."""
    when = day_in_words(language, session.day) if session.day else month_in_words(language, session.month)
    words = [session.place, when, *([session.activity] if session.activity else [])]
    if session.count > 1:
        words.append(translate_plural(language, "{count} session", "{count} sessions", session.count))
    return ", ".join(words)


def correction_in_words(correction: ToCorrect, language: str) -> str:
    """Which sheet is to be corrected, and why."""
    day = correction.sheet.event_date
    words = ", ".join(part for part in (correction.place, day_in_words(language, day) if day else "") if part)
    reason = " ".join(correction.sheet.reason.split())
    if not reason:
        return words
    return translate(language, mark("{what}: “{reason}”"), what=words, reason=reason)


def silence_in_words(days: int | None, language: str) -> str:
    """How long the phone has sent nothing."""
    if days is None:
        return translate(language, mark("Your phone has sent nothing yet."))
    return translate_plural(
        language,
        "Your phone has sent nothing for {count} day.",
        "Your phone has sent nothing for {count} days.",
        days,
    )


def _listed(lines: list[str], language: str) -> list[str]:
    if len(lines) <= MOST_LINES:
        return lines
    rest = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], translate_plural(language, "- and {count} more", "- and {count} more", rest)]
