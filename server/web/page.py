"""What every page shares: who is signed in, the language, the menu, and how a form's answer is read."""

from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, make_response, redirect, render_template, request
from jinja2 import FileSystemLoader
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forms.base.moment import read
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from forms.places.projects import list_projects
from server.identity import agreements
from server.identity.accounts import names_of
from server.identity.agreement import SHARED_ROLE, deed_in_words
from server.identity.form_token import token_from
from server.identity.password import new_token
from server.web.access import Asker
from server.web.asset import asset
from server.web.edge import edge
from server.web.policy import nonce
from server.web.route import Asking
from server.words.language import mark, moment, number, translate, translate_plural

LONGEST_FIELD = 1_000
VERSION = version("fiche")
OF_PROJECT = (
    ("tally.read", "counts", mark("Counts")),
    ("submission.list", "sheets", mark("Sheets")),
    ("compilation.read", "compilations", mark("Compilation")),
    ("plan.read", "plan", mark("Plan")),
    ("reminder.read", "reminders", mark("Reminders")),
    ("field_key.list", "phones", mark("Phones")),
    ("submission.create", "fill", mark("Fill a sheet")),
)
"""The pages of a project: the right that they ask for, the end of their address, their name."""
OF_SERVER = (
    ("user.create", "people", mark("People")),
    ("place.update", "places", mark("Places")),
    ("audit.read", "audit", mark("Log")),
)
WITHIN = {"sheet-views": "sheets", "phone-edits": "sheets", "links": "fill"}
"""Pages that the menu does not name, and the entry that they belong to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    address: str
    name: str
    project: str = ""
    """What stands before it: the project whose pages begin here, where there are several."""
    current: str = ""
    """What aria-current says: "page" for the page itself, "true" for one below it, "" for another."""


def prepare_templates(app: Flask) -> None:
    """Let the application find each feature's templates, with what they call: texts and assets."""
    folders = sorted(Path(__file__).parent.parent.glob("*/templates"))
    app.jinja_loader = FileSystemLoader(folders)
    app.jinja_env.globals["_"] = lambda message, **facts: translate(language(), message, **facts)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.filters["cso"] = lambda code: CsoCode(code).shown
    app.jinja_env.globals["nonce"] = nonce
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


CSRF_FIELD = Markup('<input type="hidden" name="csrf" value="{}">')
"""Of every form that changes something: without it the request is refused (`server.web.access`)."""

FORM_TOKEN_FIELD = Markup('<input type="hidden" name="form_token" value="{}" autocomplete="off">')
"""Of a form that makes something; browsers are not to put an earlier page's in its place."""


def token_of_form(asking: Asking, *wanted: str) -> str:
    """The secret of what this form makes, the same when it is sent twice (`token_from`); else one at random."""
    session = asking.asker.session
    sent = request.form.get("form_token", "")
    made = token_from(session.csrf, sent, request.path, *wanted) if session else ""
    return made or new_token()


def language() -> str:
    """The language of this page."""
    found: str = g.get("language", "fr")
    return found


def error_page(message: str, status: int, language: str) -> Response:
    """A page that says what went wrong and what to do."""
    return make_response(render_template("error.html", message=message, language=language), status)


def show(template: str, asking: Asking, **values: Any) -> str:
    """A page in the reader's language, with the menu of what they may do."""
    language: str = g.language
    settings = edge().settings
    asker = asking.asker
    return render_template(
        template,
        language=language,
        languages=settings.languages,
        version=VERSION,
        me=asker.account,
        csrf_field=CSRF_FIELD.format(asker.session.csrf if asker.session else ""),
        form_token_field=lambda: FORM_TOKEN_FIELD.format(new_token()),
        language_address=_in_language,
        menu=menu(asking.reading, asker) if asking.reading is not None else [],
        power=power_of(asking),
        number=lambda value: number(language, value),
        plural=partial(translate_plural, language),
        moment=lambda value: moment(
            language, read(value) if isinstance(value, str) else value, settings.zone
        ),
        **values,
    )


def power_of(asking: Asking) -> dict[str, Any]:
    """What a page tells case managers of changes to who reads referrals, and those who may agree of what waits."""
    roles = {given.role for given in asking.asker.assignments}
    db = asking.reading
    if db is None or not roles & {"admin", SHARED_ROLE}:
        return {"notices": [], "waiting": 0}
    waiting = agreements.waiting_requests(db, now=asking.now)
    untold = agreements.notices_of(db, asking.asker.id or 0) if SHARED_ROLE in roles else []
    names = names_of(db) if untold else {}
    return {
        "notices": [
            {
                "id": notice.id,
                "decided_at": notice.decided_at,
                "text": deed_in_words(notice, names, g.language),
            }
            for notice in untold
        ],
        "waiting": 0 if request.path == "/agreements" else len(waiting),
    }


def menu(db: Database, asker: Asker) -> list[Entry]:
    """The pages that somebody may open, and which of them they are at."""
    language: str = g.language
    projects = list_projects(db)
    entries = [Entry("/", translate(language, mark("First page")))]
    for project in projects:
        title = project.name if len(projects) > 1 else ""
        for right, page, name in OF_PROJECT:
            if asker.reach(right, project.id):
                entries.append(Entry(f"/projects/{project.id}/{page}", translate(language, name), title))
                title = ""
    is_told = any(asker.reach("confidential.submission.read", project.id) for project in projects)
    for right, page, name in OF_SERVER:
        if asker.reach(right) or (page == "audit" and is_told):
            entries.append(Entry(f"/{page}", translate(language, name)))
    return [replace(entry, current=_current(entry.address)) for entry in entries] if len(entries) > 1 else []


def _current(address: str) -> str:
    """What aria-current says of an entry on this page."""
    if request.path == address:
        return "page"
    parts = request.path.split("/")
    if len(parts) > 3:
        parts[3] = WITHIN.get(parts[3], parts[3])
    path = "/".join(parts)
    return "true" if address != "/" and f"{path}/".startswith(f"{address}/") else ""


def _in_language(language: str) -> str:
    """This page in another language, with all else that its address asks for."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*kept, ("lang", language)])


def given(name: str) -> str:
    """What was written in a field of the form, blanks around it left out."""
    return request.form.get(name, "").strip()[:LONGEST_FIELD]


def refused(page: str, status: int = 400) -> Response:
    """A page that says why nothing was done."""
    return Response(page, status=status, content_type="text/html; charset=utf-8")


def go(address: str) -> AnyResponse:
    """On to another page once something was done: a reload does nothing twice."""
    return redirect(address, 303)


def inner_address(wanted: str) -> str:
    """An address on this server, "/" for any other: nobody is sent elsewhere after signing in."""
    is_inner = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_inner else "/"
