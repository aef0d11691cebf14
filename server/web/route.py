"""One way for every address but those of phones: who asks, does it exist, may they, what do they send; then the view.

A view states its rule (`may`), its schemas (`takes`, `asks`, `gives`) and its name where it is declared; nothing
else decides on access, and the description at /v1/openapi.json is written from the same lines.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, request
from marshmallow import Schema

from forms.base.by import By
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.places.projects import Project, ProjectUnknown, find_project
from server.base import clock
from server.base.refusals import AddressUnknown, FormNotOffered, RequestUnreadable, WrongType
from server.base.whole_number import whole_number
from server.web.access import LARGEST_FORM, Asker, Reach, asker, refuse
from server.web.edge import Edge, edge
from server.web.validated import load
from sync import audits
from sync.audits import About
from sync.intake import submissions
from sync.intake.receive import FormUnknown
from sync.lists.selection import Selection

ANYONE = "anyone"
"""In place of a verb: no account is needed."""
SIGNED_IN = "signed in"
"""In place of a verb: any person, whatever their roles."""
LARGEST_BODY = LARGEST_FORM
"""Of a JSON body or a page's form; forms, sheets and files have limits of their own."""
Work = TypeVar("Work")


@dataclass(frozen=True)
class Asking:
    """A request that was let in, as a view sees it."""

    asker: Asker
    now: datetime
    project: Project | None = None
    form: Form | None = None
    reach: Reach = field(default_factory=Reach)
    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    reading: Database | None = None

    @property
    def here(self) -> Edge:
        """The settings, the database and the blobs."""
        return edge()

    @property
    def db(self) -> Database:
        """The database as it was when the request came; for views that read."""
        assert self.reading is not None
        return self.reading

    @property
    def the_project(self) -> Project:
        """The project in the address."""
        assert self.project is not None
        return self.project

    @property
    def the_form(self) -> Form:
        """The form in the address."""
        assert self.form is not None
        return self.form

    @cached_property
    def is_extended(self) -> bool:
        """Whether lists and objects are wanted richer (X-Extended-Metadata)."""
        return request.headers.get("X-Extended-Metadata", "").lower() == "true"

    def write(self, work: Callable[[Database], Work]) -> Work:
        """Do a piece of work as a writer; when this returns it is on the disk."""
        return edge().storage.write(work)

    @contextmanager
    def again(self) -> Iterator["Asking"]:
        """The same request with the database open anew, to show what is there after a piece of work or a refusal."""
        with edge().storage.reading() as db:
            yield replace(self, reading=db)

    def audit(
        self, db: Database, action: str, *, details: dict[str, Any] | None = None, **about: int | None
    ) -> None:
        """Write down who did what, in the transaction of what was done."""
        project_id = self.project.id if self.project else None
        form_id = self.form.id if self.form else None
        named = About(**{"project_id": project_id, "form_id": form_id, **about})
        notes = request.headers.get("X-Action-Notes")
        audits.append(db, action, By(self.asker.id, self.now), named, details=details, notes=notes)

    def selection(self, **more: Any) -> Selection:
        """The submissions of the form in the address that this asker may see."""
        return Selection(self.the_form.id, self.reach.csos, **more)


@dataclass(frozen=True, slots=True)
class Route:
    """One address with one method."""

    name: str
    method: str
    path: str
    """As Flask writes it, from /v1 on."""
    may: str
    view: Callable[..., Any]
    takes: Schema | None = None
    """Of a JSON body."""
    takes_media: tuple[str, ...] = ()
    """Media types of a body that is no JSON."""
    asks: Schema | None = None
    """Of the query string."""
    gives: Schema | None = None
    gives_many: bool = False
    gives_media: tuple[str, ...] = ()
    """Media types of an answer that is no JSON."""
    options: tuple[Mapping[str, Any], ...] = ()
    """Further parameters of the query string, as OpenAPI writes them, read by the view itself."""
    success: bool = False
    """Whether it answers {"success": true}."""

    @property
    def is_page(self) -> bool:
        """Whether people read its answer, and the description leaves it out."""
        return not self.path.startswith("/v1")

    @property
    def summary(self) -> str:
        """The first line of the view's docstring."""
        return (self.view.__doc__ or "").strip().partition("\n")[0]


ROUTES: list[Route] = []
"""Every route, in the order of declaration."""


class Resource:
    """A group of routes under one address."""

    def __init__(self, name: str, prefix: str) -> None:
        self.name = name
        self.prefix = prefix
        self.blueprint = Blueprint(f"route_{name}", __name__)

    def route(self, method: str, path: str, *, may: str, **schemas: Any) -> Callable[[Any], Any]:
        """Declare a view."""

        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            route = Route(f"{self.name}.{view.__name__}", method, self.prefix + path, may, view, **schemas)
            ROUTES.append(route)
            self.blueprint.add_url_rule(
                route.path,
                endpoint=f"{view.__name__}_{method.lower()}_{len(ROUTES)}",
                view_func=lambda **values: handle(route, values),
                methods=[method],
            )
            return view

        return declare

    def get(self, path: str, *, may: str, **schemas: Any) -> Callable[[Any], Any]:
        """Declare a view that reads."""
        return self.route("GET", path, may=may, **schemas)

    def post(self, path: str, *, may: str, **schemas: Any) -> Callable[[Any], Any]:
        """Declare a view that adds or acts."""
        return self.route("POST", path, may=may, **schemas)

    def put(self, path: str, *, may: str, **schemas: Any) -> Callable[[Any], Any]:
        """Declare a view that replaces."""
        return self.route("PUT", path, may=may, **schemas)

    def patch(self, path: str, *, may: str, **schemas: Any) -> Callable[[Any], Any]:
        """Declare a view that changes."""
        return self.route("PATCH", path, may=may, **schemas)

    def delete(self, path: str, *, may: str, **schemas: Any) -> Callable[[Any], Any]:
        """Declare a view that removes."""
        return self.route("DELETE", path, may=may, **schemas)


