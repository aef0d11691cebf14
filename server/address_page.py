"""The page docs/addresses.md: every address that is declared, for whom, by which right. `make docs` writes it anew.

A test compares the page with what is made here, so that no address goes untold.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from flask import Flask

from server import addresses
from server.web.openapi import written_path
from server.web.request_path import Segment
from server.web.route import ROUTES

HEAD = """\
# Addresses

Made by `make docs` from the lines that declare the addresses: do not write here. `{projectId}` is a number, `{formId}`
the form's own name, `{instanceId}` a sheet's identifier, `{month}` as 2020-03, `{code}` a CSO's. The *right* is the
verb that a role must hold (`server/identity/role.py`); « anyone » needs no account, « signed in » any. What each takes
and gives is told at `/v1/docs` on the server and in `/v1/openapi.json`; how to sign in, in
[programming.md](programming.md). An address that answers GET answers HEAD.
"""
PHONES = """\
OpenRosa 1.0 as ODK Collect speaks it, under ODK Central's addresses. A phone's token stands before the path:
`/v1/key/TOKEN/projects/…`; `{trial}` is the token of a draft on trial. The forms and their files are had at the
addresses for programs, with the same token.
"""
PROGRAMS = """\
In the style of ODK Central's version 1; its own addresses wherever it has the concept.
"""
PAGES = """\
What people read and press, in French or English (`?lang=`). `/f/TOKEN` is the page of a public link.
"""


@dataclass(frozen=True, slots=True)
class Address:
    """One line of the page."""

    path: str
    """As the description writes it: `/v1/projects/{projectId}`."""
    method: str
    right: str
    summary: str
    folder: str
    """Where its view stands."""


def declared() -> Iterator[Address]:
    """Every address for programs and people, in the order of declaration."""
    for route in ROUTES:
        yield Address(
            written_path(route.path), route.method, route.may, _summary(route.view), _folder(route.view)
        )


def of_phones() -> Iterator[Address]:
    """Every address of OpenRosa: these are Flask's own routes, because their answers are no JSON and no page."""
    app = Flask("addresses", static_folder=None)
    app.url_map.converters["segment"] = Segment
    for blueprint in addresses.blueprints():
        if blueprint.name.startswith("openrosa"):
            app.register_blueprint(blueprint)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Address(written_path(rule.rule), method, "token", _summary(view), _folder(view))


def page() -> str:
    """The whole page, in Markdown."""
    known = list(declared())
    programs = [address for address in known if address.path.startswith("/v1")]
    parts = [HEAD, "## For phones\n", PHONES, _table(of_phones())]
    parts += ["## For programs\n", PROGRAMS, *_by_folder(programs)]
    parts += ["## Pages\n", PAGES, *_by_folder(address for address in known if address not in programs)]
    return "\n".join(parts)


def _by_folder(found: Iterable[Address]) -> Iterator[str]:
    lines = sorted(found, key=attrgetter("folder"))
    for folder in dict.fromkeys(line.folder for line in lines):
        yield f"### `{folder}`\n"
        yield _table(line for line in lines if line.folder == folder)


def _table(found: Iterable[Address]) -> str:
    lines = ["| address | method | right | what |", "|---|---|---|---|"]
    for address in sorted(found, key=attrgetter("path", "method")):
        told = address.summary.replace("|", "\\|")
        lines.append(f"| `{address.path}` | {address.method} | {address.right} | {told} |")
    return "\n".join(lines) + "\n"


def _summary(view: object) -> str:
    """The first line of a docstring, without what it raises."""
    return (getattr(view, "__doc__", "") or "").strip().partition("\n")[0].partition(" Raises ")[0]


def _folder(view: object) -> str:
    return "/".join(str(getattr(view, "__module__", "")).split(".")[:2])


if __name__ == "__main__":
    sys.stdout.write(page())
