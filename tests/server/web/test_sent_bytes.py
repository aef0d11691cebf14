"""What somebody sent leaves by one way out: no address answers it so that a browser would run it in our name.

Every address that reads is walked, and each answer that holds bytes as they were sent is looked at: whatever address
is added to the server later, and however it gets hold of them.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from server.web.policy import GUARD, HARMLESS_PURPOSES, OWN_FILES
from server.web.route import ROUTES
from server.web.sent import harmless
from tests.server.marked import FORM, Marked, marked
from tests.server.web.test_nothing_of_others import holes
from tests.sheet_writer import instance_xml

__all__ = ["marked"]
HOSTILE_TYPES = (
    "text/javascript",
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "text/css",
)
RUNS = re.compile(r"script|html|svg|css|wasm|(?<!^application/)xml", re.IGNORECASE)
"""Media types of which a browser runs something; sheets and forms stay plain XML for programs."""
TRIAL_SHEET = instance_xml(
    "seance", "9", {"/jour": "2020-03-08", "/photo": "p.jpg"}, instance_id="uuid:trial"
)


@pytest.fixture(scope="module")
def planted(marked: Marked) -> Marked:
    """The stage with a draft and a sheet that tries it; every file says that it is something that runs."""
    for change in (
        {"method": "POST", "path": f"{FORM}/draft?ignoreWarnings=true"},
        {
            "method": "POST",
            "path": f"{FORM}/draft/submissions",
            "data": TRIAL_SHEET,
            "content_type": "text/xml",
        },
    ):
        if change["path"].endswith("submissions"):
            with marked.stage.station.storage.reading() as db:
                [(version,)] = db.execute("SELECT version FROM form_draft").fetchall()
            change["data"] = TRIAL_SHEET.replace(b'version="9"', f'version="{version}"'.encode())
        marked.call("officer", change.pop("method"), change.pop("path"), **change)
    with marked.stage.station.storage.writing() as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]
            if "media_type" in columns:
                db.execute(f"UPDATE \"{table}\" SET media_type = 'image/svg+xml'")
    return marked


def sent(marked: Marked) -> set[bytes]:
    """All bytes that somebody sent and that are kept as they came: of the database and of the folder of files."""
    contents = {path.read_bytes() for path in (marked.stage.folder / "blobs").rglob("*") if path.is_file()}
    with marked.stage.station.storage.reading() as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in db.execute(f'PRAGMA table_info("{table}")').fetchall():
                if row[2] == "BLOB":
                    for (content,) in db.execute(f'SELECT "{row[1]}" FROM "{table}"'):
                        contents.add(bytes(content or b""))
    return contents - {b""}


def paths(rule: Rule, known: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """The addresses of a rule with its holes filled in every way."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
    for chosen in itertools.product(*(known[name] for name in names)):
        path = rule.rule
        for name, value in zip(names, chosen, strict=True):
            path = re.sub(rf"<(?:\w+:)?{name}>", lambda _, value=value: value, path)
        yield path


def walked(marked: Marked, who: str) -> Iterator[tuple[str, Any]]:
    """Every address that reads, with its answer to somebody."""
    with marked.stage.station.storage.reading() as db:
        [(token,)] = db.execute("SELECT token FROM form_draft").fetchall()
    known = holes(marked) | {"trial": (token,), "filename": ("page.js", "fiche.css"), "number": ("1",)}
    known["instance_id"] += ("uuid:trial",)
    for rule in marked.stage.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            for path in paths(rule, known):
                for headers in ({}, {"X-OpenRosa-Version": "1.0"}):
                    yield path, marked.stage.get(who, path, headers=headers)


def test_no_address_answers_what_somebody_sent_so_that_it_runs(planted: Marked) -> None:
    contents = sent(planted)
    seen = set()
    for path, answer in walked(planted, "officer"):
        for name, value in GUARD:
            assert answer.headers.getlist(name) == [value], (path, name)
        [policy] = answer.headers.getlist("Content-Security-Policy")
        assert "'self'" not in re.findall(r"script-src[^;]*|default-src[^;]*", policy)[0], path
        assert "'unsafe-inline'" not in re.sub(r"style-src[^;]*", "", policy), path
        if answer.status_code == 200 and answer.get_data() in contents:
            seen.add(re.sub(r"uuid:[\w-]+|[0-9a-f]{32,}", "…", path))
            assert answer.headers["Content-Disposition"].startswith("attachment;"), path
            assert "sandbox" in policy, path
            assert not RUNS.search(answer.mimetype), (path, answer.mimetype)
    endings = {path.rpartition("/")[2] for path in seen}
    assert {"seance.xml", "….xml", "draft.xml", "Zqphoto.jpg", "Zqlate.jpg", "a_corriger.csv"} <= endings
    assert len(seen) > 12, "the walk looks where such bytes are"


@pytest.mark.parametrize(
    "purpose", ["script", "style", "worker", "serviceworker", "iframe", "object", "embed", "xslt"]
)
def test_a_browser_gets_nothing_of_ours_to_run_but_our_own_files(planted: Marked, purpose: str) -> None:
    assert purpose not in HARMLESS_PURPOSES
    for route in ROUTES:
        if route.method == "GET" and not route.path.startswith(OWN_FILES):
            path = re.sub(r"<\w+:\w+>", "1", route.path)
            answer = planted.stage.get("officer", path, headers={"Sec-Fetch-Dest": purpose})
            assert answer.status_code == 403, path
    assert (
        planted.stage.get("nobody", "/static/page.js", headers={"Sec-Fetch-Dest": "script"}).status_code
        == 200
    )


def test_errors_carry_the_guard_too(planted: Marked) -> None:
    for method, path in (
        ("GET", "/v1/nothing"),
        ("PUT", "/"),
        ("GET", "/v1/test/x/projects/1/forms/x/draft.xml"),
    ):
        answer = planted.stage.call("nobody", method, path)
        assert answer.status_code >= 400
        for name, value in GUARD:
            assert answer.headers[name] == value
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "media_type", [*HOSTILE_TYPES, "IMAGE/SVG+XML", "image/x;svg", "video/xml", "a b", "x\n", "é/é"]
)
def test_a_type_that_runs_is_told_as_plain_bytes(media_type: str) -> None:
    assert not RUNS.search(harmless(media_type))
