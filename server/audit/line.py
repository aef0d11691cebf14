"""The lines of the log as its reader sees them: sentences in their language, with links to what they may open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import g
from markupsafe import Markup, escape

from aggregates.tallies.tally_queries import names_of_places
from forms.base.moment import read
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.places.cso_code import CsoCode
from forms.places.projects import Project, list_projects
from server.audit.sentence import NOBODY, reason_of, sentence_of
from server.identity.accounts import names_of
from server.identity.role import BY_SYSTEM
from server.review.flag_shown import OUTCOMES
from server.submissions.sheet_item import sheet_address
from server.web.route import Asking
from server.words.days import day_in_words, month_in_words
from server.words.flag_sentence import title_of_rule
from server.words.language import mark, number, translate
from sync.audits import AuditLine
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery, InboxRow

SHEET, PLACE_AND_DAY = mark("the sheet {name}"), mark("{place}, {day}")
HIDDEN = mark("the sheet (not shown here)")
"""In the trash: not even its place is told."""
CONFIDENTIAL = mark("the confidential sheet no. {number}")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line."""

    time: str
    """Of the day, in the server's timezone."""
    at: str
    """The moment, for programs that read the page."""
    sentence: Markup
    reason: str
    """What its maker wrote about it."""


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day, newest first."""

    name: str
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines speak of, read once for a page of them."""

    asking: Asking
    people: Mapping[int, str]
    projects: Mapping[int, Project]
    forms: Mapping[int, Form]
    """Of every project, by key."""
    titles: Mapping[int, str]
    sheets: Mapping[int, InboxRow]
    """Those that the reader may see."""
    places: Mapping[str, str]


def days_of(asking: Asking, lines: Sequence[AuditLine]) -> list[Day]:
    """These lines by day, newest first, also where a moment was told to the server (a demonstration does)."""
    known, zone, language = _known(asking, lines), asking.here.settings.zone, g.language
    days: dict[str, list[LogLine]] = {}
    for line in sorted(lines, key=lambda each: each.logged_at, reverse=True):
        at = read(line.logged_at).astimezone(zone)
        told = LogLine(f"{at:%H:%M}", line.logged_at, _sentence(known, line), reason_of(line))
        days.setdefault(at.date().isoformat(), []).append(told)
    return [Day(day_in_words(language, day, "EEEE d MMMM y"), tuple(told)) for day, told in days.items()]


def _known(asking: Asking, lines: Sequence[AuditLine]) -> _Known:
    db: Database = asking.db
    projects = {project.id: project for project in list_projects(db)}
    forms = {form.id: form for key in projects for form in definitions.forms_of(db, key)}
    readable = tuple(
        form.id
        for form in forms.values()
        if not form.is_confidential and asking.asker.reach("submission.read", form.project_id, form)
    )
    wanted = sorted({line.submission_id for line in lines if line.submission_id})
    sheets = {row.id: row for row in inbox_pages.of_ids(db, InboxQuery(readable), wanted)}
    sheets = {key: row for key, row in sheets.items() if _covers(asking, forms[row.form_id], row)}
    titles = {
        form.id: definitions.load_definition(db, form.current_definition_id).title
        for form in forms.values()
        if form.current_definition_id is not None
    }
    places = names_of_places(db, sorted({row.summary.place for row in sheets.values()}))
    return _Known(asking, names_of(db), projects, forms, titles, sheets, places)


def _covers(asking: Asking, form: Form, row: InboxRow) -> bool:
    reach = asking.asker.reach("submission.read", form.project_id, form)
    return reach is not None and reach.covers(row.cso)


def _sentence(known: _Known, line: AuditLine) -> Markup:
    """The sentence with its holes filled: whoever did it stands out, and what can be opened is a link."""
    language, details = g.language, line.details
    form = known.forms.get(line.form_id or 0)
    row = known.sheets.get(line.submission_id or 0)
    project = known.projects.get(line.project_id or 0)
    facts: dict[str, Any] = {name: _plain(details.get(name, "")) for name in ("name", "file", "version")}
    facts |= {
        name: number(language, int(details.get(name) or 0)) for name in ("lines", "sent", "places", "sheets")
    }
    facts |= {
        "action": line.action,
        "number": line.submission_id or "–",
        "who": Markup("<strong>{}</strong>").format(
            known.people.get(line.actor_id or 0) or translate(language, NOBODY)
        ),
        "whom": _whom(known, line),
        "role": translate(language, BY_SYSTEM[role].name)
        if (role := str(details.get("role"))) in BY_SYSTEM
        else role,
        "project": details.get("name") or (project.name if project else "–"),
        "form": known.titles.get(form.id, form.xml_form_id) if form else "–",
        "sheet": _sheet(known, row)
        if row or not (form and form.is_confidential)
        else translate(language, CONFIDENTIAL, number=str(line.submission_id)),
        "flag": title_of_rule(str(details.get("rule", "")), language),
        "decision": translate(language, OUTCOMES.get(str(details.get("decision")), "–")),
        "code": details.get("code") or details.get("cso") or "–",
        "month": _month(known, line),
        "before": CsoCode(str(details.get("from", ""))).shown or "–",
        "after": CsoCode(str(details.get("to", ""))).shown or "–",
    }
    sentence = escape(translate(language, sentence_of(line))).format(**facts)
    if line.action.startswith("plan.") and _may(known, "plan.read", line.project_id):
        return _link(f"/projects/{line.project_id}/plan", sentence)
    return sentence


def _whom(known: _Known, line: AuditLine) -> Any:
    """Whom it was done to, with the page that lists them."""
    name = known.people.get(line.account_id or 0) or _plain(line.details.get("email", "")) or "–"
    kind, project_id = line.action.partition(".")[0], line.project_id
    if kind == "user" and known.asking.asker.reach("user.create"):
        return _link("/people", name)
    if kind == "field_key" and _may(known, "field_key.list", project_id):
        return _link(f"/projects/{project_id}/phones", name)
    if kind == "public_link" and _may(known, "public_link.list", project_id):
        return _link(f"/projects/{project_id}/links", name)
    return name


def _sheet(known: _Known, row: InboxRow | None) -> Markup | str:
    language = g.language
    if row is None:
        return translate(language, HIDDEN)
    place = known.places.get(row.summary.place, row.summary.place) or known.titles.get(row.form_id, "–")
    day = day_in_words(language, row.summary.event_date, "d MMMM y")
    name = translate(language, PLACE_AND_DAY, place=place, day=day) if day else place
    return _link(
        sheet_address(known.forms[row.form_id], row.instance_id), translate(language, SHEET, name=name)
    )


def _month(known: _Known, line: AuditLine) -> Markup | str:
    month, cso = str(line.details.get("month", "")), str(line.details.get("cso", ""))
    told = month_in_words(g.language, month)
    if month and cso and _may(known, "compilation.read", line.project_id):
        return _link(f"/projects/{line.project_id}/compilations/{quote(cso, safe='')}/{month}", told)
    return told


def _may(known: _Known, verb: str, project_id: int | None) -> bool:
    return project_id in known.projects and known.asking.asker.reach(verb, project_id) is not None


def _link(address: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)


def _plain(value: object) -> str:
    return value if isinstance(value, str) and value else "–"
