"""The pages people read: rendered here, every asset from this machine."""

from flask import Flask, Response, make_response, render_template

from server.language import translate
from server.pages import compilations, home, log, people, phones, sheets, signing_in


def register(app: Flask) -> None:
    """Add the pages, their templates and their assets to the application."""
    app.jinja_env.globals["_"] = lambda message, **facts: translate(home.language(), message, **facts)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(home.blueprint)
    for page in (home, signing_in, people, phones, sheets, compilations, log):
        app.register_blueprint(page.resource.blueprint)


def error_page(message: str, status: int, language: str) -> Response:
    """A page that says what went wrong and what to do."""
    return make_response(render_template("error.html", message=message, language=language), status)
