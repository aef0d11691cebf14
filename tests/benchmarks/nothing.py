"""The least that gunicorn and Flask do with the same POST: read it, answer 201, store nothing.

What fiche reaches is given as a share of this, so that a noisy machine tells the truth all the same.
"""

import sys

from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication

app = Flask(__name__)


@app.post("/submission")
def submission() -> Response:
    """Read every part of the form, as any server must."""
    for file in request.files.values():
        while file.stream.read(65536):
            pass
    return Response("<OpenRosaResponse/>", status=201, mimetype="text/xml")


class Nothing(BaseApplication):  # type: ignore[misc]
    """The application above under the settings that fiche gives gunicorn."""

    def load_config(self) -> None:
        """Two workers of eight threads, as fiche's own default."""
        for key, value in {
            "bind": f"127.0.0.1:{sys.argv[1]}",
            "workers": 2,
            "threads": 8,
            "worker_class": "gthread",
            "preload_app": True,
            "keepalive": 15,
            "control_socket_disable": True,
        }.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Flask:
        """The application."""
        return app


if __name__ == "__main__":
    Nothing().run()