def handle(route: Route, values: dict[str, Any]) -> Response:
    """One request, from the door to its answer."""
    if route.method == "GET":
        with edge().storage.reading() as db:
            asking = enter(db, route, values)
            response = answer(route, route.view(asking, **values))
            note_reading(asking, route, values, response.status_code)
            return response
    with edge().storage.reading() as db:
        asking = enter(db, route, values)
    if not route.takes_media:
        request.max_content_length = LARGEST_BODY
    body = {} if route.takes is None else load(route.takes, _json())
    asking = replace(asking, reading=None, body=body)  # what is written is asked of the writer's database
    return answer(route, route.view(asking, **values))


def note_reading(asking: Asking, route: Route, values: Mapping[str, Any], status: int) -> None:
    """Write down who read what of a confidential form, before the answer leaves (domain page § 11).

    Every way to such a sheet comes through here, whatever its address gives: what cannot be written down is not read.
    A list is noted as one line that names the form.
    """
    form = asking.form
    if form is None or not form.is_confidential or not route.may.startswith("submission.") or status >= 400:
        return
    instance_id = values.get("instance_id")
    version = submissions.find_version(asking.db, form.id, instance_id) if instance_id else None
    action = "submission.read" if instance_id else "submission.list"
    about = {"submission_id": version.submission_id if version else None}
    asking.write(lambda db: asking.audit(db, action, details={"address": route.name}, **about))


def enter(db: Database, route: Route, values: dict[str, Any]) -> Asking:
    """Let a request in: what it names exists (404), and whoever asks may do this there (401, 403).

    `project_id` and `form_id` are taken out of `values`.
    """
    now = clock.now()
    person = _visitor(db, route, now) if route.may == ANYONE else asker(db, now=now)
    is_translated = "lang" in request.args  # on a page that is opened with a link the reader may choose
    if person.is_phone and person.account and person.account.language and not is_translated:
        g.language = person.account.language
    project = form = None
    if "project_id" in values:
        project = the_project(db, values.pop("project_id"))
    if project is not None and "form_id" in values:
        form = the_form(db, project, values.pop("form_id"))
    reach = let_in(person, route.may, project, form)
    query = load(route.asks, request.args.to_dict()) if route.asks else {}
    return Asking(person, now, project, form, reach, query=query, reading=db)


def _visitor(db: Database, route: Route, now: datetime) -> Asker:
    """Who looks at a page that is open to all: somebody known, if their browser says so."""
    if route.is_page:
        with suppress(Refusal):
            return asker(db, now=now)
    return Asker(None)


def let_in(person: Asker, may: str, project: Project | None, form: Form | None) -> Reach:
    """How far the asker's right goes. Raises NotSignedIn or RightMissing; FormUnknown for a draft's stranger."""
    if may == ANYONE:
        return Reach()
    if may == SIGNED_IN:
        if person.account is None:
            refuse(person)
        if person.is_phone:
            raise AddressUnknown  # Central: users/current is 404 for a phone
        return Reach()
    project_id = project.id if project else None
    verbs = (may, f"open_{may}") if may in ("form.read", "form.list") else (may,)
    reaches = [reach for verb in verbs if (reach := person.reach(verb, project_id, form))]
    if not reaches:
        refuse(person)
    if (
        form
        and form.state == "closed"
        and not person.reach("form.read", project_id, form)
        and may == "form.read"
    ):
        raise FormNotOffered(form_id=form.xml_form_id)
    if form and form.current_definition_id is None and not person.reach("form.update", project_id, form):
        raise FormUnknown(form_id=form.xml_form_id)
    return reaches[0]


def the_project(db: Database, written: str) -> Project:
    """The project of an address. Raises WrongType where it is no number, ProjectUnknown where there is none."""
    number = whole_number(written)
    if number is None:
        raise WrongType(field="projectId", value=written, expected="integer")
    project = find_project(db, number)
    if project is None:
        raise ProjectUnknown(project=written)
    return project


def the_form(db: Database, project: Project, xml_form_id: str) -> Form:
    """The form of an address, drafts too. Raises FormUnknown."""
    form = definitions.find_form(db, project.id, xml_form_id)
    if form is None:
        raise FormUnknown(form_id=xml_form_id)
    return form


def answer(route: Route, given: Any) -> Response:
    """What a view gave, as it goes over the line."""
    if isinstance(given, Response):
        return given
    if isinstance(given, str):  # a page
        return Response(given, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})
    if route.success:
        return jsonify({"success": True})
    told = given if route.gives is None else route.gives.dump(given, many=route.gives_many)
    response = jsonify(told)
    if route.method == "GET":
        response.add_etag(weak=True)
        response.make_conditional(request)
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def stream(chunks: Iterable[bytes], content_type: str) -> Response:
    """An answer that is sent while it is made."""
    return Response(chunks, content_type=content_type, direct_passthrough=False)


def _json() -> Any:
    if not request.get_data(cache=True):
        return {}
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:
        raise RequestUnreadable(reason="JSON") from None
    if body is None or (b"\\u" in request.get_data().lower() and not _is_text(body)):
        raise RequestUnreadable(reason="JSON")
    return body


def _is_text(body: Any) -> bool:
    """Whether all of it can be written down: half a surrogate pair, which JSON may escape, is no letter."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True
