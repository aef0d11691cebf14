"""What every page shares: who is signed in, the language, the menu, and how a form's answer is read."""

from functools import partial
from importlib.metadata import version
from typing import Any

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from forms.moment import read
from forms.projects import list_projects
from forms.sqlite import Database
from server.access import Asker
from server.edge import edge
from server.language import moment, number, translate, translate_plural
from server.route import Asking

LONGEST_FIELD = 1_000


def show(template: str, asking: Asking, **values: Any) -> str:
    """A page in the reader's language, with the menu of what they may do."""
    language: str = g.language
    settings = edge().settings
    asker = asking.asker
    return render_template(
        template,
        language=language,
        languages=settings.languages,
        version=version("fiche"),
        me=asker.account,
        csrf=asker.session.csrf if asker.session else "",
        menu=menu(asking.reading, asker) if asking.reading is not None else [],
        number=lambda value: number(language, value),
        plural=partial(translate_plural, language),
        moment=lambda value: moment(
            language, read(value) if isinstance(value, str) else value, settings.zone
        ),
        **values,
    )


def menu(db: Database, asker: Asker) -> list[tuple[str, str]]:
    """The pages that somebody may open, as (address, name)."""
    language: str = g.language
    entries = []
    if asker.reach("user.create"):
        entries.append(("/people", translate(language, "People")))
    for project in list_projects(db):
        if asker.reach("submission.list", project.id):
            label = translate(language, "Sheets")
            entries.append((f"/projects/{project.id}/sheets", f"{label} · {project.name}"))
        if asker.reach("compilation.read", project.id):
            label = translate(language, "Compilation")
            entries.append((f"/projects/{project.id}/compilations", f"{label} · {project.name}"))
        if asker.reach("field_key.list", project.id):
            label = translate(language, "Phones")
            entries.append((f"/projects/{project.id}/phones", f"{label} · {project.name}"))
    if asker.reach("audit.read"):
        entries.append(("/audit", translate(language, "Log")))
    return entries


def given(name: str) -> str:
    """What was written in a field of the form, blanks around it left out."""
    return request.form.get(name, "").strip()[:LONGEST_FIELD]


def go(address: str) -> Response:
    """On to another page once something was done: a reload does nothing twice."""
    return redirect(address, 303)


def inner_address(wanted: str) -> str:
    """An address on this server, "/" for any other: nobody is sent elsewhere after signing in."""
    is_inner = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_inner else "/"
