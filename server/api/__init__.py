"""The JSON interface under /v1, in the style of ODK Central's."""

from flask import Flask

from server.api import health, rollups, sessions, tallies


def register(app: Flask) -> None:
    """Add every resource to the application."""
    for resource in (health, sessions, tallies, rollups):
        app.register_blueprint(resource.blueprint)
