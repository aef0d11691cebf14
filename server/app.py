"""Ties everything to one Flask application, once. Holds no logic of its own."""

import logging
import time
from uuid import uuid4

from flask import Flask, Response, g, jsonify, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from forms.base.blobs import BlobStore
from forms.base.refusal import Refusal
from server.addresses import blueprints
from server.base.refusals import (
    AddressUnknown,
    MethodUnknown,
    NotSignedIn,
    RequestTooLarge,
    RequestUnreadable,
)
from server.intake.body import BodyBroken
from server.openrosa.phones import openrosa_response
from server.people.onward import to_sign_in
from server.problems import FEATURES
from server.settings.settings import Settings
from server.slow_reader import let_go_of_views
from server.store.database import Storage
from server.store.full_disk import DiskFull, DiskReadOnly, NoRoom, NothingWritten, is_disk_full, is_read_only
from server.web.access import LARGEST_FORM, MEGABYTE
from server.web.compression import compress
from server.web.edge import Edge, edge
from server.web.page import error_page, prepare_templates
from server.web.policy import add_guard, refuse_strangers_page, refuse_to_run
from server.web.problem import problem_of, register, sentence
from server.web.request_log import log_request
from server.web.request_path import RequestPath, Segment
from server.words.language import mark, translate

log = logging.getLogger(__name__)

UNEXPECTED = mark("Try again later: something went wrong on the server (number {request_id}).")


def create_app(settings: Settings, storage: Storage, blobs: BlobStore) -> Flask:
    """The application over a database and a blob store. Opens neither before the first request."""
    app = Flask("server", static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.redirect_defaults = False
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["fiche"] = Edge(settings, storage, blobs)
    app.url_map.converters["segment"] = Segment
    app.wsgi_app = RequestPath(app.wsgi_app)  # type: ignore[method-assign]
    prepare_templates(app)
    register(FEATURES)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    app.before_request(begin)
    app.after_request(finish)
    app.register_error_handler(Refusal, refuse)
    app.register_error_handler(HTTPException, refuse_http)
    app.register_error_handler(Exception, fail)
    return app


def begin() -> None:
    """Note when a request began, and in which language it is answered until more is known. Raises NotToBeRun or
    SentFromElsewhere.
    """
    g.started = time.perf_counter()
    g.request_id = uuid4().hex[:12]
    settings = edge().settings
    g.language = settings.language
    asked = request.args.get("lang")
    if asked in settings.languages:
        g.language = asked
    elif not is_openrosa():  # phones send no Accept-Language (OR-03)
        g.language = request.accept_languages.best_match(settings.languages, settings.language)
    refuse_to_run()
    refuse_strangers_page()


def finish(response: Response) -> Response:
    """Add what every answer carries, and write the request's line."""
    here = edge()
    response = let_go_of_views(compress(response), here.storage, here.settings.data_directory)
    request_id = g.get("request_id", "–")
    response.headers["X-Request-Id"] = request_id
    add_guard(response)
    if (
        response.mimetype == "text/html"
    ):  # a shared laptop shows no page of whoever signed out, not even going back
        response.headers.setdefault("Cache-Control", "no-store")
    log_request(
        request.method,
        request.path,
        status=response.status_code,
        milliseconds=(time.perf_counter() - g.get("started", 0.0)) * 1000,
        request_id=request_id,
    )
    return response


def refuse(refusal: Refusal) -> Response:
    """Tell somebody what is theirs to mend: XML for phones, JSON for programs, a page for people."""
    problem = problem_of(refusal)
    language = g.get("language") or edge().settings.language
    message = sentence(refusal, language)
    log.info("refused %s code=%s id=%s", type(refusal).__name__, problem.code, g.get("request_id", "–"))
    if is_openrosa():
        return openrosa_response("error", message, problem.status)
    if isinstance(refusal, NotSignedIn) and not request.path.startswith("/v1"):
        return redirect(to_sign_in(), 303)  # type: ignore[return-value]
    if request.path.startswith("/v1"):
        told: dict[str, object] = {"code": problem.code, "message": message}
        facts = details(refusal)
        response = jsonify(told | {"details": facts} if facts else told)
        response.status_code = problem.status
        if problem.code == 401.2:
            response.headers["WWW-Authenticate"] = 'Bearer realm="fiche"'
        if "seconds" in refusal.facts:
            response.headers["Retry-After"] = str(refusal.facts["seconds"])
        return response
    return error_page(message, problem.status, language)


def refuse_http(error: HTTPException) -> Response:
    """The web framework's own errors, told as ours."""
    if isinstance(error, RequestRedirect):
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, NotFound):
        return refuse(AddressUnknown())
    if isinstance(error, MethodNotAllowed):
        return refuse(MethodUnknown())
    if isinstance(error, RequestEntityTooLarge):
        return refuse(RequestTooLarge(limit=LARGEST_FORM // MEGABYTE))
    if error.code == 400:
        return refuse(
            BodyBroken(reason=error.name) if is_openrosa() else RequestUnreadable(reason=error.name)
        )
    return fail(error)


def fail(error: Exception) -> Response:
    """What nobody foresaw: logged whole, told with a number alone. A disk that takes nothing is told as what it is."""
    request_id = g.get("request_id", "–")
    folder = edge().storage.path.parent
    if is_read_only(error, folder):
        log.error("the data cannot be written to: %s id=%s", error, request_id)
        return refuse(DiskReadOnly() if is_openrosa() else NothingWritten())
    if is_disk_full(error, folder):
        log.error("the disk is full: id=%s", request_id)
        return refuse(DiskFull() if is_openrosa() else NoRoom())
    log.error("failed id=%s", request_id, exc_info=error)
    message = translate(g.get("language", "fr"), UNEXPECTED, request_id=request_id)
    if is_openrosa():
        return openrosa_response("error", message, 500)
    if request.path.startswith("/v1"):
        response = jsonify({"code": 500.1, "message": message})
        response.status_code = 500
        return response
    return error_page(message, 500, g.get("language", "fr"))


def is_openrosa() -> bool:
    """Whether a phone is asking: it says so with OpenRosa's header, or by the address."""
    return "X-OpenRosa-Version" in request.headers or request.blueprint in OPENROSA


OPENROSA = ("openrosa", "openrosa_trial")


def details(refusal: Refusal) -> dict[str, object]:
    """The facts of an error, for programs."""
    return {
        name: value
        for name, value in refusal.facts.items()
        if isinstance(value, str | int | float | dict)
        or (isinstance(value, tuple) and all(isinstance(part, str | int) for part in value))
    }
