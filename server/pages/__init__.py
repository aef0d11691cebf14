"""The pages people read: rendered here, every asset from this machine."""

from flask import Flask, Response, make_response, render_template

from server.language import translate
from server.pages import (
    beside,
    compilations,
    correcting,
    count_sheets,
    counts,
    decisions,
    filling,
    home,
    inbox,
    inbox_file,
    links,
    log,
    people,
    phone_edits,
    phones,
    plan,
    plan_uploads,
    reminders,
    sheet,
    sheet_flag,
    signing_in,
    views,
    web_form,
)
from server.pages.asset import asset

SHEETS = (inbox, inbox_file, decisions, views, sheet, sheet_flag, beside, phone_edits)
"""What a coordinator works with."""


def register(app: Flask) -> None:
    """Add the pages, their templates and their assets to the application."""
    app.jinja_env.globals["_"] = lambda message, **facts: translate(home.language(), message, **facts)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(home.blueprint)
    app.register_blueprint(filling.link.blueprint)
    for page in (
        home,
        signing_in,
        counts,
        count_sheets,
        people,
        phones,
        *SHEETS,
        compilations,
        plan,
        plan_uploads,
        reminders,
        correcting,
        filling,
        links,
        web_form,
        log,
    ):
        app.register_blueprint(page.resource.blueprint)


def error_page(message: str, status: int, language: str) -> Response:
    """A page that says what went wrong and what to do."""
    return make_response(render_template("error.html", message=message, language=language), status)
