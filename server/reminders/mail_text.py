"""A reminder to a coordinator as an email: plain text, and the same as simple HTML, in her language."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from html import escape

from server.identity.accounts import Account
from server.reminders.reminding import Reminders, Silence
from server.reminders.text import correction_in_words, message_to, missing_in_words
from server.words.days import month_in_words
from server.words.language import mark, translate, translate_plural

Section = tuple[str, list[str]]
MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Letterhead:
    """From where a reminder comes."""

    project: str
    """Its name."""
    sender: str
    """The email address."""
    address: str
    """Of the page of reminders."""


def reminder_mail(
    reminders: Reminders, person: Account, letterhead: Letterhead, *, language: str, seconds: float
) -> EmailMessage:
    """The message; `seconds` is the moment since 1970."""
    sender, address = letterhead.sender, letterhead.address
    csos = ", ".join(cso.shown for cso in reminders.csos)
    message = EmailMessage()
    subject = translate(
        language,
        mark("{cso}: missing sheets {missing}, silent phones {silent}, to correct {correct}"),
        cso=csos,
        missing=reminders.missing_count,
        silent=len(reminders.silent),
        correct=len(reminders.to_correct),
    )
    message["Subject"] = " ".join(subject.split())
    message["From"] = f"fiche <{sender}>"
    message["To"] = person.email
    message["Date"] = formatdate(seconds)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    opening = [
        translate(language, mark("Hello {name},"), name=person.display_name),
        translate(
            language,
            mark("here is what is missing in {project}, {months}."),
            project=letterhead.project,
            months=", ".join(month_in_words(language, month) for month in reminders.months),
        ),
    ]
    sections = _sections(reminders, language)
    closing = translate(
        language, mark("All of it, with messages to copy for each animator: {address}"), address=address
    )
    message.set_content(_plain(opening, sections, closing))
    message.add_alternative(_html(opening, sections, closing, language, address), subtype="html")
    return message


def _sections(reminders: Reminders, language: str) -> list[Section]:
    missing = [
        f"{session.animator or '–'} · {missing_in_words(session, language)}"
        + (f" ({translate(language, mark('overdue'))})" if session.is_overdue else "")
        for session in reminders.missing
    ]
    silent = [
        f"{silent_animator.animator} · {silence(silent_animator, language)}"
        for silent_animator in reminders.silent
    ]
    correct = [
        f"{correction.animator or '–'} · {correction_in_words(correction, language)}"
        for correction in reminders.to_correct
    ]
    messages = [message_to(reminder, language) for reminder in reminders.personal()]
    return [
        (heading, lines[:MOST_LINES])
        for heading, lines in (
            (translate(language, mark("Sheets that did not come")), missing),
            (translate(language, mark("Phones that have sent nothing for long")), silent),
            (translate(language, mark("Sheets that wait for a correction")), correct),
            (translate(language, mark("Messages to copy")), messages),
        )
        if lines
    ]


def silence(each: Silence, language: str) -> str:
    """How long a phone has sent nothing, for whoever reads of several."""
    if each.days is None:
        return translate(language, mark("nothing yet"))
    return translate_plural(language, "{count} day", "{count} days", each.days)


def _plain(opening: list[str], sections: list[Section], closing: str) -> str:
    parts = ["\n\n".join(opening)]
    for heading, lines in sections:
        apart = "\n\n" if any("\n" in line for line in lines) else "\n"
        parts.append(f"{heading}\n{'-' * len(heading)}\n{apart.join(lines)}")
    return "\n\n".join([*parts, closing, ""])


def _html(opening: list[str], sections: list[Section], closing: str, language: str, address: str) -> str:
    body = [f"<p>{escape(sentence)}</p>" for sentence in opening]
    for heading, lines in sections:
        body.append(f"<h2>{escape(heading)}</h2>")
        if any("\n" in line for line in lines):
            body += [f"<blockquote>{escape(line).replace(chr(10), '<br>')}</blockquote>" for line in lines]
        else:
            body.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")
    link = f'<a href="{escape(address)}">{escape(address)}</a>'
    body.append(f"<p>{escape(closing).replace(escape(address), link)}</p>")
    return f'<!doctype html><html lang="{language}"><meta charset="utf-8"><body>{"".join(body)}</body></html>'
